// PNG files in the form in which they came, of their pixels and metadata: to the byte where the image data were packed
// by zlib, or Chromium's zlib, with settings that are found.
import { deflateSync, constants as zlib } from 'node:zlib';
import { inTurns } from '../../../codec/bytes/turns.ts';
import { equal, packing, understanding } from '../../../codec/bytes/zlib-streams.ts';
import { type Pixels, type Shape, type SourceForm, VaezipError } from '../../../library/index.ts';
import { joinPng, type PngChunk, type PngHeader, SAMPLES } from './chunks.ts';
import { filter, filtersOf, LEAST_SUM, unfilter } from './filters.ts';
import type { PlacedChunk } from './metadata.ts';
import { indicesOfPalette, type Palette, readPalette, writePalette } from './palette.ts';
import {
  checkOf,
  type ImageStream,
  type InsertedChunk,
  MOST_CHUNKS,
  type PngRecipe,
  readRecipe,
  writeRecipe,
} from './recipe.ts';
import { coloursOf, imageDataBytes, packRows, passesOf } from './rows.ts';

/** Image data with more bytes are not made again: it takes too long. */
const MOST_BYTES = 2 ** 28;
const PALETTE = 3;

/** What of a PNG file was read. */
export interface ReadPng {
  readonly bytes: Uint8Array;
  readonly header: PngHeader;
  readonly chunks: readonly PngChunk[];
  readonly placed: readonly PlacedChunk[];
  readonly form: SourceForm | null;
  readonly pixels: Pixels;
}

/**
 * The recipe of a file: of all its bytes, or, where those cannot be made again, of one that has its form; null where
 * that needs none.
 */
export async function recipeOfPng(png: ReadPng): Promise<Uint8Array | null> {
  const { bytes, header, chunks, placed, form, pixels } = png;
  const passes = passesOf(header);
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const expected = imageDataBytes(passes);
  const beside = besideImageData(chunks, placed, header, pixels);
  if (expected > MOST_BYTES || parts.length > MOST_CHUNKS || !beside) return null;
  const packed = new Uint8Array(Buffer.concat(parts));
  const understood = await inTurns(understanding(packed, expected));
  const unfiltered = understood && unfilter(understood.content, passes, stepOf(header));
  if (!unfiltered || !equal(packRows(pixels, header, indicesFor(beside.palette)), unfiltered.rows))
    return null;
  const described = { ...beside.recipe, stream: null };
  if (understood.settings) {
    const sizes = parts.map(({ length }) => length);
    const filters = filtersOf(unfiltered, passes, stepOf(header));
    const stream = { settings: understood.settings, filters, sizes, check: checkOf(bytes) };
    const recipe = { ...described, stream };
    const remade = fileOf(header, placed, beside.palette, recipe, packed);
    if (equal(remade, bytes)) return writeRecipe(recipe, expected);
  }
  return form ? writeRecipe(described, expected) : null;
}

/** A file by its recipe, and whether it is what the recipe says: the file that there was, or one of its form. */
export interface Remade {
  readonly file: Uint8Array;
  readonly isAsMeant: boolean;
}

/**
 * Undoes `recipeOfPng`.
 * @throws VaezipError 'bad-file' for a recipe that is not of such an image.
 */
export async function remakePng(
  pixels: Pixels,
  form: SourceForm | null,
  placed: readonly PlacedChunk[],
  bytes: Uint8Array,
): Promise<Remade> {
  const header = headerOf(form, pixels);
  const recipe = readRecipe(bytes, imageDataBytes(passesOf(header)));
  if ((header.colourType === PALETTE) !== (recipe.palette !== null))
    throw new VaezipError('bad-file', 'the recipe of the PNG file is not of such an image');
  const palette = recipe.palette && readPalette(recipe.palette.bytes, coloursOf(pixels));
  const rows = packRows(pixels, header, indicesFor(palette));
  const packed = await packImageData(rows, header, recipe.stream);
  const file = fileOf(header, placed, palette, recipe, packed);
  return { file, isAsMeant: recipe.stream === null || checkOf(file) === recipe.stream.check };
}

async function packImageData(
  rows: Uint8Array,
  header: PngHeader,
  stream: ImageStream | null,
): Promise<Uint8Array> {
  const passes = passesOf(header);
  const step = stepOf(header);
  if (stream) {
    const count = passes.reduce((sum, pass) => sum + pass.rows, 0);
    if (typeof stream.filters !== 'number' && stream.filters.length !== count)
      throw new VaezipError('bad-file', 'the recipe of the PNG file is of another number of rows');
    return inTurns(packing(filter(rows, passes, step, stream.filters), stream.settings));
  }
  const plain = header.colourType === PALETTE || header.depth < 8;
  const filtered = filter(rows, passes, step, plain ? 0 : LEAST_SUM);
  return deflateSync(filtered, { strategy: plain ? zlib.Z_DEFAULT_STRATEGY : zlib.Z_FILTERED });
}

/** All but the image data of a file: a recipe of that, and the palette. Null where chunks stand as none can say. */
function besideImageData(
  chunks: readonly PngChunk[],
  placed: readonly PlacedChunk[],
  { colourType }: PngHeader,
  pixels: Pixels,
) {
  const isPalette = colourType === PALETTE;
  const before = chunks.slice(
    1,
    chunks.findIndex(({ type }) => type === 'IDAT'),
  );
  const isOfPalette = ({ type }: PngChunk) => isPalette && (type === 'PLTE' || type === 'tRNS');
  const inserted: InsertedChunk[] = [];
  const places: number[] = [];
  const changed = new Map<number, Uint8Array>();
  let number = 0;
  for (const [place, chunk] of before.entries()) {
    const same = placed[number];
    if (isOfPalette(chunk)) places.push(place);
    else if (same && !same.afterImage && same.type === chunk.type) {
      if (!equal(same.data, chunk.data)) changed.set(number, chunk.data);
      number++;
    } else inserted.push({ place, ...chunk });
  }
  const dataOf = (type: string) => before.find((chunk) => chunk.type === type)?.data ?? new Uint8Array(0);
  const palette: Palette | null = isPalette ? { colours: dataOf('PLTE'), alphas: dataOf('tRNS') } : null;
  if (palette && !isPaletteInOrder(before.filter(isOfPalette), palette)) return null;
  const part = palette && { bytes: writePalette(palette, coloursOf(pixels)), places };
  return { palette, recipe: { palette: part, inserted, changed } };
}

/** Whether there is a palette, of whole colours, and transparency behind it or not at all. */
function isPaletteInOrder(found: readonly PngChunk[], { colours, alphas }: Palette): boolean {
  const types = found.map(({ type }) => type).join(' ');
  const isKnown = types === 'PLTE' || (types === 'PLTE tRNS' && alphas.length > 0);
  return isKnown && colours.length > 0 && colours.length % 3 === 0 && 3 * alphas.length <= colours.length;
}

function indicesFor(palette: Palette | null): ReadonlyMap<number, number> | null {
  return palette && indicesOfPalette(palette);
}

/** The file of packed image data. */
function fileOf(
  header: PngHeader,
  placed: readonly PlacedChunk[],
  palette: Palette | null,
  { stream, palette: part, inserted, changed }: PngRecipe,
  packed: Uint8Array,
): Uint8Array {
  const chunks = placed.map((chunk, number) => ({ ...chunk, data: changed.get(number) ?? chunk.data }));
  const before: PngChunk[] = chunks.filter(({ afterImage }) => !afterImage);
  const ofPalette = part && palette ? palettesChunks(palette, part.places) : [];
  const additions = [...inserted, ...ofPalette].toSorted((a, b) => a.place - b.place);
  for (const { place, type, data } of additions) before.splice(place, 0, { type, data });
  return joinPng([
    { type: 'IHDR', data: headerData(header) },
    ...before,
    ...split(packed, stream?.sizes ?? [packed.length]),
    ...chunks.filter(({ afterImage }) => afterImage),
    { type: 'IEND', data: new Uint8Array(0) },
  ]);
}

function palettesChunks({ colours, alphas }: Palette, [first, second]: readonly number[]): InsertedChunk[] {
  const chunk = { type: 'PLTE', place: first, data: colours };
  return second === undefined ? [chunk] : [chunk, { type: 'tRNS', place: second, data: alphas }];
}

/** Chunks of image data of such sizes; the last size holds on. */
function split(packed: Uint8Array, sizes: readonly number[]): PngChunk[] {
  const chunks: PngChunk[] = [];
  let at = 0;
  for (let index = 0; at < packed.length || index < sizes.length; index++) {
    const size = sizes[Math.min(index, sizes.length - 1)];
    if (index === MOST_CHUNKS || (size === 0 && index >= sizes.length))
      throw new VaezipError('bad-file', 'the recipe of the PNG file has too many chunks of image data');
    chunks.push({ type: 'IDAT', data: packed.subarray(at, at + size) });
    at += size;
  }
  return chunks;
}

function headerData({ width, height, depth, colourType, interlaced }: PngHeader): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return data;
}

function headerOf(form: SourceForm | null, { width, height, channels, bitDepth }: Shape): PngHeader {
  if (form && form.format !== 'png')
    throw new VaezipError('bad-file', 'there is a recipe of a PNG file of what was none');
  const usual = { colourType: [0, 4, 2, 6][channels - 1], depth: bitDepth, interlaced: false };
  const { colourType, depth, interlaced } = form ?? usual;
  const samples = SAMPLES[colourType];
  const alpha = channels % 2 === 0;
  const fits =
    colourType === PALETTE
      ? channels > 2 && bitDepth === 8
      : channels > 2 === samples > 2 && (alpha || samples % 2 === 1) && depth > 8 === bitDepth > 8;
  if (!fits || depth > bitDepth)
    throw new VaezipError('bad-file', 'the form of the PNG file is not of such an image');
  return { width, height, depth, colourType, samples, interlaced };
}

/** Bytes from a sample to the same of the pixel before, at least 1. */
function stepOf({ samples, depth }: PngHeader): number {
  return Math.max(1, (samples * depth) >> 3);
}
