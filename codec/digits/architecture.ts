// The digits model's shape, which training and codec share: names and shapes of its tensors, and the causal context.
// z1 (bottom) and z2 (top) are Gaussian latents in Bit-Swap order (Kingma et al. 2019):
//   q(z1|x): patches -> 3x3 convolution -> dense;    q(z2|z1), p(z1|z2): one hidden layer each;    p(z2) = N(0, 1);
//   p(x|z1): dense -> 3x3 convolution -> 32 numbers a pixel, which with the pixel's causal
//   context enter a small network
//   whose outputs are a mixture of four discretized logistics.

import { Constants } from '../kernel/layouts.ts';

export const FORMAT = 'vaezip-digits';

/** What the kernel is compiled for; component means are CENTRE + UNIT * output, scales UNIT * e^output, in levels. */
export const {
  SIDE,
  PATCH,
  GRID,
  CONTEXT,
  OUTPUTS,
  CENTRE,
  UNIT,
  HIDDEN: PIXEL_HIDDEN,
} = Constants['digits/pixels'];

export const PIXELS = SIDE * SIDE;
export const CELLS = GRID * GRID;
export const PATCH_PIXELS = PATCH * PATCH;
export const CHANNELS = 32;
export const HIDDEN = 128;
export const BOTTOM = 24;
export const TOP = 12;
/** Each with a mean, a log scale and a logit. */
export const COMPONENTS = OUTPUTS / 3;
/** Outputs that are log scales are clamped to +- this. */
export const LOG_SCALE_LIMIT = 4;

/** The neighbours that a pixel sees, as [rows down, columns right]; outside the image they are 0. Each
 * is two inputs: value / 255, and 1 if the value is 0. */
export const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [0, -1],
  [-1, -1],
  [-1, 0],
  [-1, 1],
];

/** Shapes of the tensors; dense weights are [inputs, outputs], convolutions [3, 3, inputs, outputs]. */
export const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'encoder.patch.weight': [PATCH_PIXELS, CHANNELS],
  'encoder.patch.bias': [CHANNELS],
  'encoder.convolution.weight': [3, 3, CHANNELS, CHANNELS],
  'encoder.convolution.bias': [CHANNELS],
  'encoder.hidden.weight': [CELLS * CHANNELS, HIDDEN],
  'encoder.hidden.bias': [HIDDEN],
  'encoder.bottom.weight': [HIDDEN, 2 * BOTTOM],
  'encoder.bottom.bias': [2 * BOTTOM],
  'encoder.middle.weight': [BOTTOM, HIDDEN],
  'encoder.middle.bias': [HIDDEN],
  'encoder.top.weight': [HIDDEN, 2 * TOP],
  'encoder.top.bias': [2 * TOP],
  'decoder.top.weight': [TOP, HIDDEN],
  'decoder.top.bias': [HIDDEN],
  'decoder.bottom.weight': [HIDDEN, 2 * BOTTOM],
  'decoder.bottom.bias': [2 * BOTTOM],
  'decoder.hidden.weight': [BOTTOM, CELLS * CHANNELS],
  'decoder.hidden.bias': [CELLS * CHANNELS],
  'decoder.convolution.weight': [3, 3, CHANNELS, CHANNELS],
  'decoder.convolution.bias': [CHANNELS],
  'decoder.patch.weight': [CHANNELS, PATCH_PIXELS * PIXEL_HIDDEN],
  'decoder.patch.bias': [PATCH_PIXELS * PIXEL_HIDDEN],
  'pixel.context.weight': [CONTEXT, PIXEL_HIDDEN],
  'pixel.hidden.weight': [PIXEL_HIDDEN, PIXEL_HIDDEN],
  'pixel.hidden.bias': [PIXEL_HIDDEN],
  'pixel.output.weight': [PIXEL_HIDDEN, OUTPUTS],
  'pixel.output.bias': [OUTPUTS],
};

/** Index, in raster order, of pixel `i` of the patches in their order: cell by cell, row by row within each. */
export function rasterIndex(i: number): number {
  const cell = Math.floor(i / PATCH_PIXELS);
  const within = i % PATCH_PIXELS;
  const y = PATCH * Math.floor(cell / GRID) + Math.floor(within / PATCH);
  const x = PATCH * (cell % GRID) + (within % PATCH);
  return y * SIDE + x;
}
