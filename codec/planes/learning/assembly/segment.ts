// One segment of one row of one plane: least-squares predictions, features, network, mixture, coder, and what all of them
// learn from the sample. Encoder and decoder share everything but the lines that turn the mixture into a sample or an
// interval.

import {
  blend, blendFive, codedFeatures, laterFeatures, localMean, localScale, ownFeatures, recentError, recentErrors,
  similarFeatures, wideError,
  CODED_FEATURES, LATER_FEATURES, OWN_FEATURES, SIMILAR_FEATURES,
} from '../../context/assembly/context';
import { addSample, fit, predict, startRow, valuesOf } from '../../context/assembly/least-squares';
import {
  neighbourColumn, neighbourRow, CODED_LIST, LATER_LIST, OWN_LIST,
} from '../../context/assembly/neighbours';
import {
  addSimilar, predictSimilar, similarNeighbours, Similar,
} from '../../context/assembly/similar';
import { fillAbove, padLeft, padRight, rowOf, PAD } from '../../context/assembly/rows';
import {
  mixtureFind, mixtureGradient, mixtureInterval, mixtureSet, FREQUENCY, MIXTURE_PRECISION, START,
} from '../../../distributions/assembly/logistic-mixture';
import { addProbability } from '../../../distributions/assembly/code-length';
import { forward, learn, nextInputs, nextOutputGradients, BATCH } from '../../../network/assembly/learner';
import { peek, pop } from '../../../ans/assembly/rans';
import { messageOf, planeOf, DECODE, ENCODE, LearningJob, LearningPlane, SEGMENT } from './job';

// Scratch of a plane.
@inline const OUTPUTS: usize = 0; // 12 f32
@inline const MIXTURE: usize = 64;
/** Code length of the plane: code-length.ts. */
@inline export const LIKELIHOOD: usize = 128;
/** f32: |error| decayed along the row. */
@inline const DECAYED: usize = 144;
/** u32 [32]: addresses of the neighbours of sample 0. */
@inline const NEIGHBOURS: usize = 192;
/** f32 [16]: the weights that the predictor from similar contexts is drawn to. */
@inline const PRIOR: usize = 320;
@inline export const SCRATCH: usize = 1024;

/** Sets the samples around row y that the row's context reads and that no sample has been written to. */
function openRow(job: LearningJob, plane: i32, y: i32): void {
  padLeft(job.samples, job.stride, plane, y);
  const own = planeOf(job, plane);
  store<f32>(own.scratch, 0, DECAYED);
  startRow(own.leastSquares);
}

/** Writes the addresses of some neighbours of sample (0, y) in a plane; returns the address behind them. */
@inline
function listNeighbours(job: LearningJob, to: usize, list: i32, count: i32, plane: i32, y: i32): usize {
  for (let i: i32 = 0; i < count; i++) {
    const row = y + neighbourRow(list, i);
    // A later plane may already be filling the rows above its first.
    const blank = list == LATER_LIST && row < 0;
    const start = blank ? job.blank + PAD * 4 : rowOf(job.samples, job.stride, plane, row, 4);
    store<usize>(to, start + (neighbourColumn(list, i) << 2));
    to += 4;
  }
  return to;
}

/** Values of neighbours at byte offset o of their rows, less their mean, in all lanes. Returns the address behind them. */
@inline
function centreNeighbours(to: usize, addresses: usize, count: i32, o: usize, mean: f32): usize {
  for (const end = to + (<usize>count << 4); to < end; to += 16) {
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
 * Picks the neighbours of the predictor from similar contexts among those of the least squares, the nearest of the own
 * plane and of each plane already coded: their values, and the weights that the third least-squares predictor gives them.
 */
@inline
function pickNeighbours(similar: Similar, own: LearningPlane, plane: i32, values: usize, to: usize, prior: usize): void {
  const weights = own.leastSquares.weights;
  let from: i32 = 0;
  let count = similar.own;
  for (let other: i32 = 0; other <= plane; other++) {
    for (let i: i32 = from; i < from + count; i++) {
      store<f32>(to, load<f32>(values + (<usize>i << 4)));
      store<f32>(prior, load<f32>(weights + (<usize>i << 4), 8));
      to += 4;
      prior += 4;
    }
    from = own.own + other * own.coded;
    count = similar.coded;
  }
}

@inline
function codeSegment(job: LearningJob, plane: i32, y: i32, from: i32, to: i32): void {
  const own = planeOf(job, plane);
  const mode = job.mode;
  const planes = job.planes;
  const learner = own.learner;
  const ls = own.leastSquares;
  const scratch = own.scratch;
  const mixture = scratch + MIXTURE;
  const message = messageOf(job, own, y);
  const s0 = rowOf(job.samples, job.stride, plane, y, 4);
  const s1 = rowOf(job.samples, job.stride, plane, y - 1, 4);
  const s2 = rowOf(job.samples, job.stride, plane, y - 2, 4);
  const e0 = rowOf(job.errors, job.stride, plane, y, 4);
  const e1 = rowOf(job.errors, job.stride, plane, y - 1, 4);
  const e2 = rowOf(job.errors, job.stride, plane, y - 2, 4);
  const p0 = rowOf(job.predictorErrors, job.stride, plane, y, 16);
  const p1 = rowOf(job.predictorErrors, job.stride, plane, y - 1, 16);
  const p2 = rowOf(job.predictorErrors, job.stride, plane, y - 2, 16);
  const scales = rowOf(job.scales, job.stride, plane, y, 4);
  const similar = own.similar;
  const hasSimilar = changetype<usize>(similar) != 0;
  const f0 = rowOf(job.similarErrors, job.stride, plane, y, 4);
  const f1 = rowOf(job.similarErrors, job.stride, plane, y - 1, 4);
  const f2 = rowOf(job.similarErrors, job.stride, plane, y - 2, 4);
  // The two other planes, the one coded just before first.
  const q = plane == 0 ? 1 : plane - 1;
  const r = plane == 2 ? 0 : 2;
  const qs0 = rowOf(job.samples, job.stride, q, y, 4);
  const qs1 = rowOf(job.samples, job.stride, q, y - 1, 4);
  const qe0 = rowOf(job.errors, job.stride, q, y, 4);
  const qe1 = rowOf(job.errors, job.stride, q, y - 1, 4);
  const qScales = rowOf(job.scales, job.stride, q, y, 4);
  const rs0 = rowOf(job.samples, job.stride, r, y, 4);
  const rs1 = rowOf(job.samples, job.stride, r, y - 1, 4);
  const re0 = rowOf(job.errors, job.stride, r, y, 4);
  const re1 = rowOf(job.errors, job.stride, r, y - 1, 4);
  const rScales = rowOf(job.scales, job.stride, r, y, 4);
  const above = job.blank + PAD * 4;
  const qAbove = y == 0 ? above : qs1;
  const rAbove = y == 0 ? above : rs1;
  const qList = plane == 0 ? LATER_LIST : CODED_LIST;
  const rList = plane < 2 ? LATER_LIST : CODED_LIST;
  const ownCount = own.own;
  const qCount = planes == 1 ? 0 : plane == 0 ? own.later : own.coded;
  const rCount = planes == 1 ? 0 : plane < 2 ? own.later : own.coded;
  const addresses = scratch + NEIGHBOURS;
  const qAddresses = listNeighbours(job, addresses, OWN_LIST, ownCount, plane, y);
  const rAddresses = listNeighbours(job, qAddresses, qList, qCount, q, y);
  listNeighbours(job, rAddresses, rList, rCount, r, y);
  const pixels = job.pixels + <usize>(y * job.width * planes) + own.channel;
  const intervals = own.intervals + (<usize>(y % job.bandRows * job.width) << 3);

  for (let x = from; x < to; x++) {
    if (y == 0) fillAbove(job.samples, job.stride, plane, x, 3);
    const o = <usize>x << 2;
    const mean = localMean(s0 + o, s1 + o);
    const ownValues = valuesOf(ls, x);
    let values = centreNeighbours(ownValues, addresses, ownCount, o, mean);
    if (planes > 1) {
      const qMean = plane == 0 ? meanAbove(qAbove + o) : localMean(qs0 + o, qs1 + o);
      values = centreNeighbours(values, qAddresses, qCount, o, qMean);
      const rMean = plane < 2 ? meanAbove(rAbove + o) : localMean(rs0 + o, rs1 + o);
      values = centreNeighbours(values, rAddresses, rCount, o, rMean);
    }
    if ((x & 1) == 0) fit(ls);
    // Also turns what is not a number into 0.
    const unclamped = f32x4.add(f32x4.splat(mean), predict(ls, ownValues));
    const predictions = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), unclamped));
    const o4 = <usize>x << 4;
    const recent = recentErrors(p0 + o4, p1 + o4, p2 + o4);
    const decayed = load<f32>(scratch, DECAYED);
    const wide = wideError(e1 + o, e2 + o, decayed);
    const scale = localScale(e0 + o, e1 + o, e2 + o, wide);
    store<f32>(scales + o, scale);
    let similarPrediction: f32 = 0;
    let similarRecent: f32 = 0;
    let centre: f32;
    if (hasSimilar) {
      pickNeighbours(similar, own, plane, ownValues, similarNeighbours(similar, x, y), scratch + PRIOR);
      predictSimilar(similar, x, y, scale, scratch + PRIOR);
      // Also turns what is not a number into 0.
      const unclamped = f32x4.splat(mean + load<f32>(similar.result));
      const clamped = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), unclamped));
      similarPrediction = f32x4.extract_lane(clamped, 0);
      similarRecent = recentError(f0 + o, f1 + o, f2 + o);
      centre = blendFive(predictions, recent, similarPrediction, similarRecent);
    } else centre = blend(predictions, recent);
    const features = nextInputs(learner);
    ownFeatures(features, s0 + o, s1 + o, s2 + o, e0 + o, e1 + o, predictions, recent, centre, scale, wide);
    if (planes > 1) {
      const others = features + (OWN_FEATURES << 2);
      const second = others + ((plane == 0 ? LATER_FEATURES : CODED_FEATURES) << 2);
      if (plane == 0) laterFeatures(others, qe1 + o, scale);
      else {
        codedFeatures(
          others, s0 + o, s1 + o, qs0 + o, qs1 + o, qe0 + o, qe1 + o, centre, scale, load<f32>(qScales + o),
        );
      }
      if (plane < 2) laterFeatures(second, re1 + o, scale);
      else {
        codedFeatures(
          second, s0 + o, s1 + o, rs0 + o, rs1 + o, re0 + o, re1 + o, centre, scale, load<f32>(rScales + o),
        );
      }
    }
    if (hasSimilar) {
      const last = features + (<usize>(learner.inputs - SIMILAR_FEATURES) << 2);
      similarFeatures(last, similarPrediction, similarRecent, v128.load(similar.result), centre, scale);
    }
    forward(learner, scratch + OUTPUTS);
    mixtureSet(mixture, scratch + OUTPUTS, centre, scale);
    let sample: i32;
    if (mode == DECODE) {
      sample = mixtureFind(mixture, peek(message, MIXTURE_PRECISION));
      pop(message, load<u32>(mixture, START), load<u32>(mixture, FREQUENCY), MIXTURE_PRECISION);
      store<u8>(pixels + <usize>(x * planes), <u8>sample);
    } else {
      sample = <i32>load<u8>(pixels + <usize>(x * planes));
      if (mode == ENCODE) {
        mixtureInterval(mixture, sample);
        store<u64>(intervals + (<usize>x << 3), load<u64>(mixture, START));
      }
    }
    const gradients = nextOutputGradients(learner);
    addProbability(scratch + LIKELIHOOD, mixtureGradient(mixture, sample, scale, <f32>1 / <f32>BATCH, gradients));
    learn(learner);
    const value = <f32>sample;
    const error = value - centre;
    v128.store(values, f32x4.splat(value - mean));
    const trust = <f32>1 / (scale * sqrt<f32>(scale));
    addSample(ls, x, trust, x == job.width - 1);
    if (hasSimilar) {
      addSimilar(similar, x, y, value - mean, error, trust);
      store<f32>(f0 + o, value - similarPrediction);
    }
    store<f32>(s0 + o, value);
    store<f32>(e0 + o, error);
    v128.store(p0 + o4, f32x4.sub(f32x4.splat(value), predictions));
    store<f32>(scratch, decayed * <f32>0.85 + abs(error), DECAYED);
  }
}

/** Computes segment `index` of row y of a plane. */
export function runSegment(job: LearningJob, plane: i32, y: i32, index: i32): void {
  const from = index * SEGMENT;
  const to = min(from + SEGMENT, job.width);
  if (index == 0) openRow(job, plane, y);
  if (plane == 0) codeSegment(job, 0, y, from, to);
  else if (plane == 1) codeSegment(job, 1, y, from, to);
  else codeSegment(job, 2, y, from, to);
  if (to == job.width) padRight(rowOf(job.samples, job.stride, plane, y, 4), job.width);
}
