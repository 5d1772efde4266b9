// The digits model's shape, which training and codec share: names and shapes of its tensors, and the causal context.
// z1 (bottom) and z2 (top) are Gaussian latents in Bit-Swap order (Kingma et al. 2019):
//   q(z1|x): two hidden layers;    q(z2|z1), p(z1|z2): one hidden layer each;    p(z2) = N(0, 1);
//   p(x|z1): first which cells have ink, that is a pixel that is not 0; then the pixels of those cells alone. From z1
//   and the ink, a dense layer and a 3x3 convolution give numbers for each pixel, which with the pixel's causal
//   context enter a small network, whose outputs are a mixture of four logistics over levels of learnt widths.
// Hidden layers are leaky (slope SLOPE below 0).

import { Constants } from '../kernel/layouts.ts';

export const FORMAT = 'vaezip-digits';

/** What the kernel is compiled for; component means are CENTRE + UNIT * output, scales UNIT * e^output, in widths. */
export const {
  SIDE,
  PATCH,
  GRID,
  CELLS,
  CHANNELS,
  CONTEXT,
  FEATURES,
  FULL,
  OUTPUTS,
  CENTRE,
  UNIT,
  FIRST,
  SECOND,
  BOTTOM,
  TOP,
} = Constants['digits/sizes'];

export const PIXELS = SIDE * SIDE;
export const PATCH_PIXELS = PATCH * PATCH;
/** Units of the hidden layers: of q(z1|x), both; between z1 and z2; before the cells' ink. */
export const ENCODER_UNITS = [192, 96] as const;
export const LATENT_UNITS = 64;
export const INK_UNITS = 64;
/** Outputs of layers come in fours: the last three are of no cell. */
export const INK_OUTPUTS = 52;
/** Each with a mean, a log scale and a logit. */
export const COMPONENTS = OUTPUTS / 3;
/** Outputs that are log scales are clamped to +- this. */
export const LOG_SCALE_LIMIT = 4;

/**
 * The neighbours that a pixel sees, as [rows down, columns right]; outside the image they are 0. Each is FEATURES
 * inputs: value / 255, 1 if the value is not 0, 1 if it is FULL at least.
 */
export const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [0, -1],
  [-1, 0],
  [-1, -1],
  [-1, 1],
  [0, -2],
  [-2, 0],
  [-1, -2],
  [-1, 2],
  [-2, -1],
  [-2, 1],
  [-2, -2],
  [-2, 2],
  [0, -3],
  [-3, 0],
];

/** Shapes of the tensors; dense weights are [inputs, outputs], convolutions [3, 3, inputs, outputs]. */
export const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'encoder.image.weight': [PIXELS, ENCODER_UNITS[0]],
  'encoder.image.bias': [ENCODER_UNITS[0]],
  'encoder.hidden.weight': [ENCODER_UNITS[0], ENCODER_UNITS[1]],
  'encoder.hidden.bias': [ENCODER_UNITS[1]],
  'encoder.bottom.weight': [ENCODER_UNITS[1], 2 * BOTTOM],
  'encoder.bottom.bias': [2 * BOTTOM],
  'encoder.middle.weight': [BOTTOM, LATENT_UNITS],
  'encoder.middle.bias': [LATENT_UNITS],
  'encoder.top.weight': [LATENT_UNITS, 2 * TOP],
  'encoder.top.bias': [2 * TOP],
  'decoder.top.weight': [TOP, LATENT_UNITS],
  'decoder.top.bias': [LATENT_UNITS],
  'decoder.bottom.weight': [LATENT_UNITS, 2 * BOTTOM],
  'decoder.bottom.bias': [2 * BOTTOM],
  'ink.hidden.weight': [BOTTOM, INK_UNITS],
  'ink.hidden.bias': [INK_UNITS],
  'ink.output.weight': [INK_UNITS, INK_OUTPUTS],
  'ink.output.bias': [INK_OUTPUTS],
  /** From each cell's ink to those after it; the rest is not used. */
  'ink.cells.weight': [CELLS, INK_OUTPUTS],
  'decoder.hidden.weight': [BOTTOM, CELLS * CHANNELS],
  'decoder.hidden.bias': [CELLS * CHANNELS],
  /** What is added to the channels of a cell with ink before they are leaky. */
  'decoder.ink.weight': [1, CHANNELS],
  'decoder.convolution.weight': [3, 3, CHANNELS, CHANNELS],
  'decoder.convolution.bias': [CHANNELS],
  'decoder.patch.weight': [CHANNELS, PATCH_PIXELS * FIRST],
  'decoder.patch.bias': [PATCH_PIXELS * FIRST],
  'pixel.context.weight': [CONTEXT, FIRST],
  'pixel.hidden.weight': [FIRST, SECOND],
  'pixel.hidden.bias': [SECOND],
  'pixel.output.weight': [SECOND, OUTPUTS],
  'pixel.output.bias': [OUTPUTS],
  /** Logarithms of the levels' widths; those of 0 and 255, whose bins are open, are not used. */
  'level.width': [256],
};

/** Index, in raster order, of pixel `i` of the cells in their order: cell by cell, row by row within each. */
export function rasterIndex(i: number): number {
  const cell = Math.floor(i / PATCH_PIXELS);
  const within = i % PATCH_PIXELS;
  const y = PATCH * Math.floor(cell / GRID) + Math.floor(within / PATCH);
  const x = PATCH * (cell % GRID) + (within % PATCH);
  return y * SIDE + x;
}
