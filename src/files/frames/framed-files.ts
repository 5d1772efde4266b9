// Files as pixels and a recipe, and back: the recipe holds the frame, and how the image data were packed. Encoder and
// decoder read the frame by the same function, and the encoder has compared every byte that the decoder will make.
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { pack, unpack } from '../../../codec/bytes/packed.ts';
import { ByteReader } from '../../../codec/bytes/reader.ts';
import { inTurns } from '../../../codec/bytes/turns.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { equal } from '../../../codec/bytes/zlib-streams.ts';
import { sampleBytes, sampleCount } from '../../../codec/pixels/pixels.ts';
import { type Pixels, type Reason, reasonOf, type Shape, VaezipError } from '../../../library/index.ts';
import { partsOf } from '../common/file-parts.ts';
import { reasonOfSize } from '../common/sharp.ts';
import type { ForeignMetadata } from '../png/foreign-metadata.ts';
import { type Extent, type Framed, type FrameReader, MOST_PIECES } from './frame.ts';
import { emptyPixels, numbersOf, pieceBytesOf, readPiece, writePiece } from './layout.ts';

const MOST_VARIANTS = 4;
/** Bytes that one byte of LZW or zlib may stand for, at most: a code of 12 bits for strings of 3,838. */
const MOST_RATIO = 2560;
const MOST_BYTES = 2 ** 31;
/** A frame is less than the image data are, by this factor, or small: larger ones hold more than one image. */
const FRAME_SHARE = 4;
const SMALL_FRAME = 2 ** 16;
/** Bytes that pixels do not tell are no more than the content by this factor, and some. */
const PATCH_SHARE = 8;
const SMALL_PATCH = 2 ** 12;

/** What a file is coded as. */
export interface FramedFile {
  readonly pixels: Pixels;
  readonly recipe: Uint8Array;
  readonly foreign: ForeignMetadata;
}

/**
 * Pixels and recipe; null where these would not give the file's very bytes.
 * @throws VaezipError 'bad-input' for a damaged file.
 */
export async function readFramed(bytes: Uint8Array, read: FrameReader): Promise<FramedFile | Reason | null> {
  let best: FramedFile | null = null;
  for (let variant = 0; variant < MOST_VARIANTS; variant++) {
    const framed = read(partsOf(bytes), variant);
    if (framed === null) break;
    if ('kind' in framed) return framed;
    const { layout, pieces, extents } = framed;
    const reason = reasonOfSize(layout.shape) ?? reasonOfFrame(framed, bytes.length);
    if (reason) return reason;
    if (pieces.length > MOST_PIECES || !areInOrder(extents, bytes.length)) return null;
    checkRatio(framed, bytes.length);
    // Tiles may be any larger than the image.
    if (contentBytes(framed) > mostBytes(layout.shape)) return null;
    const coded = await codeFramed(bytes, framed, variant);
    if (coded && (best === null || coded.recipe.length < best.recipe.length))
      best = { ...coded, foreign: framed };
    if (coded?.isWhole) break;
  }
  return best;
}

async function codeFramed(bytes: Uint8Array, framed: Framed, variant: number) {
  const { layout, pieces, extents, packing, told } = framed;
  const pixels = emptyPixels(layout.shape);
  const how = new ByteWriter();
  const contents: Uint8Array[] = [];
  for (const [index, piece] of pieces.entries()) {
    const { start, length } = extents[index];
    const packed = bytes.subarray(start, start + length);
    const unpacked = await inTurns(packing.unpack(packed, pieceBytesOf(layout, piece)));
    if (!unpacked) return null;
    const { content } = unpacked;
    if (content.length !== pieceBytesOf(layout, piece)) return null;
    readPiece(content, layout, piece, pixels);
    contents.push(content);
    unpacked.writeHow(how);
  }
  const patches = new ByteWriter();
  const numbers = numbersOf(layout);
  const most = SMALL_PATCH + contents.reduce((sum, { length }) => sum + length, 0) / PATCH_SHARE;
  let left = most;
  for (const [index, piece] of pieces.entries()) {
    left -= writePatch(patches, writePiece(layout, piece, pixels, numbers), contents[index], left);
    if (left < 0) return null;
  }
  const hows = how.finish();
  const reader = new ByteReader(hows);
  for (const [index, { start, length }] of extents.entries()) {
    const packed = await inTurns(packing.pack(contents[index], reader));
    if (!equal(packed, bytes.subarray(start, start + length))) return null;
  }
  if (told.some((part) => !equal(part.bytes, bytes.subarray(part.start, part.start + part.bytes.length))))
    return null;
  // Pixels tell all of the image data: no other variant does better.
  const isWhole = left === most;
  return { pixels, isWhole, recipe: writeFrame(bytes, framed, variant, hows, patches.finish()) };
}

/** A file by its recipe, and whether it is the one that went in. */
export interface RemadeFile {
  readonly file: Uint8Array;
  readonly isAsMeant: boolean;
}

/**
 * Undoes `readFramed`.
 * @throws VaezipError 'bad-file' for a recipe that is not of such an image.
 */
export async function remakeFramed(
  pixels: Pixels,
  foreign: ForeignMetadata,
  recipe: Uint8Array,
  read: FrameReader,
): Promise<RemadeFile> {
  const { variant, checksum, extents, file, hows, patches } = readFrame(recipe, pixels);
  const framed = read(partsOf(file), variant, { extents, foreign });
  if (framed === null || 'kind' in framed) throw notOfSuch();
  const { layout, pieces, packing, told } = framed;
  if (!isOfShape(layout.shape, pixels) || pieces.length !== extents.length) throw notOfSuch();
  const numbers = numbersOf(layout);
  for (const [index, piece] of pieces.entries()) {
    const { start, length } = extents[index];
    if (pieceBytesOf(layout, piece) > mostBytes(pixels)) throw notOfSuch();
    const content = writePiece(layout, piece, pixels, numbers);
    applyPatch(patches, content);
    const packed = await inTurns(packing.pack(content, hows));
    if (packed.length !== length) throw notOfSuch();
    file.set(packed, start);
  }
  hows.end();
  patches.end();
  for (const { start, bytes } of told) {
    if (start + bytes.length > file.length) throw notOfSuch();
    file.set(bytes, start);
  }
  return { file, isAsMeant: crc32(file) === checksum };
}

/** variant, checksum of the file; packed: pieces, each one's gap and length, how they are packed, the frame. */
function writeFrame(
  bytes: Uint8Array,
  { extents, told }: Framed,
  variant: number,
  ...parts: Uint8Array[]
): Uint8Array {
  const inner = new ByteWriter();
  inner.varint(extents.length);
  const blank = bytes.slice();
  for (const part of told) blank.fill(0, part.start, part.start + part.bytes.length);
  let end = 0;
  const frame: Uint8Array[] = [];
  for (const { start, length } of extents) {
    inner.varint(start - end);
    inner.varint(length);
    frame.push(blank.subarray(end, start));
    end = start + length;
  }
  for (const part of parts) {
    inner.varint(part.length);
    inner.bytes(part);
  }
  for (const part of [...frame, blank.subarray(end)]) inner.bytes(part);
  const writer = new ByteWriter();
  writer.uint8(variant);
  writer.uint32(crc32(bytes));
  writer.bytes(pack(inner.finish(), { level: 9 }));
  return writer.finish();
}

/**
 * What of a piece's content its pixels do not tell, such as which of two equal colours a pixel has, or what fills rows:
 * their number, the gaps before them, the bytes. Returns the number, which goes beyond `most` by 1.
 */
function writePatch(writer: ByteWriter, made: Uint8Array, content: Uint8Array, most: number): number {
  const places: number[] = [];
  for (let at = 0; at < content.length && places.length <= most; at++)
    if (made[at] !== content[at]) places.push(at);
  writer.varint(places.length);
  for (const [index, at] of places.entries()) writer.varint(at - (places[index - 1] ?? -1) - 1);
  writer.bytes(Uint8Array.from(places, (at) => content[at]));
  return places.length;
}

/** Undoes `writePatch`. */
function applyPatch(reader: ByteReader, content: Uint8Array): void {
  const count = reader.varint('number of bytes that pixels do not tell', content.length);
  let at = -1;
  const places = Array.from({ length: count }, () => {
    at += 1 + reader.varint('place of a byte that pixels do not tell', content.length);
    return at;
  });
  const bytes = reader.take(count);
  for (const [index, place] of places.entries()) content[place] = bytes[index];
}

function readFrame(recipe: Uint8Array, pixels: Pixels) {
  const outer = new ByteReader(recipe);
  const variant = outer.uint8();
  const checksum = outer.uint32();
  const reader = new ByteReader(unpack(outer.take(outer.remaining), mostRecipeBytes(pixels)));
  const count = reader.varint('number of pieces of image data', MOST_PIECES);
  const extents: Extent[] = [];
  let [end, length] = [0, 0];
  for (let index = 0; index < count; index++) {
    const start = end + reader.varint('place of image data', MOST_BYTES);
    const extent = { start, length: reader.varint('length of image data', MOST_BYTES) };
    extents.push(extent);
    end = start + extent.length;
    length += extent.length;
  }
  if (length > mostBytes(pixels)) throw notOfSuch();
  const [hows, patches] = [0, 1].map(
    () => new ByteReader(reader.take(reader.varint('length of a part of the recipe', MOST_BYTES))),
  );
  const frame = reader.take(reader.remaining);
  const file = new Uint8Array(frame.length + length);
  let [from, to] = [0, 0];
  for (const extent of [...extents, { start: file.length, length: 0 }]) {
    const part = frame.subarray(from, from + extent.start - to);
    if (part.length !== extent.start - to) throw notOfSuch();
    file.set(part, to);
    from += part.length;
    to = extent.start + extent.length;
  }
  if (from !== frame.length) throw notOfSuch();
  return { variant, checksum, extents, file, hows, patches };
}

/** What image data of such pixels may take, as they are or packed as badly as it gets. */
function mostBytes(shape: Shape): number {
  return 4 * sampleBytes(shape) + 2 ** 22;
}

/** Of a recipe once it is unpacked: frame, places of pieces, how they are packed, and bytes that pixels do not tell. */
function mostRecipeBytes(shape: Shape): number {
  return 2 * mostBytes(shape);
}

function contentBytes({ layout, pieces }: Framed): number {
  return pieces.reduce((sum, piece) => sum + pieceBytesOf(layout, piece), 0);
}

/** Whether none begins before the one before it ends, and the last one ends within the file. */
function areInOrder(extents: readonly Extent[], fileBytes: number): boolean {
  return extents.every(({ start, length }, index) => {
    const before = index > 0 ? extents[index - 1].start + extents[index - 1].length : 0;
    return start >= before && start + length <= fileBytes;
  });
}

/** Refuses what no file of so many bytes holds before memory is taken for it. */
function checkRatio(framed: Framed, fileBytes: number): void {
  const { width, height } = framed.layout.shape;
  if (contentBytes(framed) > MOST_RATIO * fileBytes)
    throw new VaezipError('bad-input', `its ${fileBytes} bytes cannot hold ${width}x${height} pixels`);
}

function reasonOfFrame(framed: Framed, fileBytes: number): Reason | null {
  const data = framed.extents.reduce((sum, { length }) => sum + length, 0);
  const beside = fileBytes - data;
  if (beside <= Math.max(contentBytes(framed) / FRAME_SHARE, SMALL_FRAME)) return null;
  return reasonOf('extras', `${beside} bytes beside the pixels`);
}

function isOfShape(shape: Shape, pixels: Pixels): boolean {
  const { width, height, channels, bitDepth } = shape;
  return (
    width === pixels.width &&
    height === pixels.height &&
    channels === pixels.channels &&
    bitDepth === pixels.bitDepth &&
    sampleCount(shape) === pixels.data.length
  );
}

function notOfSuch(): VaezipError {
  return new VaezipError('bad-file', 'the recipe of the file is not of such an image');
}
