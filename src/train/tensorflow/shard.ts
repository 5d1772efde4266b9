// The gradient of one shard of a step's batch, in the thread that calls it.

import * as tf from '@tensorflow/tfjs-core';
import { Random } from '../run/random.ts';
import { type Layout, toTensors, unpack } from './parameters.ts';
import type { Batch, DataSource, Loss, LossContext, Preset, Tensors } from './preset.ts';

/** Mean bits per dimension of a batch. */
export interface Rates {
  readonly likelihood: number;
  readonly kl: number;
}

/** What threads that compute gradients share. */
export interface Shared {
  readonly layout: Layout;
  readonly seed: number;
  readonly parameters: Float32Array;
  /** One gradient a shard, each as long as `parameters`. */
  readonly gradients: readonly Float32Array[];
}

// First parts of the keys of random numbers, so that no two uses share any.
const BATCH = 1;
const NOISE = 2;
const HELD_OUT = 3;

/** Leaves the gradient of step `step`'s shard `shard` in `shared.gradients[shard]`. */
export async function shardGradient(
  preset: Preset,
  source: DataSource,
  shared: Shared,
  step: number,
  shard: number,
  klWeight: number,
): Promise<Rates> {
  const { layout, seed, gradients } = shared;
  const batch = source.batch(step, shard, new Random(BATCH, seed, step, shard));
  const context = { klWeight, random: new Random(NOISE, seed, step, shard) };
  return withLoss(preset, shared, batch, context, async (lossOf, parameters) => {
    const gradient = tf.grads(lossOf)(parameters);
    for (const [i, { start }] of layout.places.entries()) {
      gradients[shard].set(await gradient[i].data<'float32'>(), start);
    }
    tf.dispose(gradient);
  });
}

/** Rates of a held-out batch, with the full weight on KL and the same noise in every run. */
export async function heldOutRates(
  preset: Preset,
  source: DataSource,
  shared: Shared,
  index: number,
): Promise<Rates> {
  const context = { klWeight: 1, random: new Random(HELD_OUT, index) };
  return withLoss(preset, shared, source.heldOut(index), context, async (lossOf, parameters) => {
    tf.tidy(() => {
      lossOf(...parameters);
    });
  });
}

/** Calls `use` with the loss as a function of the parameters' tensors; `use` must evaluate it once. */
async function withLoss(
  preset: Preset,
  { layout, parameters }: Shared,
  batch: Batch,
  context: LossContext,
  use: (lossOf: (...values: tf.Tensor[]) => tf.Scalar, parameters: tf.Tensor[]) => Promise<void>,
): Promise<Rates> {
  const weights = toTensors(unpack(layout, parameters));
  const inputs = toTensors(batch);
  const evaluated: Loss[] = [];
  await use((...values) => {
    const named: Tensors = Object.fromEntries(Object.keys(weights).map((name, i) => [name, values[i]]));
    const loss = preset.loss(named, inputs, context);
    evaluated.push({ ...loss, likelihood: tf.keep(loss.likelihood), kl: tf.keep(loss.kl) });
    return loss.loss;
  }, Object.values(weights));
  const [{ likelihood, kl }] = evaluated;
  const rates = { likelihood: (await likelihood.data())[0], kl: (await kl.data())[0] };
  tf.dispose([weights, inputs, likelihood, kl]);
  return rates;
}
