// One segment of one row of one plane in the static family: fixed predictors, the likelihood network as
// the latents modulate it. The encoder's and the decoder's pass share everything but the lines that
// turn the mixture into a sample or an interval.

import { addProbability } from '../../../distributions/assembly/code-length';
import { mixtureInterval, mixtureSet } from '../../../distributions/assembly/logistic-mixture';
import { addBias, dense12, dense16, dense32, modulate } from '../../../network/assembly/vector-product';
import { INTERVAL_BYTES, intervalAt, keepInterval } from '../../assembly/intervals';
import { DECODE, ENCODE, PlanesJob, pixelsOf, SEGMENT } from '../../assembly/job';
import {
  closeRow,
  keepSample,
  keepScale,
  openRow,
  otherFeatures,
  popSample,
  recentErrorsAt,
  wideErrorAt,
} from '../../assembly/sample';
import {
  blend,
  featureCount,
  OWN_FEATURES,
  ownFeatures,
  predictFirst,
  predictLater,
} from '../../context/assembly/context';
import { fillAbove, padRight } from '../../context/assembly/rows';
import { modulationOf } from '../../latents/assembly/latents';
import { addToPool, POOLED_INPUTS, pooledInputs } from '../../latents/assembly/pool';
import { EXPORT, HIDDEN1, HIDDEN2, OUTPUTS, PREPARE, StaticJob, StaticPlane, staticPlaneOf } from './job';

@inline
function codeSegment(job: StaticJob, plane: i32, y: i32, from: i32, to: i32): void {
  const own = staticPlaneOf(job, plane);
  const mode = job.mode;
  const coded = y >= job.codedRow;
  const rows = own.rows;
  const near = own.nearRows;
  const far = own.farRows;
  const features = own.features;
  const mixture = own.mixture;
  const message = own.message;
  const inputs = featureCount(plane);
  const latents = job.latents;
  const hasLatents = mode == EXPORT || job.stage < latents.tileRows;
  const pixels = pixelsOf(job, own, y);
  const intervals = intervalAt(job, own, 0, y);
  const s0 = rows.samples0;
  const s1 = rows.samples1;
  const first = plane == 2 ? far : near;

  for (let x = from; x < to; x++) {
    if (y == 0) fillAbove(job.rings, plane, x, y);
    const o = (<usize>x) << 2;
    const predictions =
      plane == 0
        ? predictFirst(s0 + o, s1 + o)
        : predictLater(
            s0 + o,
            s1 + o,
            near.samples0 + o,
            near.samples1 + o,
            first.samples0 + o,
            first.samples1 + o,
          );
    const recent = recentErrorsAt(rows, x);
    const centre = blend(predictions, recent);
    // The posterior of a tile sees every second sample, in a checkerboard.
    const seen = hasLatents && ((x ^ y) & 1) == 0;
    let sample: i32;
    if (!coded || (mode == PREPARE && !seen)) {
      sample = <i32>load<u8>(pixels + <usize>x * 3);
    } else {
      const wide = wideErrorAt(own, o);
      const scale = keepScale(rows, o, wide);
      ownFeatures(features, rows, o, predictions, recent, centre, scale, wide);
      const others = features + (OWN_FEATURES << 2);
      const behind = otherFeatures(plane > 0, others, rows, near, o, centre, scale);
      // The posterior sees nothing of the third plane.
      if (mode != PREPARE) otherFeatures(plane == 2, behind, rows, far, o, centre, scale);
      if (mode == ENCODE || mode == DECODE) {
        forward(own, features, inputs, modulationOf(latents, hasLatents, plane, x));
        mixtureSet(mixture, own.outputs, centre, scale);
      }
      if (mode == DECODE) {
        sample = popSample(message, mixture);
        store<u8>(pixels + <usize>x * 3, <u8>sample);
      } else {
        sample = <i32>load<u8>(pixels + <usize>x * 3);
        if (mode == ENCODE) {
          addProbability(own.likelihood, mixtureInterval(mixture, sample));
          keepInterval(intervals + <usize>x * INTERVAL_BYTES, mixture);
        }
      }
      if (seen && mode != ENCODE) {
        pooledInputs(plane, own.pooledInputs, features, <f32>sample - centre, scale, others);
        if (mode == EXPORT) exportPooledInputs(job, own, x, y);
        else addToPool(latents, plane, x, own.pooledInputs, own.pooledHidden, own.pooled);
      }
      if (mode == EXPORT) exportFeatures(job, own, x, y, inputs, centre, scale, sample);
    }
    keepSample(own, x, <f32>sample, centre, predictions);
  }
}

/** The likelihood network's outputs. */
@inline
function forward(own: StaticPlane, features: usize, inputs: i32, modulation: usize): void {
  const hidden1 = own.hidden1;
  const hidden2 = own.hidden2;
  dense32(hidden1, features, inputs, own.layer1, HIDDEN1);
  modulate(hidden1, modulation, modulation + 128, HIDDEN1);
  dense16(hidden2, hidden1, HIDDEN1, own.layer2, HIDDEN2);
  modulate(hidden2, modulation + 256, modulation + 320, HIDDEN2);
  dense12(own.outputs, hidden2, HIDDEN2, own.layer3, OUTPUTS);
  addBias(own.outputs, modulation + 384, OUTPUTS);
}

/** Training: the pooled network's inputs, two samples apart, packed [row][ceil(width / 2)][48]. */
@inline
function exportPooledInputs(job: StaticJob, own: StaticPlane, x: i32, y: i32): void {
  const index = (y - job.codedRow) * ((job.width + 1) >> 1) + (x >> 1);
  memory.copy(own.exportedInputs + <usize>(index * POOLED_INPUTS) * 4, own.pooledInputs, POOLED_INPUTS * 4);
}

@inline
function exportFeatures(
  job: StaticJob,
  own: StaticPlane,
  x: i32,
  y: i32,
  count: i32,
  centre: f32,
  scale: f32,
  sample: i32,
): void {
  const index = (y - job.codedRow) * job.width + x;
  memory.copy(own.exportedFeatures + <usize>(index * count) * 4, own.features, <usize>count * 4);
  const targets = own.exportedTargets + <usize>(index * 12);
  store<f32>(targets, centre);
  store<f32>(targets, scale, 4);
  store<f32>(targets, <f32>sample, 8);
}

/** Computes segment `index` of row y of a plane. */
export function runSegment(base: PlanesJob, plane: i32, y: i32, index: i32): void {
  const job = changetype<StaticJob>(base);
  const from = index * SEGMENT;
  const to = min(from + SEGMENT, job.width);
  if (index == 0) openRow(job, plane, y);
  if (plane == 0) codeSegment(job, 0, y, from, to);
  else if (plane == 1) codeSegment(job, 1, y, from, to);
  else codeSegment(job, 2, y, from, to);
  if (to == job.width) closeRow(job, staticPlaneOf(job, plane));
}

/** Fills the sample ring with a row of the image that lies above the first row of a stage. */
export function loadRow(job: StaticJob, plane: i32, y: i32): void {
  openRow(job, plane, y);
  const own = staticPlaneOf(job, plane);
  const row = own.rows.samples0;
  const pixels = pixelsOf(job, own, y);
  for (let x: i32 = 0; x < job.width; x++) {
    store<f32>(row + ((<usize>x) << 2), <f32>load<u8>(pixels + <usize>x * 3));
  }
  padRight(row, job.width);
}
