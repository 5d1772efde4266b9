// The binary model's shape, which training and codec share: names and shapes of its tensors, and the causal context.
// One layer of Gaussian latents z:
//   q(z|x): windows around the patches of 4x4 pixels -> a few numbers each -> dense;    p(z) = N(0, 1);
//   p(x|z): dense -> a few numbers a patch -> 3x3 convolution -> a few numbers ("features") a pixel, which with the
//   pixel's causal neighbours, if the model looks at any, enter a small network whose output is the logit of white.

import { VaezipError } from '../error.ts';
import { Constants } from '../kernel/layouts.ts';
import type { NamedArrays } from '../network/safetensors.ts';

export const FORMAT = 'vaezip-binary';

export const { SIDE, PATCH, GRID, LEAST_PROBABILITY } = Constants['binary/pixels'];

export const PIXELS = SIDE * SIDE;
export const CELLS = GRID * GRID;
export const PATCH_PIXELS = PATCH * PATCH;
/** Channels of the grid of patches: at its widest, and between it and the layers that see all of it. */
export const CHANNELS = 32;
export const NARROW = 8;
/** Numbers that stand for a patch before its pixels' features. */
export const CELL = 64;

/** What models of the family differ in. */
export interface Sizes {
  /** Of z: an even number, from 2 to MOST_LATENTS. */
  readonly latents: number;
  /** Causal neighbours that a pixel sees, the first of NEIGHBOURS; 0 for a likelihood that is factorised. */
  readonly neighbours: number;
  /** Width of the pixels' network: a multiple of 4, to MOST_FEATURES. */
  readonly features: number;
  /** Width of the layers that see the whole image or all latents: a multiple of 4, to MOST_HIDDEN. */
  readonly hidden: number;
  /** Side of the encoder's windows, one around each patch: PATCH, and a multiple of 2 more, to SIDE. */
  readonly window: number;
  /** Numbers that a window becomes: at first, and for the layer that sees all; multiples of 4, to MOST_FEATURES. */
  readonly windowHidden: number;
  readonly windowCode: number;
}

export const MOST_LATENTS = 128;
export const MOST_FEATURES = 64;
export const MOST_HIDDEN = 512;

/** The neighbours as [rows down, columns right], nearest first; outside the image they are black. */
export const NEIGHBOURS: readonly (readonly [number, number])[] = [
  ...[
    [0, -1],
    [-1, 0],
    [-1, -1],
    [-1, 1],
    [0, -2],
    [-2, 0],
  ],
  ...[
    [-1, -2],
    [-1, 2],
    [-2, -1],
    [-2, 1],
    [-2, -2],
    [-2, 2],
    [0, -3],
    [-3, 0],
  ],
  ...[
    [-1, -3],
    [-1, 3],
    [-3, -1],
    [-3, 1],
    [-2, -3],
    [-2, 3],
    [-3, -2],
    [-3, 2],
    [0, -4],
    [-4, 0],
  ],
] as [number, number][];

/** Shapes of the tensors; dense weights are [inputs, outputs], convolutions [3, 3, inputs, outputs]. */
export function shapesOf(sizes: Sizes): Record<string, readonly number[]> {
  const { latents, neighbours, features, hidden, window, windowHidden, windowCode } = sizes;
  const shapes: Record<string, readonly number[]> = {};
  const layer = (name: string, ...shape: number[]) => {
    shapes[`${name}.weight`] = shape;
    shapes[`${name}.bias`] = shape.slice(-1);
  };
  layer('encoder.patch', window ** 2, windowHidden);
  layer('encoder.narrow', windowHidden, windowCode);
  layer('encoder.hidden', CELLS * windowCode, hidden);
  layer('encoder.latents', hidden, 2 * latents);
  layer('decoder.hidden', latents, hidden);
  layer('decoder.narrow', hidden, CELLS * NARROW);
  layer('decoder.convolution', 3, 3, NARROW, CHANNELS);
  layer('decoder.cell', CHANNELS, CELL);
  layer('decoder.patch', CELL, PATCH_PIXELS * features);
  if (neighbours > 0) shapes['pixel.context.weight'] = [neighbours, features];
  layer('pixel.hidden', features, features);
  layer('pixel.output', features, 1);
  return shapes;
}

/** The sizes of a model by its tensors. Throws VaezipError 'bad-file' where there is no such model; `file` names it. */
export function sizesOf(tensors: NamedArrays, file: string): Sizes {
  const rows = (name: string) => tensors[name]?.shape[0] ?? 0;
  const sizes: Sizes = {
    latents: rows('decoder.hidden.weight'),
    neighbours: rows('pixel.context.weight'),
    features: rows('pixel.hidden.weight'),
    hidden: rows('decoder.narrow.weight'),
    window: Math.sqrt(rows('encoder.patch.weight')),
    windowHidden: rows('encoder.narrow.weight'),
    windowCode: rows('encoder.hidden.weight') / CELLS,
  };
  const isWidth = (size: number, multiple: number, most: number) =>
    size >= multiple && size <= most && size % multiple === 0;
  const fits =
    isWidth(sizes.latents, 2, MOST_LATENTS) &&
    sizes.neighbours <= NEIGHBOURS.length &&
    isWidth(sizes.features, 4, MOST_FEATURES) &&
    isWidth(sizes.hidden, 4, MOST_HIDDEN) &&
    isWidth(sizes.window - PATCH + 2, 2, SIDE - PATCH + 2) &&
    isWidth(sizes.windowHidden, 4, MOST_FEATURES) &&
    isWidth(sizes.windowCode, 4, MOST_FEATURES);
  if (fits) return sizes;
  throw new VaezipError('bad-file', `${file} holds no model of such sizes: ${JSON.stringify(sizes)}`);
}

/** Index, in raster order, of pixel `i` of the patches in their order: cell by cell, row by row within each. */
export function rasterIndex(i: number): number {
  const cell = Math.floor(i / PATCH_PIXELS);
  const within = i % PATCH_PIXELS;
  const y = PATCH * Math.floor(cell / GRID) + Math.floor(within / PATCH);
  const x = PATCH * (cell % GRID) + (within % PATCH);
  return y * SIDE + x;
}

/** For each cell, for each sample of the window around it: its index in raster order, -1 outside the image. */
export function windowPlaces(window: number): Int16Array {
  const margin = (window - PATCH) / 2;
  return Int16Array.from({ length: CELLS * window ** 2 }, (_, i) => {
    const cell = Math.floor(i / window ** 2);
    const y = PATCH * Math.floor(cell / GRID) + Math.floor((i % window ** 2) / window) - margin;
    const x = PATCH * (cell % GRID) + (i % window) - margin;
    return y >= 0 && y < SIDE && x >= 0 && x < SIDE ? y * SIDE + x : -1;
  });
}
