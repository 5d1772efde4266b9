// Recipes of framed files as bytes (docs/FORMAT.md, recipes of other files): the frame, where image data lie in it, how
// they were packed, and what of them pixels do not tell.
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { pack, unpack } from '../../../codec/bytes/packed.ts';
import { ByteReader } from '../../../codec/bytes/reader.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { sampleBytes } from '../../../codec/pixels/pixels.ts';
import { type Shape, VaezipError } from '../../../library/index.ts';
import { type Extent, type Framed, MOST_PIECES } from './frame.ts';

const NOTHING = new Uint8Array(0);
const MOST_BYTES = 2 ** 31;
/** Beside the variant: the image data are packed anew, since nothing is known that packs them as they were. */
const ANEW = 0x80;

/** What a recipe says. */
export interface FrameRecipe {
  readonly variant: number;
  readonly isAnew: boolean;
  /** CRC-32 of the file. */
  readonly checksum: number;
  readonly extents: readonly Extent[];
  /** Of each piece, how it was packed, and what of its content pixels do not tell; nothing where it is packed anew. */
  readonly hows: ByteReader;
  readonly patches: ByteReader;
  /** The file, with zeros for what is told otherwise. */
  readonly file: Uint8Array;
}

/** `told` are zeros in it. */
export function writeRecipe(
  file: Uint8Array,
  { extents, told }: Framed,
  {
    variant,
    hows,
    patches,
  }: { readonly variant: number; readonly hows: Uint8Array | null; readonly patches: Uint8Array | null },
): Uint8Array {
  const inner = new ByteWriter();
  inner.varint(extents.length);
  // Not slice(): that of a Buffer shares its memory.
  const blank = new Uint8Array(file);
  for (const part of told) blank.fill(0, part.start, part.start + part.bytes.length);
  let end = 0;
  const frame: Uint8Array[] = [];
  for (const { start, length } of extents) {
    inner.varint(start - end);
    inner.varint(length);
    frame.push(blank.subarray(end, start));
    end = start + length;
  }
  for (const part of [hows ?? NOTHING, patches ?? NOTHING]) {
    inner.varint(part.length);
    inner.bytes(part);
  }
  for (const part of [...frame, blank.subarray(end)]) inner.bytes(part);
  const writer = new ByteWriter();
  writer.uint8(variant | (hows ? 0 : ANEW));
  writer.uint32(crc32(file));
  writer.bytes(pack(inner.finish(), { level: 9 }));
  return writer.finish();
}

/** Undoes `writeRecipe`, for a file of such an image. Throws VaezipError 'bad-file' for what it does not write. */
export function readRecipe(recipe: Uint8Array, shape: Shape): FrameRecipe {
  const outer = new ByteReader(recipe);
  const first = outer.uint8();
  const checksum = outer.uint32();
  // Frame, places of pieces, how they are packed, and patches are less than that together.
  const reader = new ByteReader(unpack(outer.take(outer.remaining), 2 * mostBytes(shape)));
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
  if (length > mostBytes(shape)) throw notOfSuch();
  const [hows, patches] = [0, 1].map(
    () => new ByteReader(reader.take(reader.varint('length of a part of the recipe', MOST_BYTES))),
  );
  const file = placed(reader.take(reader.remaining), extents, length);
  return { variant: first & ~ANEW, isAnew: isAnewRecipe(recipe), checksum, extents, hows, patches, file };
}

/** Whether a recipe does not make the very bytes of the file. */
export function isAnewRecipe(recipe: Uint8Array): boolean {
  return (recipe[0] & ANEW) !== 0;
}

/** What image data of such an image may take, as they are or packed as badly as it gets. */
export function mostBytes(shape: Shape): number {
  return 4 * sampleBytes(shape) + 2 ** 22;
}

/** The frame's bytes in their places, with zeros for so many bytes of image data. */
function placed(frame: Uint8Array, extents: readonly Extent[], length: number): Uint8Array {
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
  return file;
}

/**
 * What of a piece's content the bytes made of its pixels do not tell, such as which of two equal colours a pixel has,
 * or what fills rows: the number of such bytes, the gaps before them, the bytes; then how many lie behind what was
 * made, and these. Returns the number of all, which goes beyond `most` where that is too much.
 */
export function writePatch(writer: ByteWriter, made: Uint8Array, content: Uint8Array, most: number): number {
  const behind = content.subarray(made.length);
  const places: number[] = [];
  for (let at = 0; at < made.length && places.length + behind.length <= most; at++)
    if (made[at] !== content[at]) places.push(at);
  writer.varint(places.length);
  for (const [index, at] of places.entries()) writer.varint(at - (places[index - 1] ?? -1) - 1);
  writer.bytes(Uint8Array.from(places, (at) => content[at]));
  writer.varint(behind.length);
  writer.bytes(behind);
  return places.length + behind.length;
}

/** Undoes `writePatch`: the content, of the bytes made of the pixels. */
export function applyPatch(reader: ByteReader, made: Uint8Array): Uint8Array {
  const count = reader.varint('number of bytes that pixels do not tell', made.length);
  let at = -1;
  const places = Array.from({ length: count }, () => {
    at += 1 + reader.varint('place of a byte that pixels do not tell', made.length);
    return at;
  });
  const bytes = reader.take(count);
  for (const [index, place] of places.entries()) made[place] = bytes[index];
  const behind = reader.take(reader.varint('number of bytes behind a piece', MOST_BYTES));
  if (behind.length === 0) return made;
  const content = new Uint8Array(made.length + behind.length);
  content.set(made);
  content.set(behind, made.length);
  return content;
}

export function notOfSuch(): VaezipError {
  return new VaezipError('bad-file', 'the recipe of the file is not of such an image');
}
