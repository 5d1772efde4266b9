// The palette of a PNG file beside an image whose colours are known: what it lists, and in which order. As bytes
// (docs/FORMAT.md, recipes): the order expected, the number of entries, and for each 0 and a colour that the image does
// not have, or which of the colours that are left it is.
import { ByteReader } from '../../../codec/bytes/reader.ts';
import { ByteWriter } from '../../../codec/bytes/writer.ts';
import { VaezipError } from '../../../library/index.ts';

/** As chunks have it: entries, and alpha of the first of them, 255 for the others. */
export interface Palette {
  /** PLTE: red, green, blue. */
  readonly colours: Uint8Array;
  /** tRNS; empty where there is none. */
  readonly alphas: Uint8Array;
}

const MOST_ENTRIES = 256;
const OPAQUE = 0xff000000;

/** Orders that writers have, given the colours in the order in which they appear. */
const ORDERS: readonly ((colours: readonly number[], counts: ReadonlyMap<number, number>) => number[])[] = [
  (colours) => [...colours],
  (colours) => [
    ...colours.filter((colour) => colour < OPAQUE),
    ...colours.filter((colour) => colour >= OPAQUE),
  ],
  (colours, counts) => colours.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)),
  (colours) => colours.toSorted((a, b) => a - b),
];

/** Which entry a pixel has: the first of its colour. */
export function indicesOfPalette(palette: Palette): Map<number, number> {
  const indices = new Map<number, number>();
  for (const [index, colour] of entriesOf(palette).entries())
    if (!indices.has(colour)) indices.set(colour, index);
  return indices;
}

/** The palette as bytes, by the shortest order; `pixels` are its image's, as `coloursOf` gives them. */
export function writePalette(palette: Palette, pixels: Uint32Array): Uint8Array {
  const counts = countsOf(pixels);
  const all = ORDERS.map((_, order) => {
    const writer = new ByteWriter();
    writer.uint8(order);
    writer.varint(palette.colours.length / 3);
    writer.varint(palette.alphas.length);
    const left = expectedBy(order, counts);
    for (const [index, colour] of entriesOf(palette).entries()) {
      const place = left.indexOf(colour);
      writer.varint(place + 1);
      if (place >= 0) left.splice(place, 1);
      else {
        writer.bytes(palette.colours.subarray(3 * index, 3 * index + 3));
        if (index < palette.alphas.length) writer.uint8(palette.alphas[index]);
      }
    }
    return writer.finish();
  });
  // Most places are 1: what is not takes room when the bytes are packed.
  const cost = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + (byte === 1 ? 0 : 1), 0);
  return all.reduce((best, bytes) => (cost(bytes) < cost(best) ? bytes : best));
}

/** Undoes `writePalette`. Throws VaezipError 'bad-file' for what it does not write. */
export function readPalette(bytes: Uint8Array, pixels: Uint32Array): Palette {
  const reader = new ByteReader(bytes);
  const order = reader.uint8();
  if (order >= ORDERS.length) throw new VaezipError('bad-file', 'a palette is in no known order');
  const entries = reader.varint('number of colours of a palette', MOST_ENTRIES);
  const transparent = reader.varint('number of transparent colours of a palette', entries);
  const left = expectedBy(order, countsOf(pixels));
  const colours = new Uint8Array(3 * entries);
  const alphas = new Uint8Array(transparent);
  for (let index = 0; index < entries; index++) {
    const place = reader.varint('place of a colour', left.length);
    if (place === 0) {
      colours.set(reader.take(3), 3 * index);
      if (index < transparent) alphas[index] = reader.uint8();
      continue;
    }
    const [colour] = left.splice(place - 1, 1);
    colours.set([colour >> 16, colour >> 8, colour], 3 * index);
    if (index < transparent) alphas[index] = colour >>> 24;
  }
  reader.end();
  return { colours, alphas };
}

function expectedBy(order: number, counts: ReadonlyMap<number, number>): number[] {
  return ORDERS[order]([...counts.keys()], counts);
}

/** Pixels of each colour. Throws VaezipError 'bad-file' for more colours than a palette has. */
function countsOf(pixels: Uint32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const colour of pixels) {
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
    if (counts.size > MOST_ENTRIES)
      throw new VaezipError('bad-file', `an image of a palette with more than ${MOST_ENTRIES} colours`);
  }
  return counts;
}

function entriesOf({ colours, alphas }: Palette): number[] {
  return Array.from({ length: colours.length / 3 }, (_, index) => {
    const [red, green, blue] = colours.subarray(3 * index);
    return (((alphas[index] ?? 255) << 24) | (red << 16) | (green << 8) | blue) >>> 0;
  });
}
