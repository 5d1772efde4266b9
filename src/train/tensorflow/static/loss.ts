// The photo model's -ELBO in TensorFlow.js: what codec/photo/assembly computes, with gradients.

import * as tf from '@tensorflow/tfjs-core';
import { Constants } from '../../../../codec/kernel/layouts.ts';
import {
  HIDDEN1,
  HIDDEN2,
  LATENTS,
  MODULATION,
  OUTPUTS,
  PLANES,
} from '../../../../codec/planes/static/architecture.ts';
import { dense, denseOfData, leakyRelu } from '../layers.ts';
import type { Gaussian } from '../likelihood.ts';
import type { Loss, Tensors } from '../preset.ts';
import { mixtureBits } from './mixture-loss.ts';
import { BLOCKS, COLUMNS, POOLED_SAMPLES, ROWS, TILE_SAMPLES, TILES } from './tile-batch.ts';

const { SLOPE } = Constants['network/vector-product'];
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
export function posterior(parameters: Tensors, batch: Tensors): Gaussian {
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

/** Each tile's neighbour to the left (axis 2) or above (axis 1), 0 where there is none: x and the result [TILES, n]. */
function neighbours(x: tf.Tensor, axis: 1 | 2): tf.Tensor2D {
  const n = x.shape[1] as number;
  const before = axis === 1 ? [BLOCKS, 1, COLUMNS, n] : [BLOCKS, ROWS, 1, n];
  const kept = axis === 1 ? [BLOCKS, ROWS - 1, COLUMNS, n] : [BLOCKS, ROWS, COLUMNS - 1, n];
  const blocks = tf.reshape(x, [BLOCKS, ROWS, COLUMNS, n]);
  return tf.reshape(tf.concat([tf.zeros(before), tf.slice(blocks, [0, 0, 0, 0], kept)], axis), [TILES, n]);
}

/** p(z) of each tile, given the latents to its left and the means of the posterior above: [TILES, LATENTS] each. */
export function prior(parameters: Tensors, z: tf.Tensor, means: tf.Tensor): Gaussian {
  const missing = (axis: 1 | 2) => tf.sub(1, neighbours(tf.ones([TILES, 1]), axis));
  const inputs = tf.concat([neighbours(z, 2), neighbours(means, 1), missing(2), missing(1)], 1);
  const out = dense(inputs, parameters['prior.weights'], parameters['prior.bias']);
  const [mean, logScale] = tf.split(out, 2, 1);
  return { mean, logScale: tf.clipByValue(logScale, -3, 1) };
}

/** KL(q || p) of the latents of all tiles that are `present` [TILES, LATENTS], in bits. */
function totalKl(q: Gaussian, p: Gaussian, present: tf.Tensor): tf.Scalar {
  const logRatio = tf.sub(q.logScale, p.logScale);
  const distance = tf.mul(tf.sub(q.mean, p.mean), tf.exp(tf.neg(p.logScale)));
  const squares = tf.add(tf.exp(tf.mul(logRatio, 2)), tf.mul(distance, distance));
  const twice = tf.sub(squares, tf.add(tf.mul(logRatio, 2), 1));
  return tf.mul(tf.sum(tf.mul(twice, present)), 0.5 * Math.LOG2E);
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
export function staticLoss(parameters: Tensors, batch: Tensors, klWeight: number, latents: boolean): Loss {
  const q = latents ? posterior(parameters, batch) : undefined;
  const z = q ? tf.add(q.mean, tf.mul(tf.exp(q.logScale), batch.noise)) : tf.zeros([TILES, LATENTS]);
  // Where the codec has no latents it takes z = 0: the network must know that too.
  const used = q ? tf.mul(z, batch.present) : z;
  const hidden = leakyRelu(
    dense(used, parameters['modulation.hidden.weights'], parameters['modulation.hidden.bias']),
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
  const kl = q
    ? (tf.div(totalKl(q, prior(parameters, z, q.mean), batch.present), dims) as tf.Scalar)
    : tf.scalar(0);
  const paid = tf.maximum(kl, FREE_BITS);
  return { loss: tf.add(bits, tf.mul(paid, klWeight)) as tf.Scalar, likelihood: bits, kl };
}
