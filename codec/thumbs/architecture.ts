// The thumbs model's shape, which training and codec share: names and shapes of its tensors, and the causal context.
// Three layers of Gaussian latents in Bit-Swap order (Kingma et al. 2019) on ever coarser grids; a cell is 2x2 of what
// lies below it, so that z1 has a vector for each 2x2 pixels, z2 for each 4x4, z3 for each 8x8:
//   q(z1|x), q(z2|z1), q(z3|z2): cells -> dense -> residual 3x3 convolution -> dense;
//   p(z1|z2), p(z2|z3): 3x3 convolution -> residual 3x3 convolution -> dense, for the four places of a cell;
//   p(z3) = N(0, 1);
//   p(x|z1): the same, 32 numbers a pixel, which with the pixel's causal context enter small networks, one a channel,
//   whose outputs are mixtures of four discretized logistics.

import { Constants } from '../kernel/layouts.ts';

export const FORMAT = 'vaezip-thumbs';

/** What the kernel is compiled for; component means are centre + UNIT * output, scales UNIT * e^output, in levels. */
export const { CONTEXT, FEATURES, HIDDEN: PIXEL_HIDDEN, OUTPUTS, UNIT } = Constants['thumbs/pixels'];

/** Channels in the order in which a pixel's are coded: green, red, blue. */
export const CHANNEL_ORDER = [1, 0, 2] as const;
/** Features of a cell in the networks of the grids. */
export const CHANNELS = 32;
/** Latents of a cell in each layer, from the bottom. */
export const LATENTS = [4, 8, 8] as const;
/**
 * Latents' bins are of equal mass under N(0, scale). Below the top it is wider than values spread, so that bins far
 * from 0 are still narrower than posteriors; the top's prior is N(0, 1) itself.
 */
export const LATENT_SCALES = [2, 2, 1] as const;
/** Values of a cell of each layer's posterior's input: 2x2 pixels or vectors of the layer below. */
export const CELL_INPUTS = [12, 4 * LATENTS[0], 4 * LATENTS[1]] as const;
/** Images' sides are filled up to multiples of this, by repeating the last column and row. */
export const GRID_STEP = 8;
/** Sides of images that the model is made for. */
export const LEAST_SIDE = 32;
export const LARGEST_SIDE = 64;

/** Shapes of the tensors; dense weights are [inputs, outputs], convolutions [3, 3, inputs, outputs]. */
export const SHAPES: Readonly<Record<string, readonly number[]>> = {
  ...encoder(1),
  ...encoder(2),
  ...encoder(3),
  ...decoder('decoder3', LATENTS[2], 4 * 2 * LATENTS[1]),
  ...decoder('decoder2', LATENTS[1], 4 * 2 * LATENTS[0]),
  ...decoder('decoder1', LATENTS[0], 4 * FEATURES),
  'pixel.context.weight': [CONTEXT, FEATURES],
  ...pixel('green', 0),
  ...pixel('red', 1),
  ...pixel('blue', 2),
};

/** Channels' names in the tensors' names, in the order of CHANNEL_ORDER. */
export const CHANNEL_NAMES = ['green', 'red', 'blue'] as const;

function encoder(layer: 1 | 2 | 3): Record<string, readonly number[]> {
  return {
    [`encoder${layer}.cell.weight`]: [CELL_INPUTS[layer - 1], CHANNELS],
    [`encoder${layer}.cell.bias`]: [CHANNELS],
    [`encoder${layer}.convolution.weight`]: [3, 3, CHANNELS, CHANNELS],
    [`encoder${layer}.convolution.bias`]: [CHANNELS],
    [`encoder${layer}.output.weight`]: [CHANNELS, 2 * LATENTS[layer - 1]],
    [`encoder${layer}.output.bias`]: [2 * LATENTS[layer - 1]],
  };
}

function decoder(name: string, latents: number, outputs: number): Record<string, readonly number[]> {
  return {
    [`${name}.input.weight`]: [3, 3, latents, CHANNELS],
    [`${name}.input.bias`]: [CHANNELS],
    [`${name}.convolution.weight`]: [3, 3, CHANNELS, CHANNELS],
    [`${name}.convolution.bias`]: [CHANNELS],
    [`${name}.output.weight`]: [CHANNELS, outputs],
    [`${name}.output.bias`]: [outputs],
  };
}

/** `earlier`: channels of the pixel that are known already. */
function pixel(name: string, earlier: number): Record<string, readonly number[]> {
  return {
    [`pixel.${name}.hidden.weight`]: [FEATURES + earlier, PIXEL_HIDDEN],
    [`pixel.${name}.hidden.bias`]: [PIXEL_HIDDEN],
    [`pixel.${name}.direct.weight`]: [CONTEXT + earlier, OUTPUTS],
    [`pixel.${name}.output.weight`]: [PIXEL_HIDDEN, OUTPUTS],
    [`pixel.${name}.output.bias`]: [OUTPUTS],
  };
}
