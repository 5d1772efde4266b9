// -log2 of the likelihood of samples under mixtures of four discretized logistics, with its gradient written out: the
// real-valued model of codec/distributions/assembly/logistic-mixture.ts.

import * as tf from '@tensorflow/tfjs-core';
import { Constants } from '../../../../codec/kernel/layouts.ts';
import { OUTPUTS } from '../../../../codec/planes/static/architecture.ts';
import { UNIFORM } from '../likelihood.ts';

const { LEVELS } = Constants['distributions/logistic-mixture'];
const COMPONENTS = OUTPUTS / 3;

/**
 * Mean bits a sample. outputs [n, 12]: means, log scales and logits of the components relative to a centre and a scale;
 * targets [n, 12]: centre, scale and sample, each repeated for the
 * four components, since operations on equal shapes are much faster than broadcasts.
 */
export function mixtureBits(outputs: tf.Tensor2D, targets: tf.Tensor2D): tf.Scalar {
  const [centre, scale, sample] = tf.split(targets, 3, 1);
  // Open tails: the outermost bins reach far beyond every component.
  const openBelow = tf.mul(tf.cast(tf.less(sample, 0.5), 'float32'), -1e6);
  const openAbove = tf.mul(tf.cast(tf.greater(sample, LEVELS - 1.5), 'float32'), 1e6);
  const loss = tf.customGrad((...args) => {
    const [x, save] = args as unknown as [tf.Tensor2D, tf.GradSaveFunc];
    const [means, rawLogScales, logits] = tf.split(x, 3, 1);
    const weights = tf.softmax(logits);
    const logScales = tf.clipByValue(rawLogScales, -4, 4);
    // s / (s e^l), the inverse scale times s, with the scale at least 1/40.
    const narrowest = tf.mul(scale, 40);
    const unbounded = tf.exp(tf.neg(logScales));
    const steepness = tf.minimum(unbounded, narrowest);
    const inside = tf.logicalAnd(tf.less(unbounded, narrowest), tf.less(tf.abs(rawLogScales), 4));
    const inverse = tf.div(steepness, scale);
    const distance = tf.sub(sample, tf.add(centre, tf.mul(scale, means)));
    const lower = tf.clipByValue(tf.add(tf.mul(tf.sub(distance, 0.5), inverse), openBelow), -40, 40);
    const upper = tf.clipByValue(tf.add(tf.mul(tf.add(distance, 0.5), inverse), openAbove), -40, 40);
    // Both sigmoids on the side where they are small, so that their difference loses nothing.
    const side = tf.sub(1, tf.mul(2, tf.cast(tf.greater(lower, 0), 'float32')));
    const a = tf.sigmoid(tf.mul(lower, side));
    const b = tf.sigmoid(tf.mul(upper, side));
    const masses = tf.mul(tf.sub(b, a), side);
    const mass = tf.sum(tf.mul(weights, masses), 1, true);
    const probability = tf.add(tf.mul(mass, 1 - UNIFORM), UNIFORM / LEVELS);
    const slopeA = tf.mul(a, tf.sub(1, a));
    const slopeB = tf.mul(b, tf.sub(1, b));
    save([
      weights,
      masses,
      mass,
      probability,
      slopeA,
      slopeB,
      lower,
      upper,
      steepness,
      tf.cast(inside, 'float32'),
    ]);
    const value = tf.mul(tf.mean(tf.log(probability)), -1 / Math.LN2);
    const n = outputs.shape[0];
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [pi, ms, m, p, sa, sb, lo, up, steep, within] = saved;
      const dMass = tf.div(tf.mul(dy, -(1 - UNIFORM) / (Math.LN2 * n)), p);
      const weighted = tf.mul(pi, dMass);
      const dLogits = tf.mul(weighted, tf.sub(ms, m));
      const dMeans = tf.mul(tf.mul(weighted, tf.sub(sa, sb)), steep);
      const dLogScales = tf.mul(tf.mul(weighted, tf.sub(tf.mul(lo, sa), tf.mul(up, sb))), within);
      return tf.concat([dMeans, dLogScales, dLogits], 1);
    };
    return { value, gradFunc };
  });
  if (outputs.shape[1] !== 3 * COMPONENTS)
    throw new RangeError(`12 outputs are needed, not ${outputs.shape[1]}`);
  return loss(outputs) as tf.Scalar;
}
