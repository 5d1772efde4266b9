// One segment of one row of one plane in the learning family: least-squares predictions, features, network,
// mixture, coder, and what all of them learn from the sample. Encoder and decoder share everything but the lines
// that turn the mixture into a sample or an interval.

import { addProbability } from '../../../distributions/assembly/code-length';
import {
  mixtureGradient,
  mixtureInterval,
  mixtureSet,
} from '../../../distributions/assembly/logistic-mixture';
import { forward, learn } from '../../../network/assembly/learner';
import { integerOf } from '../../../network/assembly/math';
import { BATCH, nextInputs, nextOutputGradients } from '../../../network/assembly/steps';
import { INTERVAL_BYTES, intervalAt, keepInterval } from '../../assembly/intervals';
import { DECODE, ENCODE, isDeep, LEARN, PlanesJob, pixelsOf, SEGMENT } from '../../assembly/job';
import {
  closeRow,
  codeDeepSample,
  farPlane,
  keepSample,
  keepScale,
  nearPlane,
  openRow,
  otherFeatures,
  popMixedSample,
  popSample,
  recentErrorsAt,
  wideErrorAt,
} from '../../assembly/sample';
import {
  blend,
  blendFive,
  clampToLevels,
  localMean,
  OWN_FEATURES,
  ownFeatures,
  recentError,
  SIMILAR_FEATURES,
  similarFeatures,
} from '../../context/assembly/context';
import {
  addSample,
  fit,
  opensBundle,
  predict,
  startRow,
  valuesOf,
} from '../../context/assembly/least-squares';
import {
  CODED_LIST,
  LATER_LIST,
  neighbourColumn,
  neighbourRow,
  OWN_LIST,
} from '../../context/assembly/neighbours';
import { fillAbove, PAD, Rows, rowOf } from '../../context/assembly/rows';
import { addSimilar, predictSimilar, Similar, similarNeighbours } from '../../context/assembly/similar';
import { fetchCounters, mixedSample, setValues } from '../../mixing/assembly/value-mixer';
import { correct, learnCorrections } from '../../online/assembly/corrections';
import { LearningJob, LearningPlane, learningPlaneOf } from './job';

/** Writes the addresses of some neighbours of sample (0, y) in a plane; returns the address behind them. */
@inline
function listNeighbours(job: LearningJob, to: usize, list: i32, count: i32, plane: i32, y: i32): usize {
  for (let i: i32 = 0; i < count; i++) {
    const row = y + neighbourRow(list, i);
    // A later plane may already be filling the rows above its first.
    const blank = list == LATER_LIST && row < job.top;
    const start = blank ? job.blank + PAD * 4 : rowOf(job.rings, plane, row);
    store<usize>(to, start + (neighbourColumn(list, i) << 2));
    to += 4;
  }
  return to;
}

/**
 * Values of neighbours at byte offset o of their rows, less their mean, in all lanes. Returns the address behind them.
 */
@inline
function centreNeighbours(to: usize, addresses: usize, count: i32, o: usize, mean: f32): usize {
  for (const end = to + ((<usize>count) << 4); to < end; to += 16) {
    v128.store(to, f32x4.splat(load<f32>(load<usize>(addresses) + o) - mean));
    addresses += 4;
  }
  return to;
}

/** Local mean of the row above, for a plane still to come. */
@inline
function meanAbove(row1: usize): f32 {
  return load<f32>(row1) * <f32>0.5 + (load<f32>(row1 - 4) + load<f32>(row1 + 4)) * <f32>0.25;
}

/**
 * Picks the neighbours of the predictor from similar contexts among those of the least squares,
 * the nearest of the own plane and of each plane already coded: their values, and the weights that
 * the third least-squares predictor gives them.
 */
@inline
function pickNeighbours(
  similar: Similar,
  own: LearningPlane,
  plane: i32,
  values: usize,
  to: usize,
  prior: usize,
): void {
  const weights = own.leastSquares.weights;
  let from: i32 = 0;
  let count = similar.own;
  for (let other: i32 = 0; other <= plane; other++) {
    for (let i: i32 = from; i < from + count; i++) {
      store<f32>(to, load<f32>(values + ((<usize>i) << 4)));
      store<f32>(prior, load<f32>(weights + ((<usize>i) << 4), 8));
      to += 4;
      prior += 4;
    }
    from = own.own + other * own.coded;
    count = similar.coded;
  }
}

/** The least squares' local mean of another plane: around its sample if that is coded, else of the row above. */
@inline
function otherMean(isCoded: bool, job: LearningJob, other: Rows, y: i32, o: usize): f32 {
  if (isCoded) return localMean(other.samples0 + o, other.samples1 + o);
  return meanAbove((y == job.top ? job.blank + PAD * 4 : other.samples1) + o);
}

@inline
function codeSegment(job: LearningJob, plane: i32, y: i32, from: i32, to: i32): void {
  const own = learningPlaneOf(job, plane);
  const mode = job.mode;
  const planes = job.planes;
  const learner = own.learner;
  const ls = own.leastSquares;
  const mixture = own.mixture;
  const message = own.message;
  const rows = own.rows;
  const near = own.nearRows;
  const far = own.farRows;
  const values = own.values;
  const hasDeep = isDeep(job);
  const isMixed = plane > 0 && mode != LEARN && !hasDeep;
  const corrections = own.corrections;
  const similar = own.similar;
  const hasSimilar = changetype<usize>(similar) != 0;
  const ownCount = own.own;
  const nearCount = planes == 1 ? 0 : plane == 0 ? own.later : own.coded;
  const farCount = planes == 1 ? 0 : plane < 2 ? own.later : own.coded;
  const addresses = own.neighbours;
  const nearAddresses = listNeighbours(job, addresses, OWN_LIST, ownCount, plane, y);
  const nearList = plane == 0 ? LATER_LIST : CODED_LIST;
  const farAddresses = listNeighbours(job, nearAddresses, nearList, nearCount, nearPlane(plane), y);
  listNeighbours(job, farAddresses, plane < 2 ? LATER_LIST : CODED_LIST, farCount, farPlane(plane), y);
  const pixels = pixelsOf(job, own, y);
  const intervals = intervalAt(job, own, 0, y);
  const s0 = rows.samples0;
  const s1 = rows.samples1;

  for (let x = from; x < to; x++) {
    if (y == job.top) fillAbove(job.rings, plane, x, y);
    const o = (<usize>x) << 2;
    const mean = localMean(s0 + o, s1 + o);
    const ownValues = valuesOf(ls, x);
    let behind = centreNeighbours(ownValues, addresses, ownCount, o, mean);
    if (planes > 1) {
      behind = centreNeighbours(behind, nearAddresses, nearCount, o, otherMean(plane > 0, job, near, y, o));
      behind = centreNeighbours(behind, farAddresses, farCount, o, otherMean(plane == 2, job, far, y, o));
    }
    if (opensBundle(ls, x)) fit(ls);
    const predictions = clampToLevels(f32x4.add(f32x4.splat(mean), predict(ls, ownValues)));
    const recent = recentErrorsAt(rows, x);
    const wide = wideErrorAt(own, o);
    const scale = keepScale(rows, o, wide);
    let similarPrediction: f32 = 0;
    let similarRecent: f32 = 0;
    let centre: f32;
    if (hasSimilar) {
      pickNeighbours(similar, own, plane, ownValues, similarNeighbours(similar, x, y), own.similarPrior);
      predictSimilar(similar, x, y, scale, own.similarPrior);
      similarPrediction = f32x4.extract_lane(clampToLevels(f32x4.splat(mean + load<f32>(similar.result))), 0);
      similarRecent = recentError(rows.fifthErrors0 + o, rows.fifthErrors1 + o, rows.fifthErrors2 + o);
      centre = blendFive(predictions, recent, similarPrediction, similarRecent);
    } else centre = blend(predictions, recent);
    const features = nextInputs(learner);
    ownFeatures(features, rows, o, predictions, recent, centre, scale, wide);
    if (planes > 1) {
      const others = otherFeatures(plane > 0, features + (OWN_FEATURES << 2), rows, near, o, centre, scale);
      otherFeatures(plane == 2, others, rows, far, o, centre, scale);
    }
    if (hasSimilar) {
      const last = features + ((<usize>(learner.inputs - SIMILAR_FEATURES)) << 2);
      similarFeatures(last, similarPrediction, similarRecent, v128.load(similar.result), centre, scale);
    }
    if (isMixed) {
      setValues(values, plane, rows, near, far, o);
      fetchCounters(values, integerOf(centre));
    }
    correct(corrections, x, rows, o, centre, scale);
    forward(learner, own.outputs, corrections.sum);
    const gradients = nextOutputGradients(learner);
    let value: f32;
    if (hasDeep) {
      value = codeDeepSample(job, plane, x, y, centre, scale, <f32>1 / <f32>BATCH, gradients);
    } else {
      mixtureSet(mixture, own.outputs, centre, scale);
      let sample: i32;
      if (mode == DECODE) {
        sample = plane == 0 ? popSample(message, mixture) : popMixedSample(message, values, mixture);
        store<u8>(pixels + <usize>(x * planes), <u8>sample);
      } else {
        sample = <i32>load<u8>(pixels + <usize>(x * planes));
        if (mode == ENCODE) {
          if (plane == 0) mixtureInterval(mixture, sample);
          else mixedSample(values, mixture, false, sample);
          keepInterval(intervals + <usize>x * INTERVAL_BYTES, mixture);
        }
      }
      const probability = mixtureGradient(mixture, sample, scale, <f32>1 / <f32>BATCH, gradients);
      addProbability(own.likelihood, isMixed ? values.probability : probability);
      value = <f32>sample;
    }
    learn(learner);
    learnCorrections(corrections, gradients);
    v128.store(behind, f32x4.splat(value - mean));
    const trust = <f32>1 / (scale * sqrt<f32>(scale));
    addSample(ls, x, trust, x == job.width - 1);
    if (hasSimilar) {
      addSimilar(similar, x, y, value - mean, value - centre, trust);
      store<f32>(rows.fifthErrors0 + o, value - similarPrediction);
    }
    keepSample(own, x, value, centre, predictions);
  }
}

/** Computes segment `index` of row y of a plane. */
export function runSegment(base: PlanesJob, plane: i32, y: i32, index: i32): void {
  const job = changetype<LearningJob>(base);
  const own = learningPlaneOf(job, plane);
  const from = index * SEGMENT;
  const to = min(from + SEGMENT, job.width);
  if (index == 0) {
    openRow(job, plane, y);
    startRow(own.leastSquares, y);
  }
  if (plane == 0) codeSegment(job, 0, y, from, to);
  else if (plane == 1) codeSegment(job, 1, y, from, to);
  else codeSegment(job, 2, y, from, to);
  if (to == job.width) closeRow(job, own);
}
