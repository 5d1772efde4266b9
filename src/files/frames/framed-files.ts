// Files as pixels and a recipe, and back. Encoder and decoder read the frame by the same function, and the encoder has
// compared every byte that the decoder will make; where nothing packs the image data as they were, those of a format
// that says where they lie are packed anew.
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { inTurns } from '../../../codec/bytes/turns.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { equal } from '../../../codec/bytes/zlib-streams.ts';
import { bytesOfSamples, sampleCount } from '../../../codec/pixels/pixels.ts';
import { type Pixels, type Reason, reasonOf, type Shape, VaezipError } from '../../../library/index.ts';
import { partsOf } from '../common/file-parts.ts';
import { reasonOfSize } from '../common/sharp.ts';
import { type ForeignMetadata, foreignOfMetadata, metadataOfForeign } from '../png/foreign-metadata.ts';
import { type Extent, type Framed, type FrameReader, MOST_PIECES } from './frame.ts';
import { emptyPixels, numbersOf, pieceBytesOf, readPiece, writePiece } from './layout.ts';
import type { Unpacked } from './packings.ts';
import {
  applyPatch,
  type FrameRecipe,
  isAnewRecipe,
  mostBytes,
  notOfSuch,
  readRecipe,
  writePatch,
  writeRecipe,
} from './recipe.ts';

const MOST_VARIANTS = 4;
/** Bytes that one byte of LZW or zlib may stand for, at most: a code of 12 bits for strings of 3,838. */
const MOST_RATIO = 2560;
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
 * Pixels and recipe; null where these would not give the file back.
 * @throws VaezipError 'bad-input' for a damaged file.
 */
export async function readFramed(bytes: Uint8Array, read: FrameReader): Promise<FramedFile | Reason | null> {
  let best: FramedFile | null = null;
  for (let variant = 0; variant < MOST_VARIANTS; variant++) {
    const framed = read(partsOf(bytes), variant);
    if (framed === null) break;
    if ('kind' in framed) return framed;
    const { layout, pieces, extents } = framed;
    if (extents.some(({ start, length }) => start + length > bytes.length))
      throw new VaezipError('bad-input', 'its image data end beyond the file');
    if (pieces.length > MOST_PIECES || !areInOrder(extents)) return null;
    const reason = reasonOfSize(layout.shape) ?? reasonOfFrame(framed, bytes);
    if (reason) return reason;
    checkRatio(framed, bytes.length);
    // Tiles may be any larger than the image.
    if (contentBytes(framed) > mostBytes(layout.shape)) return null;
    const coded = await codeFramed(bytes, framed, variant, read);
    if (coded && isBetter(coded.recipe, best?.recipe)) best = { ...coded, foreign: framed };
    if (coded?.isWhole) break;
  }
  return best;
}

/** Whether the recipe makes the file again, or one of the same pixels, as a decoder does that knows nothing else. */
async function comesBack(
  bytes: Uint8Array,
  { pixels, recipe }: Pick<FramedFile, 'pixels' | 'recipe'>,
  framed: ForeignMetadata,
  read: FrameReader,
): Promise<boolean> {
  // As it comes out of the metadata that are stored.
  const foreign = foreignOfMetadata(metadataOfForeign(framed));
  try {
    const { file, isAsMeant } = await remakeFramed(pixels, foreign, recipe, read);
    if (!isAnewRecipe(recipe)) return isAsMeant && equal(file, bytes);
    const remade = read(partsOf(file), 0);
    if (remade === null || 'kind' in remade) return false;
    return samePixels(pixels, pixelsOf(remade, (await unpackPieces(file, remade)).contents));
  } catch (error) {
    if (error instanceof VaezipError) return false;
    throw error;
  }
}

function samePixels(one: Pixels, other: Pixels): boolean {
  return equal(bytesOfSamples(one.data), bytesOfSamples(other.data));
}

function pixelsOf({ layout, pieces }: Framed, contents: readonly Uint8Array[]): Pixels {
  const pixels = emptyPixels(layout.shape);
  for (const [index, piece] of pieces.entries()) readPiece(contents[index], layout, piece, pixels);
  return pixels;
}

/** Whether a recipe gives the very file back where the other does not, or is smaller. */
function isBetter(recipe: Uint8Array, other: Uint8Array | undefined): boolean {
  if (!other || isAnewRecipe(recipe) !== isAnewRecipe(other)) return !other || isAnewRecipe(other);
  return recipe.length < other.length;
}

/** By the recipe of the very file, or of one that is packed anew, whichever comes back; null where neither does. */
async function codeFramed(bytes: Uint8Array, framed: Framed, variant: number, read: FrameReader) {
  const { contents, hows } = await unpackPieces(bytes, framed);
  const pixels = pixelsOf(framed, contents);
  const patches = patchesOf(pixels, framed, contents);
  // Pixels tell all of the image data: no other variant does better.
  const isWhole = patches?.isEmpty ?? false;
  const ways = [
    ...(hows && patches ? [{ variant, hows, patches: patches.bytes }] : []),
    ...(framed.packsAnew ? [{ variant, hows: null, patches: null }] : []),
  ];
  for (const way of ways) {
    const recipe = writeRecipe(bytes, framed, way);
    if (await comesBack(bytes, { pixels, recipe }, framed, read)) return { pixels, isWhole, recipe };
  }
  return null;
}

/** What of contents pixels do not tell; null where that is too much. */
function patchesOf(pixels: Pixels, { layout, pieces }: Framed, contents: readonly Uint8Array[]) {
  const writer = new ByteWriter();
  const numbers = numbersOf(layout);
  const most = SMALL_PATCH + contents.reduce((sum, { length }) => sum + length, 0) / PATCH_SHARE;
  let left = most;
  for (const [index, piece] of pieces.entries()) {
    left -= writePatch(writer, writePiece(layout, piece, pixels, numbers), contents[index], left);
    if (left < 0) return null;
  }
  return { bytes: writer.finish(), isEmpty: left === most };
}

/** Contents of all pieces, and how they were packed; null where that is not known. */
async function unpackPieces(bytes: Uint8Array, { layout, pieces, extents, packing }: Framed) {
  const writer = new ByteWriter();
  const contents: Uint8Array[] = [];
  let areKnown = true;
  // The last strip of a file may be as long as the others.
  const most = pieces.reduce((longest, piece) => Math.max(longest, pieceBytesOf(layout, piece)), 0);
  for (const { start, length } of extents) {
    const packed = bytes.subarray(start, start + length);
    const { content, how }: Unpacked = await inTurns(packing.unpack(packed, most, areKnown));
    contents.push(content);
    areKnown &&= how !== null;
    if (how) writer.bytes(how);
  }
  return { contents, hows: areKnown ? writer.finish() : null };
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
  bytes: Uint8Array,
  read: FrameReader,
): Promise<RemadeFile> {
  const recipe = readRecipe(bytes, pixels);
  const { variant, extents, file: frame, isAnew, checksum } = recipe;
  const framed = read(partsOf(frame), variant, { extents, foreign });
  if (framed === null || 'kind' in framed || (isAnew && !framed.packsAnew)) throw notOfSuch();
  const isOfImage = isOfShape(framed.layout.shape, pixels) && contentBytes(framed) <= mostBytes(pixels);
  if (!isOfImage || framed.pieces.length !== extents.length) throw notOfSuch();
  const packed = await packPieces(pixels, framed, recipe);
  const { file, places } = isAnew ? fitted(packed, recipe) : { file: frame, places: extents };
  for (const [index, { start, length }] of places.entries()) {
    if (packed[index].length !== length) throw notOfSuch();
    file.set(packed[index], start);
  }
  const { told } = isAnew
    ? { ...framed, ...read(partsOf(frame), variant, { extents: places, foreign }) }
    : framed;
  for (const { start, bytes } of told) {
    if (start + bytes.length > frame.length) throw notOfSuch();
    file.set(bytes, start);
  }
  return { file, isAsMeant: !isAnew && crc32(file) === checksum };
}

async function packPieces(
  pixels: Pixels,
  { layout, pieces, packing }: Framed,
  { hows, patches, isAnew }: FrameRecipe,
): Promise<Uint8Array[]> {
  const numbers = numbersOf(layout);
  const packed: Uint8Array[] = [];
  for (const piece of pieces) {
    const made = writePiece(layout, piece, pixels, numbers);
    packed.push(
      await inTurns(isAnew ? packing.packAnew(made) : packing.pack(applyPatch(patches, made), hows)),
    );
  }
  hows.end();
  patches.end();
  return packed;
}

/** Where image data of other lengths lie: where they lay, as long as there is room, then behind all. */
function fitted(packed: readonly Uint8Array[], { extents, file }: FrameRecipe) {
  let [at, end, next] = [0, 0, 0];
  let behind = file.length;
  const places = packed.map(({ length }): Extent => {
    while (at + length > end && next < extents.length) {
      // What follows a piece without a gap is room, too.
      const { start } = extents[next];
      if (start !== end) at = start;
      end = start + extents[next].length;
      next++;
    }
    if (at + length <= end) {
      at += length;
      return { start: at - length, length };
    }
    const start = behind + (behind % 2);
    behind = start + length;
    return { start, length };
  });
  const grown = new Uint8Array(behind);
  grown.set(file);
  return { file: grown, places };
}

function contentBytes({ layout, pieces }: Framed): number {
  return pieces.reduce((sum, piece) => sum + pieceBytesOf(layout, piece), 0);
}

/** Whether none begins before the one before it ends. */
function areInOrder(extents: readonly Extent[]): boolean {
  return extents.every(({ start }, index) => {
    const before = index > 0 ? extents[index - 1].start + extents[index - 1].length : 0;
    return start >= before;
  });
}

/** Refuses what no file of so many bytes holds before memory is taken for it. */
function checkRatio(framed: Framed, fileBytes: number): void {
  const { width, height } = framed.layout.shape;
  if (contentBytes(framed) > MOST_RATIO * fileBytes)
    throw new VaezipError('bad-input', `its ${fileBytes} bytes cannot hold ${width}x${height} pixels`);
}

/** Zeros take nothing. */
function reasonOfFrame(framed: Framed, bytes: Uint8Array): Reason | null {
  const most = Math.max(contentBytes(framed) / FRAME_SHARE, SMALL_FRAME);
  let [beside, end] = [0, 0];
  for (const { start, length } of [...framed.extents, { start: bytes.length, length: 0 }]) {
    for (let at = end; at < start; at++) if (bytes[at] !== 0) beside++;
    end = start + length;
  }
  if (beside <= most) return null;
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
