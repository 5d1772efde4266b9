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
const ONE_CHUNK = 0;
const LISTED = 1;

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
  if (stream && usual === 0) writeStream(writer, stream);
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
  const how = flags & STREAM ? (usual > 0 ? streamOf(usual, length) : readStream(reader)) : null;
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
  const form = sizesForm(sizes);
  const isThis = ([how, filter, size]: (typeof USUAL)[number]) => {
    return how === settings.how && filter === filters && form === (size === 0 ? ONE_CHUNK : LISTED + size);
  };
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

/** How sizes of chunks are said: ONE_CHUNK, LISTED, or LISTED + the size of all but the last, which is no larger. */
function sizesForm(sizes: readonly number[]): number {
  if (sizes.length === 1) return ONE_CHUNK;
  const last = sizes[sizes.length - 1];
  const alike = last > 0 && last <= sizes[0] && sizes.slice(0, -1).every((size) => size === sizes[0]);
  return alike ? LISTED + sizes[0] : LISTED;
}

function writeStream(writer: ByteWriter, { settings, filters, sizes }: ImageStream): void {
  writer.bytes(settings.header);
  writer.uint8(settings.how);
  if (typeof filters === 'number') writer.uint8(filters);
  else {
    writer.uint8(EACH);
    writer.varint(filters.length);
    writeBytes(writer, pack(filters, { level: 9 }));
  }
  const form = sizesForm(sizes);
  writer.varint(form);
  if (form === LISTED) {
    writer.varint(sizes.length);
    for (const size of sizes) writer.varint(size);
  }
}

function readStream(reader: ByteReader): Omit<ImageStream, 'check'> {
  const settings = { header: reader.take(HEADER_BYTES), how: reader.uint8() };
  const kind = reader.uint8();
  if (kind > EACH) throw new VaezipError('bad-file', `PNG filters of the kind ${kind} are not known here`);
  const filters = kind === EACH ? readFilters(reader) : kind;
  const size = reader.varint('size of a chunk of image data', MOST_BYTES);
  const sizes =
    size === ONE_CHUNK
      ? [Number.POSITIVE_INFINITY]
      : size === LISTED
        ? Array.from({ length: reader.varint('number of chunks', MOST_CHUNKS) }, () =>
            reader.varint('size of a chunk of image data', MOST_BYTES),
          )
        : [size - LISTED];
  return { settings, filters, sizes };
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
