// How threads share the work on one photo. It is cut into stages: a row of tiles, or the strip below the last one. Between
// stages one thread handles the latents; within a stage the three planes run as a pipeline of segments, each plane by one
// thread at a time and in order, so that the result does not depend on the number of threads.

import { push } from '../../../ans/assembly/rans';
import { clearCodeLength, codeLength } from '../../../distributions/assembly/code-length';
import { MIXTURE_PRECISION } from '../../../distributions/assembly/logistic-mixture';
import {
  announce, changes, finished, isReady, progressOf, releasePlane, takePlane, waitForChange, PIPELINE_BYTES,
} from '../../assembly/pipeline';
import {
  ofPlane, DECODE, ENCODE, EXPORT, StaticJob, LATENTS, PLANES, POOL, TILE,
} from './job';
import {
  computeModulation, computePosteriors, modulateTiles, popPosteriors, popPriors, pushPosteriors, pushPriors,
} from '../../latents/assembly/latents';
import { loadRow, runSegment, LIKELIHOOD, SCRATCH } from './segment';

// Counters behind those of the pipeline, which count the segments of the stage.
/** i32: 2k while stage k is to be opened, 2k + 1 while it runs. */
@inline export const PHASE: usize = PIPELINE_BYTES;
/** i32: phases whose opening a thread has claimed. */
@inline const CLAIMED: usize = PIPELINE_BYTES + 4;
/** i32: planes that have finished the stage. */
@inline const FINISHED: usize = PIPELINE_BYTES + 8;
/** i32: segments of each plane in the stage. */
@inline const TOTAL: usize = PIPELINE_BYTES + 12;
/** f64: log2 q(z|x) - log2 p(z) of all latents drawn. */
@inline const KL: usize = PIPELINE_BYTES + 64;
/** Scratch of the latents, 1 KiB, behind the planes' scratch. */
@inline const LATENT_SCRATCH: usize = 3 * SCRATCH;

/** Rows above a stage that the encoder passes through to reach the state that the decoder is in. */
@inline const WARM_UP: i32 = 4;
/** Rows of the strip without latents; their bits are what the lowest tiles' posteriors are popped from. */
@inline const STRIP: i32 = 8;

@inline
function stages(job: StaticJob): i32 {
  return job.tileRows + 1;
}

function setRows(job: StaticJob, stage: i32): void {
  const strip = stage == job.tileRows;
  job.stage = stage;
  job.codedRow = strip ? (stage == 0 ? 0 : job.height - STRIP) : stage * TILE;
  job.endRow = strip ? job.height : stage == job.tileRows - 1 ? job.height - STRIP : (stage + 1) * TILE;
  job.firstRow = job.mode == ENCODE ? max(0, job.codedRow - WARM_UP) : job.codedRow;
}

/** Samples 128 and errors 0 above the image. */
function resetRings(job: StaticJob): void {
  const samples = 8 * PLANES * job.stride;
  for (let i: i32 = 0; i < samples; i++) store<f32>(job.samples + (<usize>i << 2), 128);
  memory.fill(job.errors, 0, <usize>samples << 2);
  memory.fill(job.predictorErrors, 0, <usize>samples << 4);
}

function openStage(job: StaticJob): void {
  const scratch = job.scratch + LATENT_SCRATCH;
  if (job.firstRow == 0) resetRings(job);
  else if (job.mode == ENCODE) {
    for (let plane: i32 = 0; plane < PLANES; plane++) {
      loadRow(job, plane, job.firstRow - 2);
      loadRow(job, plane, job.firstRow - 1);
    }
  }
  if (job.stage == job.tileRows) return;
  if (job.mode == ENCODE) {
    store<f64>(job.counters, load<f64>(job.counters, KL) + popPosteriors(job, job.stage, scratch), KL);
    modulateTiles(job, scratch);
    return;
  }
  memory.fill(job.pools, 0, <usize>(job.tilesAcross * 3 * POOL) << 2);
  if (job.mode == DECODE) {
    popPriors(job, job.stage, scratch);
    modulateTiles(job, scratch);
  }
}

function closeStage(job: StaticJob): void {
  if (job.stage == job.tileRows) return;
  if (job.mode == ENCODE) {
    pushPriors(job);
    return;
  }
  computePosteriors(job, job.stage, job.scratch + LATENT_SCRATCH);
  if (job.mode == DECODE) pushPosteriors(job, job.stage);
}

/** Closes the stage before and opens the next; false once there is none. */
function advance(job: StaticJob, step: i32): bool {
  if (step > 0) closeStage(job);
  if (step == stages(job)) return false;
  setRows(job, job.mode == ENCODE ? job.tileRows - step : step);
  openStage(job);
  for (let plane: i32 = 0; plane < PLANES; plane++) {
    atomic.store<i32>(progressOf(job.counters, plane), 0);
  }
  atomic.store<i32>(job.counters + FINISHED, 0);
  atomic.store<i32>(job.counters + TOTAL, (job.endRow - job.firstRow) * job.segments);
  return true;
}

/** Pushes a plane's intervals of the stage, last first. */
function pushIntervals(job: StaticJob, plane: i32): void {
  const message = ofPlane(offsetof<StaticJob>('message_0') + changetype<usize>(job), plane);
  const intervals = ofPlane(offsetof<StaticJob>('intervals_0') + changetype<usize>(job), plane);
  for (let i = (job.endRow - job.codedRow) * job.width - 1; i >= 0; i--) {
    const at = intervals + (<usize>i << 3);
    push(message, load<u32>(at), load<u32>(at, 4), MIXTURE_PRECISION);
  }
}

/** Computes one ready segment of the stage that `phase` names, if there is one and no other thread is quicker. Returns
 * whether it did. */
function work(job: StaticJob, phase: i32): bool {
  const pipeline = job.counters;
  for (let plane: i32 = 0; plane < PLANES; plane++) {
    const done = finished(pipeline, plane);
    if (done >= atomic.load<i32>(pipeline + TOTAL)) continue;
    if (!isReady(pipeline, PLANES, job.segments, plane, done) || !takePlane(pipeline, plane)) continue;
    // The stage may have ended before this thread took the plane. It cannot end while a plane is held that is not finished,
    // so what is read now holds if the phase, read last, is still the same.
    const total = atomic.load<i32>(pipeline + TOTAL);
    const next = finished(pipeline, plane);
    const ready = next < total && isReady(pipeline, PLANES, job.segments, plane, next);
    const own = ready && atomic.load<i32>(pipeline + PHASE) == phase;
    if (own) {
      const row = next / job.segments;
      runSegment(job, plane, job.firstRow + row, next - row * job.segments);
      if (next + 1 == total && job.mode == ENCODE) pushIntervals(job, plane);
      atomic.store<i32>(progressOf(pipeline, plane), next + 1);
    }
    releasePlane(pipeline, plane);
    if (!own) continue;
    if (next + 1 == total && atomic.add<i32>(pipeline + FINISHED, 1) == PLANES - 1) {
      atomic.add<i32>(pipeline + PHASE, 1);
    }
    announce(pipeline);
    return true;
  }
  return false;
}

/** Takes part in the job until it is done; every thread that is to work on it calls this once. */
export function staticRun(address: usize): void {
  const job = changetype<StaticJob>(address);
  const last = 2 * stages(job) + 1;
  let idle: i32 = 0;
  for (;;) {
    const seen = changes(job.counters);
    const phase = atomic.load<i32>(job.counters + PHASE);
    if (phase == last) return;
    let worked = false;
    if ((phase & 1) == 0) {
      if (atomic.cmpxchg<i32>(job.counters + CLAIMED, phase, phase + 2) == phase) {
        advance(job, phase >> 1);
        atomic.add<i32>(job.counters + PHASE, 1);
        announce(job.counters);
        worked = true;
      }
    } else {
      worked = work(job, phase);
    }
    if (worked) idle = 0;
    else waitForChange(job.counters, seen, ++idle);
  }
}

/** Sets the counters for a run in job.mode, and the modulation where there are no latents. Called by one thread, first. */
export function staticStart(address: usize): void {
  const job = changetype<StaticJob>(address);
  memory.fill(job.counters, 0, PIPELINE_BYTES + 128);
  for (let plane: usize = 0; plane < <usize>PLANES; plane++) {
    const scratch = job.scratch + plane * SCRATCH;
    memory.fill(scratch, 0, SCRATCH);
    clearCodeLength(scratch + LIKELIHOOD);
  }
  memory.fill(job.values, 0, <usize>(max(1, job.tileRows) * (job.tilesAcross + 1) * LATENTS) * 4);
  const z = job.scratch + LATENT_SCRATCH + 256;
  memory.fill(z, 0, 64);
  computeModulation(job, z, job.neutralModulation, job.scratch + LATENT_SCRATCH);
}

/** -log2 p(x|z) of what an encoding run has coded, in bits. */
export function staticLikelihood(address: usize): f64 {
  const job = changetype<StaticJob>(address);
  let bits: f64 = 0;
  for (let plane: usize = 0; plane < <usize>PLANES; plane++) {
    const scratch = job.scratch + plane * SCRATCH;
    bits += codeLength(scratch + LIKELIHOOD);
  }
  return bits;
}

/** log2 q(z|x) - log2 p(z) of the latents that an encoding run has drawn, in bits. */
export function staticKl(address: usize): f64 {
  return load<f64>(changetype<StaticJob>(address).counters, KL);
}

/**
 * Training: features of rows [codedRow, endRow) of the image, after a warm-up from firstRow on, which is 0 or at least 2.
 * Runs on one thread.
 */
export function staticExport(address: usize): void {
  const job = changetype<StaticJob>(address);
  job.mode = EXPORT;
  job.stage = 0;
  resetRings(job);
  for (let plane: i32 = 0; plane < PLANES; plane++) {
    if (job.firstRow == 0) break;
    loadRow(job, plane, job.firstRow - 2);
    loadRow(job, plane, job.firstRow - 1);
  }
  for (let y = job.firstRow; y < job.endRow; y++) {
    for (let plane: i32 = 0; plane < PLANES; plane++) {
      for (let segment: i32 = 0; segment < job.segments; segment++) runSegment(job, plane, y, segment);
    }
  }
}
