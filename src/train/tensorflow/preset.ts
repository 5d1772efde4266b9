// What a model must bring to be trained: its parameters, its data and its loss. The trainer (trainer.ts) brings the
// rest: shards on several threads, Adam, schedules, checkpoints, progress, the weights' file and its card.
// One rule: batches and losses are functions of their arguments alone (random numbers come from the `Random` they are
// given), never of what was asked before. That is why a run can stop and resume, and why a seed repeats it.

import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NamedArray, NamedArrays } from '../../../codec/network/safetensors.ts';
import type { LeftOut } from '../data/photos.ts';
import type { Random } from '../run/random.ts';

export type Tensors = Readonly<Record<string, Tensor>>;

/** A batch by value; becomes tensors (float32) of the same names. */
export type Batch = Readonly<Record<string, NamedArray>>;

/** Bits per dimension, averaged over the batch. -ELBO is likelihood + kl. */
export interface Loss {
  /** What is minimised: likelihood + klWeight * kl, perhaps with free bits. */
  readonly loss: Scalar;
  readonly likelihood: Scalar;
  readonly kl: Scalar;
}

export interface LossContext {
  /** beta, times the warm-up's ramp from 0 to 1. */
  readonly klWeight: number;
  /** The reparameterisation's noise; from (seed, step, shard). */
  readonly random: Random;
}

export interface DataSource {
  /** For the model card: which data, how many. */
  readonly description: string;
  /** Files that are not trained on. */
  readonly leftOut?: readonly LeftOut[];
  /** A shard's batch of a step; `random` is from (seed, step, shard). */
  batch(step: number, shard: number, random: Random): Batch;
  /** Batches that are never trained on, the same in each run; the card's held-out rate is their mean. */
  readonly heldOutBatches: number;
  heldOut(index: number): Batch;
}

export interface Preset {
  readonly name: string;
  /** Goes into the weights' file as `__metadata__`, beside `format`: what the codec needs to know of the model. */
  readonly hyperparameters: Readonly<Record<string, string>>;
  /** The weights' `__metadata__.format`, such as 'vaezip-digits'. */
  readonly format: string;
  /** Batches a step, whose gradients are averaged; at most so many threads help. A constant, for repeatable runs. */
  readonly shards: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Square weights that take orthogonal steps instead of Adam's, and their rate; none unless given. */
  readonly orthogonal?: { readonly weights: readonly string[]; readonly rate: number };
  /** Share of the steps over which the KL's weight rises from 0 to beta. */
  readonly klWarmUp: number;
  /** Gradients of a larger Euclidean norm (of the loss in bits per dimension) are scaled down to it. */
  readonly clipNorm: number;
  initialParameters(random: Random): NamedArrays;
  /** Runs in each thread that computes gradients. Throws VaezipError when `directory` lacks the data. */
  openData(directory: string, seed: number): Promise<DataSource>;
  /** Called within tf.tidy; differentiated with respect to `parameters`. */
  loss(parameters: Tensors, batch: Tensors, context: LossContext): Loss;
}
