// What a small network says of a sub-pixel that escapes, from predictions, neighbours and colours that come again: a
// mixture of logistics. It learns from every escape of its plane.

import { mixtureGradient, mixtureSet } from '../../distributions/assembly/logistic-mixture';
import { integerOf, log2_4, sum4 } from '../../network/assembly/math';
import { forward, learn, SkipLearner } from '../../network/assembly/skip-learner';
import { BATCH, nextInputs, nextOutputGradients } from '../../network/assembly/steps';
import { clamp8 } from '../../planes/context/assembly/context';
import { LeastSquares } from '../../planes/context/assembly/least-squares';
import { ScreenJob } from './job';
import { levelOf } from './predictors';

/** Inputs: 20 values that least squares see, 16 of predictions, 8 of errors, 12 others. */
@inline export const FEATURES: i32 = 56;
@inline const MOST_VALUES: i32 = 20;
@inline const LEAST_SCALE: f32 = 0.2;

/** Weights of predictions: 1 / (error + 0.1)^3. */
@inline
function weightsOf(errors: v128): v128 {
  const t = f32x4.add(errors, f32x4.splat(0.1));
  return f32x4.div(f32x4.splat(1), f32x4.mul(f32x4.mul(t, t), t));
}

/** Writes four differences over the scale, within +-8. */
@inline
function putFour(to: usize, differences: v128, inverse: v128): usize {
  v128.store(to, clamp8(f32x4.mul(differences, inverse)));
  return to + 16;
}

/** log2 of (errors + 0.2) over the scale. */
@inline
function logsOf(errors: v128, inverse: v128): v128 {
  return log2_4(f32x4.mul(f32x4.add(errors, f32x4.splat(0.2)), inverse));
}

/** Four values that least squares see, from the `from`-th on: less the centre those of the own plane. */
@inline
function fourValues(ls: LeastSquares, from: i32, own: i32, offset: f32): v128 {
  const at = ls.values + ((<usize>from) << 4);
  const values = f32x4(load<f32>(at), load<f32>(at, 16), load<f32>(at, 32), load<f32>(at, 48));
  const isOwn = i32x4.lt_s(i32x4.add(i32x4(0, 1, 2, 3), i32x4.splat(from)), i32x4.splat(own));
  return f32x4.add(values, v128.and(f32x4.splat(offset), isOwn));
}

/** Sets the mixture for a sub-pixel from what predicts it, with the mean errors of the predictions. */
@inline
export function askNetwork(
  job: ScreenJob,
  learner: SkipLearner,
  shift: u32,
  ls: LeastSquares,
  mean: f32,
  fitted: v128,
  fixed: v128,
  fittedErrors: v128,
  fixedErrors: v128,
  nearErrors: v128,
): void {
  const fittedWeights = weightsOf(fittedErrors);
  const fixedWeights = weightsOf(fixedErrors);
  const weighted = f32x4.add(f32x4.mul(fittedWeights, fitted), f32x4.mul(fixedWeights, fixed));
  const centre = sum4(weighted) / sum4(f32x4.add(fittedWeights, fixedWeights));
  const scale = LEAST_SCALE + sum4(fittedErrors) * <f32>0.25;
  const one = <f32>1 / scale;
  const inverse = f32x4.splat(one);
  const half = f32x4.splat(one * <f32>0.5);
  const c = f32x4.splat(centre);
  const neighbours = ls.neighbours;
  const own = neighbours == 16 ? 11 : 12;
  let to = nextInputs(learner);
  let i: i32 = 0;
  for (; i < neighbours; i += 4) to = putFour(to, fourValues(ls, i, own, mean - centre), half);
  for (; i < MOST_VALUES; i += 4) {
    v128.store(to, f32x4.splat(0));
    to += 16;
  }
  to = putFour(to, f32x4.sub(fitted, c), inverse);
  to = putFour(to, f32x4.sub(fixed, c), inverse);
  v128.store(to, logsOf(fittedErrors, inverse));
  v128.store(to, logsOf(fixedErrors, inverse), 16);
  to += 32;
  to = putFour(to, nearErrors, inverse);
  const surprises = f32x4(job.lastError, job.errorBefore, 0, 0);
  const logs = logsOf(f32x4.abs(surprises), inverse);
  v128.store(to, v128.shuffle<i32>(clamp8(f32x4.mul(surprises, inverse)), logs, 0, 1, 4, 5));
  to += 16;
  const background = <f32>levelOf(job.background, shift);
  const foreground = <f32>levelOf(job.foreground, shift);
  const likeliest = <f32>levelOf(job.likeliest, shift);
  const colours = f32x4(
    background - centre,
    foreground - centre,
    likeliest - centre,
    background - foreground,
  );
  to = putFour(to, colours, half);
  const log = f32x4.extract_lane(log2_4(f32x4.splat(scale)), 0) * <f32>0.5;
  const low = max<f32>(centre * <f32>(-1.0 / 32) + 1, 0);
  const high = max<f32>(centre * <f32>(1.0 / 32) - <f32>(223.0 / 32), 0);
  v128.store(to, f32x4(log, centre - <f32>integerOf(centre), low, high));
  const escaped = job.escaped;
  const bits = v128.and(i32x4.splat(escaped), i32x4(1, 2, 4, 8));
  v128.store(to, v128.and(f32x4.splat(1), i32x4.ne(bits, i32x4.splat(0))), 16);
  forward(learner, job.outputs, job.zeros);
  mixtureSet(job.mixture, job.outputs, centre, scale);
  job.centre = centre;
  job.scale = scale;
}

/** Has the network learn the value that was coded. */
export function teachNetwork(job: ScreenJob, learner: SkipLearner, value: i32): void {
  const gradients = nextOutputGradients(learner);
  mixtureGradient(job.mixture, value, job.scale, <f32>1 / <f32>BATCH, gradients);
  learn(learner);
  job.errorBefore = job.lastError;
  job.lastError = <f32>value - job.centre;
}
