// How threads share the work on one group of rows, which they may join at any time. Its rows are coded in stages.
// Between stages one thread opens the next; within a stage the planes run as a pipeline of segments, each plane by one
// thread at a time and in order, so that the result does not depend on the number of threads. What a family does with a
// stage and a segment it hands over as functions.

import { push, seedsDrawn } from '../../ans/assembly/rans';
import { clearCodeLength, codeLength } from '../../distributions/assembly/code-length';
import { openDeepLevels } from '../../distributions/assembly/deep-mixture';
import { clearRings } from '../context/assembly/rows';
import { clearRepeats } from '../mixing/assembly/repeats';
import { clearValueMixer } from '../mixing/assembly/value-mixer';
import { frequencyOf, intervalBytes, intervalPrecision, startOf } from './intervals';
import { DECODE, ENCODE, frequenciesOf, isDeep, Plane, PlanesJob, planeOf } from './job';
import {
  announce,
  changes,
  finished,
  isReady,
  PIPELINE_BYTES,
  progressOf,
  releasePlane,
  takePlane,
  waitForChange,
} from './pipeline';

// Counters behind those of the pipeline, which count the segments of the stage.
/** i32: 2k while step k is to be opened, 2k + 1 while it runs. */
@inline export const PHASE: usize = PIPELINE_BYTES;
/** i32: phases whose opening a thread has claimed. */
@inline const CLAIMED: usize = PIPELINE_BYTES + 4;
/** i32: planes that have finished the stage. */
@inline const FINISHED: usize = PIPELINE_BYTES + 8;
/** i32: segments of each plane in the stage. */
@inline export const TOTAL: usize = PIPELINE_BYTES + 12;
/** i32: 1 once there is no point in going on: a damaged stream, or somebody who wants no result any more. */
@inline export const STOPPED: usize = PIPELINE_BYTES + 16;
@inline export const COUNTERS_BYTES: usize = PIPELINE_BYTES + 64;

/**
 * Closes the step before and opens step k of job.stages: sets the job's stage and rows, and
 * what the family has a stage.
 */
export type OpenStep = (job: PlanesJob, step: i32) => void;
/** Computes segment `index` of row y of a plane. */
export type RunSegment = (job: PlanesJob, plane: i32, y: i32, index: i32) => void;

/**
 * Makes counters, rings, code lengths and mixers ready for a run in job.mode. Called by one thread, first. Returns
 * whether there was a run before: fresh memory is all zeros, and nobody touches it before a row needs it, so that a
 * stream which runs dry early takes little of what a large image is given.
 */
export function start(job: PlanesJob): bool {
  const used = job.used != 0;
  job.used = 1;
  memory.fill(job.counters, 0, COUNTERS_BYTES);
  clearRings(job.rings, job.planes, used);
  for (let p: i32 = 0; p < job.planes; p++) {
    const plane = planeOf(job, p);
    plane.decayed = 0;
    clearCodeLength(plane.likelihood);
    if (isDeep(job)) {
      openDeepLevels(plane.deep);
      clearRepeats(plane.repeats);
    }
    if (changetype<usize>(plane.values) != 0) clearValueMixer(plane.values, used);
  }
  return used;
}

/** Opens the step of a family whose stages are images: nothing is seen of the one before, what was learned stays. */
export function openImage(job: PlanesJob, step: i32): void {
  if (step == job.stages) return;
  const rows = job.height / job.images;
  job.stage = step;
  job.top = step * rows;
  job.firstRow = job.top;
  job.codedRow = 0;
  job.endRow = job.top + rows;
  if (step > 0) clearRings(job.rings, job.planes, true);
}

/** Whether the intervals are to be pushed behind the stage: last first, so of images behind the last. */
@inline
function isPushed(job: PlanesJob): bool {
  return job.images == 0 || job.stage + 1 == job.images;
}

/** -log2 p(x|z) of what a run has coded, in bits. */
export function planesLikelihood(address: usize): f64 {
  const job = changetype<PlanesJob>(address);
  let bits: f64 = 0;
  for (let p: i32 = 0; p < job.planes; p++) bits += codeLength(planeOf(job, p).likelihood);
  return bits;
}

/**
 * Takes part in the job until it is done, or until the calling thread has had so many turns; returns whether it is
 * done. Every thread that is to work on it calls this.
 */
export function run(job: PlanesJob, turns: i32, openStep: OpenStep, runSegment: RunSegment): bool {
  const last = 2 * job.stages + 1;
  const counters = job.counters;
  let idle: i32 = 0;
  let plane: i32 = 0;
  while (turns > 0) {
    const seen = changes(counters);
    const phase = atomic.load<i32>(counters + PHASE);
    if (phase == last || atomic.load<i32>(counters + STOPPED) != 0) return true;
    const done = (phase & 1) == 0 ? openPhase(job, phase, openStep) : work(job, phase, plane, runSegment);
    if (done >= 0) {
      plane = done;
      idle = 0;
      turns--;
    } else waitForChange(counters, seen, ++idle);
  }
  return false;
}

/** Opens the step that `phase` names, unless another thread does. Returns the plane to begin with, -1 if it did not. */
function openPhase(job: PlanesJob, phase: i32, openStep: OpenStep): i32 {
  const counters = job.counters;
  if (atomic.cmpxchg<i32>(counters + CLAIMED, phase, phase + 2) != phase) return -1;
  openStep(job, phase >> 1);
  for (let p: i32 = 0; p < job.planes; p++) atomic.store<i32>(progressOf(counters, p), 0);
  atomic.store<i32>(counters + FINISHED, 0);
  atomic.store<i32>(counters + TOTAL, (job.endRow - job.firstRow) * job.segments);
  atomic.add<i32>(counters + PHASE, 1);
  announce(counters);
  return 0;
}

/**
 * Computes one ready segment of the stage that `phase` names, if there is one and no other thread is quicker: of the
 * plane `last` rather than of others, whose state lies in another thread's cache. Returns its plane, -1 if none is
 * ready.
 */
function work(job: PlanesJob, phase: i32, last: i32, runSegment: RunSegment): i32 {
  const counters = job.counters;
  const planes = job.planes;
  for (let turn: i32 = 0; turn < planes; turn++) {
    const p = last + turn < planes ? last + turn : last + turn - planes;
    const done = finished(counters, p);
    if (done >= atomic.load<i32>(counters + TOTAL)) continue;
    if (!isReady(counters, job.planes, job.segments, p, done) || !takePlane(counters, p)) continue;
    // The stage may have ended before this thread took the plane. It cannot end while a plane is held that is not
    // finished, so what is read now holds if the phase, read last, is still the same.
    const total = atomic.load<i32>(counters + TOTAL);
    const next = finished(counters, p);
    const ready = next < total && isReady(counters, job.planes, job.segments, p, next);
    const own = ready && atomic.load<i32>(counters + PHASE) == phase;
    if (own) {
      const row = next / job.segments;
      runSegment(job, p, job.firstRow + row, next - row * job.segments);
      if (next + 1 == total && job.mode == ENCODE && isPushed(job)) pushIntervals(job, p);
      // A message that an encoder wrote never runs dry.
      if (job.mode == DECODE && seedsDrawn(planeOf(job, p).message) > 0) {
        atomic.store<i32>(counters + STOPPED, 1);
      }
      atomic.store<i32>(progressOf(counters, p), next + 1);
    }
    releasePlane(counters, p);
    if (!own) continue;
    if (next + 1 == total && atomic.add<i32>(counters + FINISHED, 1) == job.planes - 1) {
      atomic.add<i32>(counters + PHASE, 1);
    }
    announce(counters);
    return p;
  }
  return -1;
}

/** Pushes a plane's intervals of the stage, last first. */
function pushIntervals(job: PlanesJob, p: i32): void {
  const plane = planeOf(job, p);
  const message = plane.message;
  const bytes = intervalBytes(job);
  const precision = intervalPrecision(job);
  for (let i = (job.endRow - job.codedRow) * job.width - 1; i >= 0; i--) {
    const at = plane.intervals + <usize>i * bytes;
    push(message, startOf(at, precision), frequencyOf(at, precision), precision);
  }
  if (job.frequencies != 0) keepFrequencies(job, plane);
}

/** Keeps the frequencies of a plane's intervals of the stage, to be read when all is coded. */
function keepFrequencies(job: PlanesJob, plane: Plane): void {
  const step = (<usize>job.planes) << 2;
  let to = frequenciesOf(job, plane, job.codedRow);
  const bytes = intervalBytes(job);
  const precision = intervalPrecision(job);
  let at = plane.intervals;
  const end = at + <usize>((job.endRow - job.codedRow) * job.width) * bytes;
  for (; at < end; at += bytes) {
    store<u32>(to, frequencyOf(at, precision));
    to += step;
  }
}
