// One segment of one row of one plane in the quick family: fixed predictors, features, a small network, mixture, coder,
// and what the network learns from the sample. Encoder and decoder share everything but the lines that turn the mixture
// into a sample or an interval.

import { addProbability } from '../../../distributions/assembly/code-length';
import {
  roughMixtureGradient,
  roughMixtureInterval,
  roughMixtureSet,
} from '../../../distributions/assembly/logistic-mixture';
import { integerOf, sum4 } from '../../../network/assembly/math';
import { forward, learn } from '../../../network/assembly/skip-learner';
import { BATCH, nextInputs, nextOutputGradients } from '../../../network/assembly/steps';
import { INTERVAL_BYTES, intervalAt, keepInterval } from '../../assembly/intervals';
import { DECODE, ENCODE, isDeep, LEARN, PlanesJob, pixelsOf, SEGMENT } from '../../assembly/job';
import {
  closeRow,
  codeDeepSample,
  openRow,
  popRoughMixedSample,
  popRoughSample,
} from '../../assembly/sample';
import { fillAbove } from '../../context/assembly/rows';
import {
  fetchCounters,
  noteProbability,
  openMixedRow,
  roughMixedSample,
  setValues,
} from '../../mixing/assembly/value-mixer';
import { correct, learnCorrections } from '../../online/assembly/corrections';
import { blend, nearErrors, predictFirst, predictLater, windowErrors } from './context';
import { otherFeatures, ownFeatures } from './features';
import { QuickJob, quickPlaneOf } from './job';

@inline
function codeSegment(job: QuickJob, plane: i32, y: i32, from: i32, to: i32): void {
  const own = quickPlaneOf(job, plane);
  const mode = job.mode;
  const planes = job.planes;
  const learner = own.learner;
  const mixture = own.mixture;
  const outputs = own.outputs;
  const message = own.message;
  const rows = own.rows;
  const near = own.nearRows;
  const far = own.farRows;
  const first = plane == 2 ? far : near;
  const corrections = own.corrections;
  const values = own.values;
  const hasDeep = isDeep(job);
  const isMixed = plane > 0 && mode != LEARN && !hasDeep && values.on != 0;
  const pixels = pixelsOf(job, own, y);
  const intervals = intervalAt(job, own, 0, y);
  const start = (<usize>from) << 2;

  // Of the samples before in the row: |error| of the predictors at W and WW, error at W and WW, samples WWWW to W.
  let predictorErrors = v128.load(rows.predictorErrors0 + (start << 2) - 16);
  let predictorErrorsBefore = v128.load(rows.predictorErrors0 + (start << 2) - 32);
  let error = load<f32>(rows.errors0 + start - 4);
  let errorBefore = load<f32>(rows.errors0 + start - 8);
  let left = v128.load(rows.samples0 + start - 16);
  let decayed = own.decayed;

  for (let x = from; x < to; x++) {
    if (y == job.top) fillAbove(job.rings, plane, x, y);
    const o = (<usize>x) << 2;
    const s0 = rows.samples0 + o;
    const s1 = rows.samples1 + o;
    const predictions =
      plane == 0
        ? predictFirst(s0, s1)
        : predictLater(
            plane == 2,
            s0,
            s1,
            near.samples0 + o,
            near.samples1 + o,
            first.samples0 + o,
            first.samples1 + o,
          );
    const p1 = rows.predictorErrors1 + (o << 2);
    const diagonal = f32x4.add(v128.load(p1 - 16), v128.load(p1 + 16));
    const above = f32x4.add(
      f32x4.add(diagonal, v128.load(rows.predictorErrors2 + (o << 2))),
      predictorErrorsBefore,
    );
    const twice = f32x4.add(v128.load(p1), predictorErrors);
    const recent = f32x4.mul(f32x4.add(above, f32x4.add(twice, twice)), f32x4.splat(0.125));
    const centre = blend(predictions, recent);
    const e1 = rows.errors1 + o;
    const e2 = rows.errors2 + o;
    const window = f32x4.add(windowErrors(e1), f32x4.mul(windowErrors(e2), f32x4.splat(0.7)));
    const near4 = f32x4.mul(nearErrors(e1, e2), f32x4.splat(0.75 / 8));
    const scaleAbove = sum4(f32x4.add(near4, f32x4.mul(window, f32x4.splat(0.25 / 27))));
    const wide = (sum4(window) + decayed) * <f32>(1.0 / 27.0);
    const here = abs(error) * <f32>(1.5 / 8) + abs(errorBefore) * <f32>(0.75 / 8);
    const scale = scaleAbove + (here + (decayed * <f32>(0.25 / 27) + <f32>0.2));
    store<f32>(rows.scales + o, scale);
    const inverse = <f32>1 / scale;
    const others = ownFeatures(
      nextInputs(learner),
      rows,
      o,
      left,
      error,
      predictions,
      recent,
      centre,
      scale,
      inverse,
      wide,
    );
    if (planes > 1) {
      const behind = otherFeatures(plane > 0, others, rows, near, y == job.top, o, centre, inverse);
      otherFeatures(plane == 2, behind, rows, far, y == job.top, o, centre, inverse);
    }
    if (isMixed) {
      setValues(values, plane, rows, near, far, o);
      fetchCounters(values, integerOf(centre));
    }
    correct(corrections, x, rows, o, centre, scale);
    forward(learner, outputs, corrections.sum);
    const gradients = nextOutputGradients(learner);
    let value: f32;
    if (hasDeep) {
      value = codeDeepSample(job, plane, x, y, centre, scale, <f32>1 / <f32>BATCH, gradients);
    } else {
      roughMixtureSet(mixture, outputs, centre, scale, inverse);
      let sample: i32;
      if (mode == DECODE) {
        if (isMixed) {
          sample = popRoughMixedSample(message, values, mixture);
          roughMixtureInterval(mixture, sample);
        } else sample = popRoughSample(message, mixture);
        store<u8>(pixels + <usize>(x * planes), <u8>sample);
      } else {
        sample = <i32>load<u8>(pixels + <usize>(x * planes));
        roughMixtureInterval(mixture, sample);
        if (isMixed) roughMixedSample(values, mixture, false, sample);
        if (mode == ENCODE) keepInterval(intervals + <usize>x * INTERVAL_BYTES, mixture);
      }
      const plain = roughMixtureGradient(mixture, sample, scale, <f32>1 / <f32>BATCH, gradients);
      if (isMixed) noteProbability(values, plain);
      addProbability(own.likelihood, isMixed ? values.probability : plain);
      value = <f32>sample;
    }
    learn(learner);
    learnCorrections(corrections, gradients);
    predictorErrorsBefore = predictorErrors;
    predictorErrors = f32x4.abs(f32x4.sub(f32x4.splat(value), predictions));
    v128.store(rows.predictorErrors0 + (o << 2), predictorErrors);
    errorBefore = error;
    error = value - centre;
    store<f32>(rows.errors0 + o, error);
    store<f32>(s0, value);
    left = v128.shuffle<i32>(left, f32x4.splat(value), 1, 2, 3, 4);
    decayed = decayed * <f32>0.85 + abs(error);
  }
  own.decayed = decayed;
}

/** Computes segment `index` of row y of a plane. */
export function runSegment(base: PlanesJob, plane: i32, y: i32, index: i32): void {
  const job = changetype<QuickJob>(base);
  const from = index * SEGMENT;
  const to = min(from + SEGMENT, job.width);
  if (index == 0) {
    openRow(job, plane, y);
    if (plane > 0 && job.mode != LEARN && !isDeep(job))
      openMixedRow(quickPlaneOf(job, plane).values, y, job.width);
  }
  if (plane == 0) codeSegment(job, 0, y, from, to);
  else if (plane == 1) codeSegment(job, 1, y, from, to);
  else codeSegment(job, 2, y, from, to);
  if (to == job.width) closeRow(job, quickPlaneOf(job, plane));
}
