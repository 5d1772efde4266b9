// What coding a sample is in all families: its context from the rows around it, and what later samples see of it.

import { peek, pop } from '../../ans/assembly/rans';
import { addProbability } from '../../distributions/assembly/code-length';
import {
  DEEP_PRECISION,
  deepFind,
  deepGradient,
  deepInterval,
  deepMixtureSet,
  deepValue,
} from '../../distributions/assembly/deep-mixture';
import {
  FREQUENCY,
  MIXTURE_PRECISION,
  mixtureFind,
  roughMixtureFind,
  START,
} from '../../distributions/assembly/logistic-mixture';
import {
  CODED_FEATURES,
  codedFeatures,
  LATER_FEATURES,
  laterFeatures,
  localScale,
  recentErrors,
  wideError,
} from '../context/assembly/context';
import { openRows, padLeft, padRight, Rows } from '../context/assembly/rows';
import { expectRepeat, learnRepeat, repeatsAt } from '../mixing/assembly/repeats';
import { mixedSample, roughMixedSample, ValueMixer } from '../mixing/assembly/value-mixer';
import { deepIntervalAt, keepDeepInterval } from './intervals';
import { DECODE, ENCODE, Plane, PlanesJob, pixelsOf, planeOf } from './job';

/** The plane coded just before a plane; for the first, the one just after. */
@inline
export function nearPlane(plane: i32): i32 {
  return plane == 0 ? 1 : plane - 1;
}

/** The third plane. */
@inline
export function farPlane(plane: i32): i32 {
  return plane == 2 ? 0 : 2;
}

/** Points a plane to row y, and sets the samples around it that the row's context reads and that none is written to. */
export function openRow(job: PlanesJob, plane: i32, y: i32): void {
  const own = planeOf(job, plane);
  padLeft(job.rings, plane, y, job.top);
  openRows(own.rows, job.rings, plane, y);
  if (job.planes > 1) {
    openRows(own.nearRows, job.rings, nearPlane(plane), y);
    openRows(own.farRows, job.rings, farPlane(plane), y);
  }
  own.decayed = 0;
}

/** To be called behind the last sample of a row. */
@inline
export function closeRow(job: PlanesJob, own: Plane): void {
  padRight(own.rows.samples0, job.width);
}

/** Recent errors of the four predictors at sample x. */
@inline
export function recentErrorsAt(rows: Rows, x: i32): v128 {
  const o = (<usize>x) << 4;
  return recentErrors(rows.predictorErrors0 + o, rows.predictorErrors1 + o, rows.predictorErrors2 + o);
}

/** Mean absolute error over the wider window around the sample at offset o. */
@inline
export function wideErrorAt(own: Plane, o: usize): f32 {
  const rows = own.rows;
  return wideError(rows.errors1 + o, rows.errors2 + o, own.decayed);
}

/** Local scale of the error around the sample at offset o, which it keeps for planes coded later. */
@inline
export function keepScale(rows: Rows, o: usize, wide: f32): f32 {
  const scale = localScale(rows.errors0 + o, rows.errors1 + o, rows.errors2 + o, wide);
  store<f32>(rows.scales + o, scale);
  return scale;
}

/** The features that another plane gives, already coded or still to come; returns the address behind them. */
@inline
export function otherFeatures(
  isCoded: bool,
  out: usize,
  own: Rows,
  other: Rows,
  o: usize,
  centre: f32,
  scale: f32,
): usize {
  if (!isCoded) {
    laterFeatures(out, other.errors1 + o, scale);
    return out + (LATER_FEATURES << 2);
  }
  codedFeatures(
    out,
    own.samples0 + o,
    own.samples1 + o,
    other.samples0 + o,
    other.samples1 + o,
    other.errors0 + o,
    other.errors1 + o,
    centre,
    scale,
    load<f32>(other.scales + o),
  );
  return out + (CODED_FEATURES << 2);
}

/** Decoder: pops the sample by the mixture. */
@inline
export function popSample(message: usize, mixture: usize): i32 {
  const sample = mixtureFind(mixture, peek(message, MIXTURE_PRECISION));
  popInterval(message, mixture);
  return sample;
}

/** The same by a rough mixture. */
@inline
export function popRoughSample(message: usize, mixture: usize): i32 {
  const sample = roughMixtureFind(mixture, peek(message, MIXTURE_PRECISION));
  popInterval(message, mixture);
  return sample;
}

/** Decoder: pops the sample by the mixture as its counters mix it. */
@inline
export function popMixedSample(message: usize, mixer: ValueMixer, mixture: usize): i32 {
  const sample = mixedSample(mixer, mixture, true, peek(message, MIXTURE_PRECISION));
  popInterval(message, mixture);
  return sample;
}

/** The same by a rough mixture. */
@inline
export function popRoughMixedSample(message: usize, mixer: ValueMixer, mixture: usize): i32 {
  const sample = roughMixedSample(mixer, mixture, true, peek(message, MIXTURE_PRECISION));
  popInterval(message, mixture);
  return sample;
}

/**
 * Codes sample (x, y) of deep levels, of which the network's outputs tell, and takes it into the code length; leaves
 * the gradient of a batch's share of that. Returns the value that the level stands for.
 */
export function codeDeepSample(
  job: PlanesJob,
  plane: i32,
  x: i32,
  y: i32,
  centre: f32,
  scale: f32,
  share: f32,
  gradients: usize,
): f32 {
  const own = planeOf(job, plane);
  const deep = own.deep;
  const mixture = own.mixture;
  const message = own.message;
  const step = <usize>(job.planes << 1);
  const pixel = pixelsOf(job, own, y) + step * <usize>x;
  const counter = repeatsAt(own.repeats, own.rows, own.nearRows, own.farRows, plane, (<usize>x) << 2);
  // There is none to the left of the first one: above it, or 0.
  const before = x > 0 ? pixel - step : pixel - step * <usize>job.width;
  const left: i32 = x > 0 || y > 0 ? <i32>load<u16>(before) : 0;
  expectRepeat(deep, left, counter);
  deepMixtureSet(mixture, own.outputs, centre, scale);
  let level: i32;
  if (job.mode == DECODE) {
    level = deepFind(mixture, deep, peek(message, DEEP_PRECISION));
    pop(message, load<u32>(mixture, START), load<u32>(mixture, FREQUENCY), DEEP_PRECISION);
    store<u16>(pixel, <u16>level);
  } else {
    level = <i32>load<u16>(pixel);
    addProbability(own.likelihood, deepInterval(mixture, deep, level));
    if (job.mode == ENCODE) keepDeepInterval(deepIntervalAt(job, own, x, y), mixture);
  }
  deepGradient(mixture, deep, level, scale, share, gradients);
  learnRepeat(counter, level == left);
  return deepValue(deep, level);
}

/** Removes the interval that was found last. */
@inline
function popInterval(message: usize, mixture: usize): void {
  pop(message, load<u32>(mixture, START), load<u32>(mixture, FREQUENCY), MIXTURE_PRECISION);
}

/** Keeps a sample, its error and its predictors' errors for the context of those to come. */
@inline
export function keepSample(own: Plane, x: i32, value: f32, centre: f32, predictions: v128): void {
  const rows = own.rows;
  const o = (<usize>x) << 2;
  const error = value - centre;
  store<f32>(rows.samples0 + o, value);
  store<f32>(rows.errors0 + o, error);
  v128.store(rows.predictorErrors0 + (o << 2), f32x4.sub(f32x4.splat(value), predictions));
  own.decayed = own.decayed * <f32>0.85 + abs(error);
}
