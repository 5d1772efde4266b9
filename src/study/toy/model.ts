// The typical VAE of Yu 2020, section 2.3, for points of the plane: p(z) = N(0, I), p(x|z) a diagonal Gaussian whose
// means and log scales a perceptron computes, q(z|x) another. Networks, shapes, first values.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { initialMlp, type Mlp, mlpLayers, mlpShapes } from '../mlp/shapes.ts';

/** Of the data. */
export const DIMENSIONS = 2;

export interface ToyModel {
  readonly latents: number;
  /** Outputs are the means of z, then its log scales, then what makes them fours. */
  readonly encoder: Mlp;
  /** Outputs are the means of x, then its log scales. */
  readonly decoder: Mlp;
}

/** `hidden`: units of each hidden layer of both networks. */
export function toyModel(hidden: readonly number[], latents: number = DIMENSIONS): ToyModel {
  const outputs = 4 * Math.ceil(latents / 2);
  return {
    latents,
    encoder: { name: 'encoder', inputs: DIMENSIONS, hidden, outputs },
    decoder: { name: 'decoder', inputs: latents, hidden, outputs: 2 * DIMENSIONS },
  };
}

export function toyShapes({ encoder, decoder }: ToyModel): Record<string, readonly number[]> {
  return { ...mlpShapes(encoder), ...mlpShapes(decoder) };
}

/** The first weights are wide, so that units differ in where they bend; data spread by about 1/3, latents by 1. */
const ENCODER_GAIN = 6;
const DECODER_GAIN = 2;
/** Units begin in the linear part of elu, so that the first map from x to z and back folds nothing. */
const FIRST_BIAS = 1;
/** p(x|z) begins with scales of e^-2 = 0.14. */
const FIRST_LOG_SCALE = -2;

export function initialToy({ encoder, decoder }: ToyModel, random: Random): NamedArrays {
  const arrays = { ...linearMlp(encoder, random, ENCODER_GAIN), ...linearMlp(decoder, random, DECODER_GAIN) };
  arrays['decoder.output.bias'].data.fill(FIRST_LOG_SCALE, DIMENSIONS);
  return arrays;
}

/** A perceptron that begins nearly linear. */
export function linearMlp(mlp: Mlp, random: Random, gain = 1) {
  const arrays = initialMlp(mlp, random, gain);
  for (const layer of mlpLayers(mlp).slice(0, -1)) arrays[`${layer}.bias`].data.fill(FIRST_BIAS);
  return arrays;
}

/** Names of the weights between hidden layers, which are square. */
export function squareWeights(mlp: Mlp): string[] {
  return mlpLayers(mlp)
    .slice(1, -1)
    .map((layer) => `${layer}.weight`);
}
