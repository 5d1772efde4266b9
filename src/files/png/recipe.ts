// What makes a PNG file's own bytes of its pixels and metadata: how its image data were filtered and packed, its
// palette, chunks that are not metadata. As bytes: docs/FORMAT.md, recipes.
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { pack, unpack } from '../../../codec/bytes/packed.ts';
import { ByteReader } from '../../../codec/bytes/reader.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { equal, HEADER_BYTES, usualHeader, type ZlibSettings } from '../../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../../library/index.ts';
import type { PngChunk } from './chunks.ts';
import { type Filters, LEAST_SUM, PAETH } from './filters.ts';

/** A chunk that stands before the image data, and how many do before it. */
export interface InsertedChunk extends PngChunk {
  readonly place: number;
}

/** How the image data were made of the rows. */
export interface ImageStream {
  readonly settings: ZlibSettings;
  readonly filters: Filters;
  /** Bytes of the chunks that hold them; of the last one, what is left. */
  readonly sizes: readonly number[];
  /** Of the whole file: `checkOf`. */
  readonly check: number;
}

export interface PngRecipe {
  /** Null where the image data cannot be made again, but for their pixels. */
  readonly stream: ImageStream | null;
  /** Bytes of palette.ts, and the places of PLTE and tRNS, the latter of an image that has one. */
  readonly palette: { readonly bytes: Uint8Array; readonly places: readonly number[] } | null;
  readonly inserted: readonly InsertedChunk[];
  /** Data that chunks of the metadata have in the file, by their number. */
  readonly changed: ReadonlyMap<number, Uint8Array>;
}

const STREAM = 1;
const PALETTE = 2;
const INSERTED = 4;
const CHANGED = 8;
/** How image data were made: 0 said in full, else a number of USUAL, counted from 1. */
const HOW_SHIFT = 4;

const EACH = LEAST_SUM + 1;
/** Beside the kind of the filters: the zlib header is the usual one, and not said. */
const USUAL_HEADER = 8;

// How sizes of chunks are said: one chunk; a list; all of a size but the last, which is no larger, and of 2^(form - 3)
// bytes, if it is a power of two.
const ONE_CHUNK = 0;
const LISTED = 1;
const ALIKE = 2;
const POWER = 3;
const MOST_POWER = 31;

/** Usual image data: how they were packed (zlib-streams.ts), filters, and bytes of a chunk, or 0 for one chunk. */
const USUAL = [
  // libpng's ways, and those of programs that use it.
  [0x26, LEAST_SUM, 0],
  [0x29, LEAST_SUM, 0],
  [0x26, 0, 0],
  [0x26, LEAST_SUM, 2 ** 13],
  [0x26, 0, 2 ** 13],
  [0x29, LEAST_SUM, 2 ** 13],
  [0x09, LEAST_SUM, 0],
  [0x09, 0, 0],
  [0x06, LEAST_SUM, 0],
  [0x06, 0, 0],
  [0x29, PAETH, 0],
  [0x27, LEAST_SUM, 0],
  // Screenshots of macOS; Photoshop; nothing but Huffman codes.
  [0x01, LEAST_SUM, 2 ** 14],
  [0x37, LEAST_SUM, 2 ** 15],
  [0x0a, LEAST_SUM, 0],
] as const;

/** Chunks that a file may have to be made again. */
export const MOST_CHUNKS = 2 ** 20;
const MOST_BYTES = 2 ** 31;
const MOST_ROWS = 2 ** 26;
/** Of a packed palette: 256 entries of five bytes, and three numbers. */
const MOST_PALETTE_BYTES = 2 ** 11;

/** `length`: bytes of the image data, unpacked. */
export function writeRecipe({ stream, palette, inserted, changed }: PngRecipe, length: number): Uint8Array {
  const usual = stream ? usualOf(stream, length) : 0;
  const writer = new ByteWriter();
  writer.uint8(
    (stream ? STREAM : 0) |
      (palette ? PALETTE : 0) |
      (inserted.length > 0 ? INSERTED : 0) |
      (changed.size > 0 ? CHANGED : 0) |
      (usual << HOW_SHIFT),
  );
  if (palette) {
    writeBytes(writer, pack(palette.bytes, { level: 9 }));
    writer.uint8(palette.places.length);
    for (const place of palette.places) writer.varint(place);
  }
  if (inserted.length > 0) writer.varint(inserted.length);
  for (const { place, type, data } of inserted) {
    writer.varint(place);
    writer.bytes(Uint8Array.from(type, (letter) => letter.charCodeAt(0)));
    writeBytes(writer, data);
  }
  if (changed.size > 0) writer.varint(changed.size);
  for (const [number, data] of changed) {
    writer.varint(number);
    writeBytes(writer, data);
  }
  if (stream && usual === 0) writeStream(writer, stream, length);
  if (stream) writer.bytes(Uint8Array.of(stream.check, stream.check >> 8));
  return writer.finish();
}

/** Undoes `writeRecipe`. Throws VaezipError 'bad-file' for what it does not write. */
export function readRecipe(bytes: Uint8Array, length: number): PngRecipe {
  const reader = new ByteReader(bytes);
  const flags = reader.uint8();
  const usual = flags >> HOW_SHIFT;
  if (usual > 0 && !(flags & STREAM))
    throw new VaezipError('bad-file', 'the recipe of the PNG file is of a kind that is not known here');
  const palette = flags & PALETTE ? readPalettePart(reader) : null;
  const inserted = Array.from({ length: countOf(reader, flags & INSERTED) }, () => ({
    place: reader.varint('place of a PNG chunk', MOST_CHUNKS),
    type: String.fromCharCode(...reader.take(4)),
    data: readBytes(reader),
  }));
  const changed = new Map<number, Uint8Array>();
  for (let left = countOf(reader, flags & CHANGED); left > 0; left--)
    changed.set(reader.varint('number of a PNG chunk', MOST_CHUNKS), readBytes(reader));
  const how = flags & STREAM ? (usual > 0 ? streamOf(usual, length) : readStream(reader, length)) : null;
  const stream = how && { ...how, check: readCheck(reader) };
  reader.end();
  return { stream, palette, inserted, changed };
}

/** What of a file's bytes a recipe keeps, so that it shows where they do not come back: 16 bits of their CRC-32. */
export function checkOf(file: Uint8Array): number {
  return crc32(file) & 0xffff;
}

/** Whether a recipe makes the very bytes of the file. */
export function isStreamRecipe(bytes: Uint8Array): boolean {
  return bytes.length > 0 && (bytes[0] & STREAM) !== 0;
}

function readPalettePart(reader: ByteReader) {
  const bytes = unpack(readBytes(reader), MOST_PALETTE_BYTES);
  const count = reader.uint8();
  if (count < 1 || count > 2) throw new VaezipError('bad-file', 'a palette is one chunk or two');
  const places = Array.from({ length: count }, () => reader.varint('place of a PNG chunk', MOST_CHUNKS));
  return { bytes, places };
}

/** The number of the usual way in which image data were packed; 0 for others. */
function usualOf({ settings, filters, sizes }: ImageStream, length: number): number {
  if (!equal(settings.header, usualHeader(settings.how, length))) return 0;
  const usualSize = sizes.length === 1 ? 0 : sizeOfAll(sizes);
  const isThis = ([how, filter, size]: (typeof USUAL)[number]) =>
    how === settings.how && filter === filters && size === usualSize;
  return 1 + USUAL.findIndex(isThis);
}

function streamOf(usual: number, length: number): Omit<ImageStream, 'check'> {
  const [how, filters, size] = USUAL[usual - 1];
  return {
    settings: { header: usualHeader(how, length), how },
    filters,
    sizes: [size === 0 ? Number.POSITIVE_INFINITY : size],
  };
}

function readCheck(reader: ByteReader): number {
  return reader.uint8() | (reader.uint8() << 8);
}

/** The size of all chunks but the last, which is no larger; null where they differ. */
function sizeOfAll(sizes: readonly number[]): number | null {
  const last = sizes[sizes.length - 1];
  const alike = last > 0 && last <= sizes[0] && sizes.slice(0, -1).every((size) => size === sizes[0]);
  return alike ? sizes[0] : null;
}

function writeStream(writer: ByteWriter, { settings, filters, sizes }: ImageStream, length: number): void {
  const { header, how } = settings;
  const hasUsualHeader = equal(header, usualHeader(how, length));
  writer.uint8(how);
  writer.uint8((typeof filters === 'number' ? filters : EACH) | (hasUsualHeader ? USUAL_HEADER : 0));
  if (!hasUsualHeader) writer.bytes(header);
  if (typeof filters !== 'number') {
    writer.varint(filters.length);
    writeBytes(writer, pack(filters, { level: 9 }));
  }
  writeSizes(writer, sizes);
}

function writeSizes(writer: ByteWriter, sizes: readonly number[]): void {
  const alike = sizeOfAll(sizes);
  const power = alike && MOST_POWER - Math.clz32(alike);
  if (sizes.length === 1) writer.uint8(ONE_CHUNK);
  else if (alike === null || power === null) {
    writer.uint8(LISTED);
    writer.varint(sizes.length);
    for (const size of sizes) writer.varint(size);
  } else if (alike === 2 ** power) writer.uint8(POWER + power);
  else {
    writer.uint8(ALIKE);
    writer.varint(alike);
  }
}

function readStream(reader: ByteReader, length: number): Omit<ImageStream, 'check'> {
  const how = reader.uint8();
  const kindAndHeader = reader.uint8();
  const hasUsualHeader = (kindAndHeader & USUAL_HEADER) !== 0;
  const kind = kindAndHeader & ~USUAL_HEADER;
  if (kind > EACH) throw new VaezipError('bad-file', `PNG filters of the kind ${kind} are not known here`);
  const settings = { header: hasUsualHeader ? usualHeader(how, length) : reader.take(HEADER_BYTES), how };
  const filters = kind === EACH ? readFilters(reader) : kind;
  return { settings, filters, sizes: readSizes(reader) };
}

function readSizes(reader: ByteReader): number[] {
  const form = reader.uint8();
  const size = () => reader.varint('size of a chunk of image data', MOST_BYTES);
  switch (form) {
    case ONE_CHUNK:
      return [Number.POSITIVE_INFINITY];
    case LISTED:
      return Array.from({ length: reader.varint('number of chunks', MOST_CHUNKS) }, size);
    case ALIKE: {
      const alike = size();
      if (alike > 0) return [alike];
      break;
    }
  }
  if (form < POWER || form > POWER + MOST_POWER)
    throw new VaezipError('bad-file', `sizes of chunks of the form ${form} are not known here`);
  return [2 ** (form - POWER)];
}

function readFilters(reader: ByteReader): Uint8Array {
  const count = reader.varint('number of rows', MOST_ROWS);
  const types = unpack(readBytes(reader), count);
  if (types.length !== count || types.some((type) => type >= LEAST_SUM))
    throw new VaezipError('bad-file', 'the filters of the PNG file are none');
  return types;
}

function countOf(reader: ByteReader, flag: number): number {
  return flag ? reader.varint('number of PNG chunks', MOST_CHUNKS) : 0;
}

function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.varint(bytes.length);
  writer.bytes(bytes);
}

function readBytes(reader: ByteReader): Uint8Array {
  return reader.take(reader.varint('length of a part of the recipe', reader.remaining));
}
