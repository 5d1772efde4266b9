// One segment of one row of one plane: context, likelihood network, mixture, coder. The encoder's and the decoder's pass
// share everything but the line that turns the mixture into a sample or an interval.

import {
  blend, codedFeatures, featureCount, laterFeatures, localScale, ownFeatures, predictFirst, predictLater, recentErrors,
  wideError, CODED_FEATURES, LATER_FEATURES, OWN_FEATURES,
} from '../../context/assembly/context';
import { fillAbove, padLeft, padRight, rowOf } from '../../context/assembly/rows';
import {
  mixtureFind, mixtureInterval, mixtureSet, FREQUENCY, MIXTURE_PRECISION, START,
} from '../../../distributions/assembly/logistic-mixture';
import { addProbability } from '../../../distributions/assembly/code-length';
import { peek, pop } from '../../../ans/assembly/rans';
import { log2_4 } from '../../../network/assembly/math';
import {
  channelOf, ofPlane, DECODE, ENCODE, EXPORT, HIDDEN1, HIDDEN2, StaticJob, MODULATION, POOL, POOLED,
  POOLED_INPUTS, PREPARE, SEGMENT, TILE,
} from './job';
import { addBias, addBiasLeaky, dense12, dense16, dense24, dense32, modulate } from '../../../network/assembly/vector-product';

// Scratch of a plane: each part on its own cache lines.
@inline const FEATURES: usize = 0; // 96 f32
@inline const FIRST: usize = 384; // 32 f32
@inline const SECOND: usize = 512; // 16 f32
@inline const OUTPUTS: usize = 576; // 12 f32
@inline const MIXTURE: usize = 640;
@inline const INPUTS: usize = 704; // 48 f32 of the pooled network
@inline const HIDDEN: usize = 896; // 24 f32, then padding
/** Code length of the plane: code-length.ts. */
@inline export const LIKELIHOOD: usize = 1024;
/** f32: |error| decayed along the row. */
@inline const DECAYED: usize = 1040;
@inline export const SCRATCH: usize = 2048;

/** Sets the samples around row y that the row's context reads and that no sample has been written to. */
function openRow(job: StaticJob, plane: i32, y: i32): void {
  padLeft(job.samples, job.stride, plane, y);
  store<f32>(job.scratch + <usize>plane * SCRATCH, 0, DECAYED);
}

/** Inputs of the pooled network: what this sample's error says about the tile. */
@inline
function pooledInputs(plane: i32, inputs: usize, features: usize, error: f32, scale: f32, other: usize): void {
  const d = min<f32>(8, max<f32>(-8, error / scale));
  const logs = log2_4(f32x4(abs(d) + <f32>0.1, scale, 1, 1));
  v128.store(
    inputs,
    f32x4(d, abs(d), f32x4.extract_lane(logs, 0), f32x4.extract_lane(logs, 1) * <f32>0.5),
  );
  const eighth = f32x4.splat(d * <f32>0.125);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 96)), 16);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 112)), 32);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 64)), 48);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features)), 64);
  v128.store(inputs, f32x4.mul(eighth, v128.load(features, 16)), 80);
  v128.store(inputs, f32x4.mul(eighth, v128.load(other)), 96);
  // Neighbours: further own ones, or differences to the plane coded just before.
  const further = plane == 0 ? features + 32 : other + 48;
  v128.store(inputs, f32x4.mul(eighth, v128.load(further)), 160);
  v128.store(inputs, f32x4.mul(eighth, v128.load(further, 16)), 176);
  v128.store(inputs, v128.load(features, 80), 112);
  v128.store(inputs, v128.load(features, 160), 128);
  v128.store(inputs, v128.load(features, 176), 144);
}

/** Index of the tile across that holds column x; the last one takes the rest of the row. */
@inline
export function tileOf(job: StaticJob, x: i32): i32 {
  return min(x / TILE, job.tilesAcross - 1);
}

@inline
function codeSegment(job: StaticJob, plane: i32, y: i32, from: i32, to: i32): void {
  const mode = job.mode;
  const coded = y >= job.codedRow;
  const scratch = job.scratch + <usize>plane * SCRATCH;
  const features = scratch + FEATURES;
  const mixture = scratch + MIXTURE;
  const message = ofPlane(offsetof<StaticJob>('message_0') + changetype<usize>(job), plane);
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
  const first0 = plane == 2 ? rs0 : qs0;
  const first1 = plane == 2 ? rs1 : qs1;
  const pixels = job.pixels + <usize>(y * job.width) * 3 + channelOf(plane);
  const inputs = featureCount(plane);
  const layer1 = ofPlane(offsetof<StaticJob>('layer1_0') + changetype<usize>(job), plane);
  const layer2 = ofPlane(offsetof<StaticJob>('layer2_0') + changetype<usize>(job), plane);
  const layer3 = ofPlane(offsetof<StaticJob>('layer3_0') + changetype<usize>(job), plane);
  const pooled = ofPlane(offsetof<StaticJob>('pooled_0') + changetype<usize>(job), plane);
  const latent = mode == EXPORT || job.stage < job.tileRows;
  const intervals =
    ofPlane(offsetof<StaticJob>('intervals_0') + changetype<usize>(job), plane) +
    (<usize>((y - job.codedRow) * job.width) << 3);

  for (let x = from; x < to; x++) {
    if (y == 0) fillAbove(job.samples, job.stride, plane, x, 2);
    const o = <usize>x << 2;
    const predictions =
      plane == 0
        ? predictFirst(s0 + o, s1 + o)
        : predictLater(s0 + o, s1 + o, qs0 + o, qs1 + o, first0 + o, first1 + o);
    const o4 = <usize>x << 4;
    const recent = recentErrors(p0 + o4, p1 + o4, p2 + o4);
    const centre = blend(predictions, recent);
    const decayed = load<f32>(scratch, DECAYED);
    // The posterior of a tile sees every second sample, in a checkerboard.
    const seen = latent && ((x ^ y) & 1) == 0;
    let sample: i32;
    if (!coded || (mode == PREPARE && !seen)) {
      sample = <i32>load<u8>(pixels + <usize>x * 3);
    } else {
      const wide = wideError(e1 + o, e2 + o, decayed);
      const scale = localScale(e0 + o, e1 + o, e2 + o, wide);
      store<f32>(scales + o, scale);
      ownFeatures(features, s0 + o, s1 + o, s2 + o, e0 + o, e1 + o, predictions, recent, centre, scale, wide);
      const others = features + (OWN_FEATURES << 2);
      const second = others + ((plane == 0 ? LATER_FEATURES : CODED_FEATURES) << 2);
      if (plane == 0) laterFeatures(others, qe1 + o, scale);
      else {
        codedFeatures(
          others, s0 + o, s1 + o, qs0 + o, qs1 + o, qe0 + o, qe1 + o, centre, scale, load<f32>(qScales + o),
        );
      }
      // The posterior sees nothing of the second plane.
      if (mode != PREPARE) {
        if (plane < 2) laterFeatures(second, re1 + o, scale);
        else {
          codedFeatures(
            second, s0 + o, s1 + o, rs0 + o, rs1 + o, re0 + o, re1 + o, centre, scale, load<f32>(rScales + o),
          );
        }
      }
      if (mode == ENCODE || mode == DECODE) {
        const modulation =
          (latent ? job.tileModulation + <usize>tileOf(job, x) * (3 * MODULATION * 4) : job.neutralModulation) +
          <usize>plane * (MODULATION * 4);
        dense32(scratch + FIRST, features, inputs, layer1, HIDDEN1);
        modulate(scratch + FIRST, modulation, modulation + 128, HIDDEN1);
        dense16(scratch + SECOND, scratch + FIRST, HIDDEN1, layer2, HIDDEN2);
        modulate(scratch + SECOND, modulation + 256, modulation + 320, HIDDEN2);
        dense12(scratch + OUTPUTS, scratch + SECOND, HIDDEN2, layer3);
        addBias(scratch + OUTPUTS, modulation + 384, 12);
        mixtureSet(mixture, scratch + OUTPUTS, centre, scale);
      }
      if (mode == DECODE) {
        sample = mixtureFind(mixture, peek(message, MIXTURE_PRECISION));
        pop(message, load<u32>(mixture, START), load<u32>(mixture, FREQUENCY), MIXTURE_PRECISION);
        store<u8>(pixels + <usize>x * 3, <u8>sample);
      } else {
        sample = <i32>load<u8>(pixels + <usize>x * 3);
        if (mode == ENCODE) {
          addProbability(scratch + LIKELIHOOD, mixtureInterval(mixture, sample));
          store<u64>(intervals + (<usize>x << 3), load<u64>(mixture, START));
        }
      }
      if (seen && mode != ENCODE) {
        pooledInputs(plane, scratch + INPUTS, features, <f32>sample - centre, scale, others);
        if (mode == EXPORT) exportPooledInputs(job, plane, x, y, scratch + INPUTS);
        else addToPool(job, plane, x, scratch, pooled);
      }
      if (mode == EXPORT) exportFeatures(job, plane, x, y, features, inputs, centre, scale, sample);
    }
    const value = <f32>sample;
    const error = value - centre;
    store<f32>(s0 + o, value);
    store<f32>(e0 + o, error);
    v128.store(p0 + o4, f32x4.sub(f32x4.splat(value), predictions));
    store<f32>(scratch, decayed * <f32>0.85 + abs(error), DECAYED);
  }
}

@inline
function addToPool(job: StaticJob, plane: i32, x: i32, scratch: usize, weights: usize): void {
  const pool = job.pools + <usize>((tileOf(job, x) * 3 + plane) * POOL) * 4;
  dense24(scratch + HIDDEN, scratch + INPUTS, POOLED_INPUTS, weights);
  addBiasLeaky(scratch + HIDDEN, weights + POOLED_INPUTS * POOLED * 4, POOLED);
  for (let i: usize = 0; i < <usize>POOLED * 4; i += 16) {
    v128.store(pool + i, f32x4.add(v128.load(pool + i), v128.load(scratch + HIDDEN + i)));
  }
  store<f32>(pool, load<f32>(pool, POOLED * 4) + 1, POOLED * 4);
}

/** Training: the pooled network's inputs, two samples apart, packed [row][ceil(width / 2)][48]. */
@inline
function exportPooledInputs(job: StaticJob, plane: i32, x: i32, y: i32, inputs: usize): void {
  const index = (y - job.codedRow) * ((job.width + 1) >> 1) + (x >> 1);
  const to = ofPlane(offsetof<StaticJob>('pooledInputs_0') + changetype<usize>(job), plane);
  memory.copy(to + <usize>(index * POOLED_INPUTS) * 4, inputs, POOLED_INPUTS * 4);
}

@inline
function exportFeatures(
  job: StaticJob, plane: i32, x: i32, y: i32, features: usize, count: i32, centre: f32, scale: f32, sample: i32,
): void {
  const index = (y - job.codedRow) * job.width + x;
  const to = ofPlane(offsetof<StaticJob>('features_0') + changetype<usize>(job), plane);
  memory.copy(to + <usize>(index * count) * 4, features, <usize>count * 4);
  const targets = ofPlane(offsetof<StaticJob>('targets_0') + changetype<usize>(job), plane) + <usize>(index * 12);
  store<f32>(targets, centre);
  store<f32>(targets, scale, 4);
  store<f32>(targets, <f32>sample, 8);
}

/** Computes segment `index` of row y of a plane. */
export function runSegment(job: StaticJob, plane: i32, y: i32, index: i32): void {
  const from = index * SEGMENT;
  const to = min(from + SEGMENT, job.width);
  if (index == 0) openRow(job, plane, y);
  if (plane == 0) codeSegment(job, 0, y, from, to);
  else if (plane == 1) codeSegment(job, 1, y, from, to);
  else codeSegment(job, 2, y, from, to);
  if (to == job.width) padRight(rowOf(job.samples, job.stride, plane, y, 4), job.width);
}

/** Fills the sample ring with rows of the image that lie above the first row of a stage. */
export function loadRow(job: StaticJob, plane: i32, y: i32): void {
  openRow(job, plane, y);
  const row = rowOf(job.samples, job.stride, plane, y, 4);
  const pixels = job.pixels + <usize>(y * job.width) * 3 + channelOf(plane);
  for (let x: i32 = 0; x < job.width; x++) {
    store<f32>(row + (<usize>x << 2), <f32>load<u8>(pixels + <usize>x * 3));
  }
  padRight(row, job.width);
}
