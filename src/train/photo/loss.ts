// The photo model's -ELBO in TensorFlow.js: what codec/photo/assembly computes, with gradients.

import * as tf from '@tensorflow/tfjs-core';
import { LATENTS, MODULATION, PLANES } from '../../../codec/photo/job.ts';
import { HIDDEN1, HIDDEN2, OUTPUTS } from '../../../codec/photo/weights.ts';
import { dense, denseOfData, leakyRelu } from '../layers.ts';
import { standardKl } from '../likelihood.ts';
import type { Loss, Tensors } from '../preset.ts';
import { POOLED_SAMPLES, TILE_SAMPLES, TILES } from './data.ts';
import { mixtureBits } from './mixture-loss.ts';

const SLOPE = 0.1;
/** Bits per dimension of KL that cost nothing in training, 9 a tile: below them the latents would be given up early. */
const FREE_BITS = 0.012;

/** Data x [n, in], given as its transpose too, times weights [in, out]. */
function productOfData(x: tf.Tensor, transposed: tf.Tensor, weights: tf.Tensor): tf.Tensor2D {
  const layer = tf.customGrad((w) => ({
    value: tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D),
    gradFunc: (dy: tf.Tensor) => tf.matMul(transposed as tf.Tensor2D, dy as tf.Tensor2D),
  }));
  return layer(weights) as tf.Tensor2D;
}

/** x [n, in] times weights [in, out]. */
function product(x: tf.Tensor, weights: tf.Tensor): tf.Tensor2D {
  const layer = tf.customGrad((...args) => {
    const [a, w, save] = args as unknown as [tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([a, w]);
    const gradFunc = (dy: tf.Tensor, [input, kernel]: tf.Tensor[]): tf.Tensor[] => [
      tf.matMul(dy as tf.Tensor2D, tf.transpose(kernel as tf.Tensor2D)),
      tf.matMul(tf.transpose(input as tf.Tensor2D), dy as tf.Tensor2D),
    ];
    return { value: tf.matMul(a, w), gradFunc };
  });
  return layer(x, weights) as tf.Tensor2D;
}

/** x [TILES, k, n] * scale [TILES, n] + bias [TILES, n]: a modulation of a whole tile. */
function modulate(x: tf.Tensor3D, scale: tf.Tensor2D, bias: tf.Tensor2D): tf.Tensor3D {
  const [tiles, samples, n] = x.shape;
  const layer = tf.customGrad((...args) => {
    const [a, s, b, save] = args as unknown as [tf.Tensor3D, tf.Tensor2D, tf.Tensor2D, tf.GradSaveFunc];
    save([a, s]);
    const across = (v: tf.Tensor) => tf.reshape(v, [tiles, 1, n]);
    const gradFunc = (dy: tf.Tensor, [input, factor]: tf.Tensor[]): tf.Tensor[] => {
      const ones = tf.ones([tiles, 1, samples]) as tf.Tensor3D;
      return [
        tf.mul(dy, across(factor)),
        tf.reshape(tf.matMul(ones, tf.mul(dy, input) as tf.Tensor3D), [tiles, n]),
        tf.reshape(tf.matMul(ones, dy as tf.Tensor3D), [tiles, n]),
      ];
    };
    return { value: tf.add(tf.mul(a, across(s)), across(b)), gradFunc };
  });
  return layer(x, scale, bias) as tf.Tensor3D;
}

/** Mean over a tile's samples: [TILES * samples, n] to [TILES, n]. */
function meanOverTile(x: tf.Tensor2D, samples: number): tf.Tensor2D {
  const n = x.shape[1];
  const layer = tf.customGrad((...args) => {
    const [a] = args as unknown as [tf.Tensor2D];
    const weights = tf.fill([TILES, 1, samples], 1 / samples) as tf.Tensor3D;
    const value = tf.reshape(tf.matMul(weights, tf.reshape(a, [TILES, samples, n]) as tf.Tensor3D), [
      TILES,
      n,
    ]);
    const gradFunc = (dy: tf.Tensor) =>
      tf.reshape(
        tf.matMul(
          tf.fill([TILES, samples, 1], 1 / samples) as tf.Tensor3D,
          tf.reshape(dy, [TILES, 1, n]) as tf.Tensor3D,
        ),
        [TILES * samples, n],
      );
    return { value, gradFunc };
  });
  return layer(x) as tf.Tensor2D;
}

/** q(z|x) of each tile: means and logs of the standard deviations, [TILES, LATENTS] each. */
function posterior(parameters: Tensors, batch: Tensors): { mean: tf.Tensor; logScale: tf.Tensor } {
  const pools = PLANES.map((p) => {
    const hidden = denseOfData(
      batch[`pooled${p}`],
      parameters[`plane${p}.pooled.weights`],
      parameters[`plane${p}.pooled.bias`],
    );
    return meanOverTile(leakyRelu(hidden, SLOPE) as tf.Tensor2D, POOLED_SAMPLES);
  });
  const hidden = leakyRelu(
    dense(tf.concat(pools, 1), parameters['posterior.hidden.weights'], parameters['posterior.hidden.bias']),
    SLOPE,
  );
  const out = dense(hidden, parameters['posterior.output.weights'], parameters['posterior.output.bias']);
  const [mean, logScale] = tf.split(out, 2, 1);
  return { mean, logScale: tf.clipByValue(logScale, -6, 2) };
}

/** Mixture parameters of all samples of one plane, [TILES * TILE_SAMPLES, OUTPUTS]. */
function likelihood(p: number, parameters: Tensors, batch: Tensors, modulation: tf.Tensor2D): tf.Tensor2D {
  let column = p * MODULATION;
  const take = (n: number): tf.Tensor2D => {
    const part = tf.slice(modulation, [0, column], [TILES, n]);
    column += n;
    return part;
  };
  const tiled = (x: tf.Tensor, n: number) => tf.reshape(x, [TILES, TILE_SAMPLES, n]) as tf.Tensor3D;
  const flat = (x: tf.Tensor, n: number) => tf.reshape(x, [TILES * TILE_SAMPLES, n]);
  const layer = (sums: tf.Tensor2D, n: number) =>
    flat(leakyRelu(modulate(tiled(sums, n), take(n), take(n)), SLOPE), n);
  const weights = (name: string) => parameters[`plane${p}.${name}`];
  const first = layer(productOfData(batch[`features${p}`], batch[`columns${p}`], weights('layer1')), HIDDEN1);
  const second = layer(product(first, weights('layer2')), HIDDEN2);
  const outputs = tiled(product(second, weights('layer3')), OUTPUTS);
  return flat(modulate(outputs, tf.ones([TILES, OUTPUTS]), take(OUTPUTS)), OUTPUTS) as tf.Tensor2D;
}

/** -ELBO of a batch, in bits per dimension. Without latents z is 0 and costs nothing. */
export function photoLoss(parameters: Tensors, batch: Tensors, klWeight: number, latents: boolean): Loss {
  const q = latents ? posterior(parameters, batch) : undefined;
  const z = q ? tf.add(q.mean, tf.mul(tf.exp(q.logScale), batch.noise)) : tf.zeros([TILES, LATENTS]);
  const hidden = leakyRelu(
    dense(z, parameters['modulation.hidden.weights'], parameters['modulation.hidden.bias']),
    SLOPE,
  );
  const modulation = dense(
    hidden,
    parameters['modulation.output.weights'],
    parameters['modulation.output.bias'],
  );
  const outputs = PLANES.map((p) => likelihood(p, parameters, batch, modulation));
  const bits = mixtureBits(tf.concat(outputs, 0), batch.targets as tf.Tensor2D);
  const dims = 3 * TILES * TILE_SAMPLES;
  const kl = q ? (tf.div(tf.sum(standardKl(q)), dims) as tf.Scalar) : tf.scalar(0);
  const paid = tf.maximum(kl, FREE_BITS);
  return { loss: tf.add(bits, tf.mul(paid, klWeight)) as tf.Scalar, likelihood: bits, kl };
}
