// How threads share the work on one photo with the adaptive model: the planes run as a pipeline of segments, each plane by
// one thread at a time and in order, so that the result does not depend on the number of threads.

import { push } from '../../ans/assembly/rans';
import { MIXTURE_PRECISION } from '../../distributions/assembly/logistic-mixture';
import { messageOf, planeOf, ENCODE, Job, Plane } from './job';
import { flushLikelihood, runSegment, LIKELIHOOD, PRODUCT, SCRATCH } from './segment';

/** i32: counts every change that may make work ready; threads without work wait on it. */
@inline const CHANGES: usize = 0;
@inline const WAITING: usize = 4;
/** i32: planes that are finished. */
@inline const FINISHED: usize = 8;
/** i32 a plane, a cache line apart: segments finished, and 1 while a thread computes the next. */
@inline const PROGRESS: usize = 64;
@inline const BUSY: usize = 68;
@inline const LINE: usize = 64;

/** Makes the job ready for a run in job.mode; the learners have their first parameters. Called by one thread, first. */
export function adaptiveStart(address: usize): void {
  const job = changetype<Job>(address);
  memory.fill(job.counters, 0, 256);
  const samples = 8 * job.planes * job.stride;
  for (let i: i32 = 0; i < samples; i++) store<f32>(job.samples + (<usize>i << 2), 128);
  for (let i: i32 = 0; i < job.stride; i++) store<f32>(job.blank + (<usize>i << 2), 128);
  memory.fill(job.errors, 0, <usize>samples << 2);
  memory.fill(job.predictorErrors, 0, <usize>samples << 4);
  for (let p: i32 = 0; p < job.planes; p++) {
    const plane = planeOf(job, p);
    memory.fill(plane.scratch, 0, SCRATCH);
    store<f64>(plane.scratch, 1, PRODUCT);
    plane.learner.filled = 0;
    plane.learner.seen = 0;
    const ls = plane.leastSquares;
    memory.fill(ls.above, 0, <usize>(ls.pairs * ls.terms) << 4);
  }
}

/** Whether a plane's next segment has all of its context: one segment more of the planes before it in this row, and of
 * the planes after it in the row above. */
@inline
function isReady(job: Job, plane: i32, done: i32): bool {
  const row = done / job.segments;
  const segment = done - row * job.segments;
  const reach = min(segment + 2, job.segments);
  for (let other: i32 = 0; other < job.planes; other++) {
    if (other == plane || (row == 0 && other > plane)) continue;
    const needed = (other < plane ? row : row - 1) * job.segments + reach;
    if (atomic.load<i32>(job.counters + PROGRESS + <usize>other * LINE) < needed) return false;
  }
  return true;
}

/** Pushes a plane's intervals of the band that ends with row y, last first. */
function pushIntervals(job: Job, plane: Plane, y: i32): void {
  const message = messageOf(job, plane, y);
  for (let i = job.width * (y % job.bandRows + 1) - 1; i >= 0; i--) {
    const at = plane.intervals + (<usize>i << 3);
    push(message, load<u32>(at), load<u32>(at, 4), MIXTURE_PRECISION);
  }
}

/** Computes one ready segment, if there is one and no other thread is quicker. Returns whether it did. */
function work(job: Job): bool {
  const total = job.height * job.segments;
  for (let p: i32 = 0; p < job.planes; p++) {
    const line = job.counters + <usize>p * LINE;
    const done = atomic.load<i32>(line + PROGRESS);
    if (done >= total || atomic.load<i32>(line + BUSY) != 0) continue;
    if (!isReady(job, p, done) || atomic.cmpxchg<i32>(line + BUSY, 0, 1) != 0) continue;
    const next = atomic.load<i32>(line + PROGRESS);
    const own = next < total && isReady(job, p, next);
    if (own) {
      const row = next / job.segments;
      const segment = next - row * job.segments;
      runSegment(job, p, row, segment);
      const bandEnds = (row + 1) % job.bandRows == 0 || row + 1 == job.height;
      if (job.mode == ENCODE && bandEnds && segment + 1 == job.segments) pushIntervals(job, planeOf(job, p), row);
      atomic.store<i32>(line + PROGRESS, next + 1);
      if (next + 1 == total) atomic.add<i32>(job.counters + FINISHED, 1);
    }
    atomic.store<i32>(line + BUSY, 0);
    if (!own) continue;
    atomic.add<i32>(job.counters + CHANGES, 1);
    if (atomic.load<i32>(job.counters + WAITING) > 0) atomic.notify(job.counters + CHANGES, -1);
    return true;
  }
  return false;
}

/** Takes part in the job until it is done; every thread that is to work on it calls this once. */
export function adaptiveRun(address: usize): void {
  const job = changetype<Job>(address);
  let idle: i32 = 0;
  for (;;) {
    const changes = atomic.load<i32>(job.counters + CHANGES);
    if (atomic.load<i32>(job.counters + FINISHED) == job.planes) return;
    if (work(job)) {
      idle = 0;
    } else if (++idle > 200) {
      atomic.add<i32>(job.counters + WAITING, 1);
      atomic.wait<i32>(job.counters + CHANGES, changes, 1000000);
      atomic.sub<i32>(job.counters + WAITING, 1);
    }
  }
}

/** -log2 p of what a run has coded, in bits. */
export function adaptiveLikelihood(address: usize): f64 {
  const job = changetype<Job>(address);
  let bits: f64 = 0;
  for (let p: i32 = 0; p < job.planes; p++) {
    const scratch = planeOf(job, p).scratch;
    flushLikelihood(scratch);
    bits += load<f64>(scratch, LIKELIHOOD);
  }
  return bits;
}
