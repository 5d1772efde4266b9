// Posteriors of a toy model as presets of the trainer: with the decoder as it was trained before, or along with it.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Tensors } from '../../train/tensorflow/preset.ts';
import type { Network } from '../frame/network.ts';
import type { Recipe } from '../frame/recipe.ts';
import { findDensity } from '../toy/densities.ts';
import { DIMENSIONS, initialToy, squareWeights, type ToyModel, toyModel } from '../toy/model.ts';
import { freshPoints } from '../toy/preset.ts';
import { likelihoodOf, log2Density } from '../toy/terms.ts';
import {
  drawLatents,
  flowPosterior,
  initialPosterior,
  type PosteriorOptions,
  posteriorFrom,
  posteriorSquares,
} from './posterior.ts';

export interface FlowOptions extends PosteriorOptions {
  /** A density's name. */
  readonly density: string;
  /** Units of each hidden layer of encoder and decoder. */
  readonly hidden: readonly number[];
  /** A trained toy model, whose decoder stays as it is and whose encoder q starts from; else both are trained. */
  readonly toy?: NamedArrays;
}

const FORMAT = 'vaezip-study-flow';
const POINTS = 200;

export function flowNetwork(name: string, options: FlowOptions, steps: number): Network {
  return { name, recipe: 'flow', options, steps };
}

/** All but the name. */
export async function flowPreset(options: FlowOptions): Promise<Recipe> {
  const { density, hidden, toy, covariance, couplings } = options;
  const model: ToyModel = toyModel(hidden);
  const q = flowPosterior(options, hidden);
  let frozen: Tensors | undefined;
  return {
    format: FORMAT,
    hyperparameters: { density, hidden: hidden.join(), covariance, couplings: String(couplings) },
    shards: 1,
    steps: 5000,
    learningRate: toy ? 0.001 : 0.004,
    orthogonal: {
      weights: [...posteriorSquares(q), ...(toy ? [] : squareWeights(model.decoder))],
      rate: toy ? 0.005 : 0.02,
    },
    klWarmUp: toy ? 0 : 0.3,
    clipNorm: 1,
    initialParameters: (random) =>
      toy
        ? posteriorFrom(toy, q, random)
        : { ...initialPosterior(q, random), ...decoderOf(initialToy(model, random)) },
    openData: async () => freshPoints(findDensity(density), POINTS),
    loss: (p, { x }, { klWeight, random }) => {
      frozen ??= toy && keptTensors(decoderOf(toy));
      const { z, log2Ratio } = drawLatents(q, p, x, 1, random);
      const distortion = tf.neg(log2Density(x, likelihoodOf(model, frozen ?? p, z)));
      const [likelihood, kl] = [distortion, log2Ratio].map(
        (bits) => tf.mul(tf.mean(bits), 1 / DIMENSIONS) as tf.Scalar,
      );
      return { loss: tf.add(likelihood, tf.mul(kl, klWeight)) as tf.Scalar, likelihood, kl };
    },
  };
}

/** The decoder's tensors of a toy model's. */
export function decoderOf(tensors: NamedArrays): NamedArrays {
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith('decoder.')));
}

/** Tensors that outlive the step in which they are made. */
function keptTensors(arrays: NamedArrays): Tensors {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [name, tf.keep(tf.tensor(data, [...shape]))]),
  );
}
