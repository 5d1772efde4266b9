// Images that are tiles of larger ones, as of maps and of data sets that were cut out of photos, are coded as these:
// across their edges the model sees on. What fits together is told by the edges alone.

import { VaezipError } from '../codec/error.ts';
import { blankSamples, type Pixels, type Samples, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import type { Tiling } from '../container/archive/members.ts';

/** Images of one shape that make one sheet, by their places among all; as tiles, or as a chain where these are none. */
export interface Arrangement {
  readonly places: readonly number[];
  readonly tiling: Tiling | null;
}

/** An edge beside another is no further from it than so many times what lies next to it in its own image, ... */
const MAX_STEP = 3;
/** ... and so many levels. */
const MAX_LEVELS = 2;
/** It goes on in the other if it is nearer to it than so much of what it is to the other turned around. */
const MAX_SHARE = 0.6;
/** Of tiles in a line, and of lines beside each other, this share goes on in the next: flat edges do not tell. */
const LEAST_SHARE = 0.25;
/** No more of them than this share are apart: ends of lines, and what begins at an edge by chance. */
const MOST_APART = 0.25;
/** Images of a line, at most, of several lines. */
const MAX_LINE = 512;
/** Pairs of images that are looked at for each length of a line. */
const MAX_PAIRS = 64;

/** How images of one shape, one after the other, are to be coded. */
export function arrange(images: readonly Pixels[]): Arrangement[] {
  const all = [...images.keys()];
  const rows = joints(images, false);
  const columns = joints(images, true);
  const down = shareOf(columns) > shareOf(rows);
  const along = down ? columns : rows;
  if (shareOf(along) < LEAST_SHARE) return [{ places: all, tiling: null }];
  const line = lineLength(images, down);
  if (line === null) return [{ places: all, tiling: { line: images.length, down } }];
  const from = phaseOf(along, line);
  const to = from + line * Math.floor((images.length - from) / line);
  const pieces = [all.slice(from, to), all.slice(0, from), all.slice(to)];
  return pieces
    .filter(({ length }) => length > 0)
    .map((places) => ({ places, tiling: { line: Math.min(line, places.length), down } }));
}

/** One image of tiles. */
export function joinTiles(tiles: readonly Pixels[], tiling: Tiling): Pixels {
  const [tile] = tiles;
  const shape = joinedShape(tile, tiles.length, tiling);
  const data = blankSamples(shape.bitDepth, sampleCount(shape));
  for (const [place, { data: samples }] of tiles.entries())
    eachRow(tile, shape, place, tiling, (from, to, length) =>
      data.set(samples.subarray(from, from + length), to),
    );
  return { ...shape, data };
}

/**
 * Undoes `joinTiles`: the tile of each place.
 * @throws VaezipError 'bad-file' for an image that so many tiles do not make.
 */
export function cutTiles(image: Pixels, count: number, tiling: Tiling): (place: number) => Pixels {
  const { line, down } = tiling;
  const [across, below] = down ? [count / line, line] : [line, count / line];
  const [width, height] = [image.width / across, image.height / below];
  if (![across, below, width, height].every(Number.isInteger) || image.images !== 1)
    throw new VaezipError('bad-file', `a sheet is not made of ${count} tiles`);
  const tile: Shape = { ...shapeOf(image), width, height };
  return (place) => {
    const data: Samples = blankSamples(tile.bitDepth, sampleCount(tile));
    eachRow(tile, image, place, tiling, (to, from, length) =>
      data.set(image.data.subarray(from, from + length), to),
    );
    return { ...tile, data };
  };
}

function joinedShape(tile: Shape, count: number, { line, down }: Tiling): Shape {
  const [across, below] = down ? [count / line, line] : [line, count / line];
  return { ...shapeOf(tile), width: across * tile.width, height: below * tile.height };
}

function shapeOf({ width, height, channels, bitDepth, images }: Shape): Shape {
  return { width, height, channels, bitDepth, images };
}

/** Calls with where each row of a tile begins in it and in the image, and how many samples it has. */
function eachRow(
  tile: Shape,
  image: Shape,
  place: number,
  { line, down }: Tiling,
  visit: (inTile: number, inImage: number, length: number) => void,
): void {
  const [along, across] = [place % line, Math.floor(place / line)];
  const [column, row] = down ? [across, along] : [along, across];
  const length = tile.width * tile.channels;
  for (let y = 0; y < tile.height; y++)
    visit(y * length, ((row * tile.height + y) * image.width + column * tile.width) * tile.channels, length);
}

/** What an image's edge has to do with the one that would lie beside it. */
type Joint = 'apart' | 'possible' | 'goes on';

/** Of each image with the next one, which would lie below it, or to the right of it. */
function joints(images: readonly Pixels[], down: boolean): Joint[] {
  return images.slice(1).map((image, place) => jointOf(images[place], image, down));
}

function shareOf(joints: readonly Joint[]): number {
  const going = joints.filter((joint) => joint === 'goes on').length;
  const apart = joints.filter((joint) => joint === 'apart').length;
  return joints.length > 0 && apart <= MOST_APART * joints.length ? going / joints.length : 0;
}

function jointOf(first: Pixels, second: Pixels, down: boolean): Joint {
  const [last, beforeLast] = [edgeOf(first, down, -1), edgeOf(first, down, -2)];
  const [next, behindNext] = [edgeOf(second, down, 0), edgeOf(second, down, 1)];
  const step = distance(last, next);
  const own = (distance(last, beforeLast) + distance(next, behindNext)) / 2;
  if (step > MAX_STEP * own + MAX_LEVELS * last.length) return 'apart';
  return step < MAX_SHARE * distanceTurned(last, next, first.channels) ? 'goes on' : 'possible';
}

/** Samples of a row or a column, of a negative number counted from the end; the nearest that there is. */
function edgeOf({ data, ...shape }: Pixels, isRow: boolean, number: number): Samples {
  const { width, height, channels, bitDepth } = shape;
  const count = isRow ? height : width;
  const at = Math.min(Math.max(number < 0 ? count + number : number, 0), count - 1);
  const rowLength = width * channels;
  if (isRow) return data.subarray(at * rowLength, (at + 1) * rowLength);
  const edge = blankSamples(bitDepth, height * channels);
  for (let y = 0; y < height; y++)
    for (let c = 0; c < channels; c++) edge[y * channels + c] = data[y * rowLength + at * channels + c];
  return edge;
}

function distance(one: Samples, other: Samples): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs(one[at] - other[at]);
  return sum;
}

/** To the other edge from its end to its beginning. */
function distanceTurned(one: Samples, other: Samples, channels: number): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) {
    const channel = at % channels;
    sum += Math.abs(one[at] - other[other.length - channels - (at - channel) + channel]);
  }
  return sum;
}

/** Images of a line where lines lie beside each other; null where none do. */
function lineLength(images: readonly Pixels[], down: boolean): number | null {
  let best: { readonly line: number; readonly share: number } | null = null;
  for (let line = 2; line <= MAX_LINE && 2 * line <= images.length; line++) {
    const pairs = Math.min(images.length - line, MAX_PAIRS);
    const found = range(0, pairs).map((pair) => {
      const place = Math.floor((pair * (images.length - line)) / pairs);
      return jointOf(images[place], images[place + line], !down);
    });
    const share = shareOf(found);
    if (share >= LEAST_SHARE && share > (best?.share ?? 0)) best = { line, share };
  }
  return best?.line ?? null;
}

/** The place, below the length of a line, behind which fewest images go on: where the first whole line begins. */
function phaseOf(along: readonly Joint[], line: number): number {
  let best = { phase: 0, going: Number.POSITIVE_INFINITY };
  for (let phase = 0; phase < line; phase++) {
    const ends = along.filter((_, place) => (place + 1) % line === phase);
    const going = ends.filter((joint) => joint !== 'apart').length / Math.max(ends.length, 1);
    if (going < best.going) best = { phase, going };
  }
  return best.phase;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
