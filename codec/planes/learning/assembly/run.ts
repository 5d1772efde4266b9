// How threads share the work on one photo with a learning model: the planes run as a pipeline of segments, each
// plane by one thread at a time and in order, so that the result does not depend on the number of threads.

import { push, seedsDrawn } from '../../../ans/assembly/rans';
import { clearCodeLength, codeLength } from '../../../distributions/assembly/code-length';
import { clearSimilar } from '../../context/assembly/similar';
import { MIXTURE_PRECISION } from '../../../distributions/assembly/logistic-mixture';
import {
  announce, changes, finished, isReady, progressOf, releasePlane, takePlane, waitForChange, PIPELINE_BYTES,
} from '../../assembly/pipeline';
import { messageOf, planeOf, DECODE, ENCODE, LearningJob, LearningPlane } from './job';
import { runSegment, LIKELIHOOD, SCRATCH } from './segment';

/** i32: planes that are finished; more than there are once a decoder has found its stream to be none. Behind the
 * counters of the pipeline. */
@inline const FINISHED: usize = PIPELINE_BYTES;

/** Makes the job ready for a run in job.mode; the learners have their first parameters. Called by one thread, first. */
export function learningStart(address: usize): void {
  const job = changetype<LearningJob>(address);
  memory.fill(job.counters, 0, PIPELINE_BYTES + 64);
  const samples = 8 * job.planes * job.stride;
  for (let i: i32 = 0; i < samples; i++) store<f32>(job.samples + (<usize>i << 2), 128);
  for (let i: i32 = 0; i < job.stride; i++) store<f32>(job.blank + (<usize>i << 2), 128);
  memory.fill(job.errors, 0, <usize>samples << 2);
  memory.fill(job.predictorErrors, 0, <usize>samples << 4);
  memory.fill(job.similarErrors, 0, <usize>samples << 2);
  for (let p: i32 = 0; p < job.planes; p++) {
    const plane = planeOf(job, p);
    memory.fill(plane.scratch, 0, SCRATCH);
    clearCodeLength(plane.scratch + LIKELIHOOD);
    plane.learner.filled = 0;
    plane.learner.seen = 0;
    const ls = plane.leastSquares;
    memory.fill(ls.above, 0, <usize>(ls.pairs * ls.terms) << 4);
    if (changetype<usize>(plane.similar) != 0) clearSimilar(plane.similar);
  }
}

/** Pushes a plane's intervals of the band that ends with row y, last first. */
function pushIntervals(job: LearningJob, plane: LearningPlane, y: i32): void {
  const message = messageOf(job, plane, y);
  for (let i = job.width * (y % job.bandRows + 1) - 1; i >= 0; i--) {
    const at = plane.intervals + (<usize>i << 3);
    push(message, load<u32>(at), load<u32>(at, 4), MIXTURE_PRECISION);
  }
}

/** Computes one ready segment, if there is one and no other thread is quicker. Returns whether it did. */
function work(job: LearningJob): bool {
  const pipeline = job.counters;
  const total = job.height * job.segments;
  for (let p: i32 = 0; p < job.planes; p++) {
    const done = finished(pipeline, p);
    if (done >= total || !isReady(pipeline, job.planes, job.segments, p, done) || !takePlane(pipeline, p)) continue;
    const next = finished(pipeline, p);
    const own = next < total && isReady(pipeline, job.planes, job.segments, p, next);
    if (own) {
      const row = next / job.segments;
      const segment = next - row * job.segments;
      runSegment(job, p, row, segment);
      const bandEnds = (row + 1) % job.bandRows == 0 || row + 1 == job.height;
      if (job.mode == ENCODE && bandEnds && segment + 1 == job.segments) pushIntervals(job, planeOf(job, p), row);
      atomic.store<i32>(progressOf(pipeline, p), next + 1);
      if (next + 1 == total) atomic.add<i32>(pipeline + FINISHED, 1);
      // A message that an encoder wrote never runs dry.
      if (job.mode == DECODE && seedsDrawn(messageOf(job, planeOf(job, p), row)) > 0) {
        atomic.store<i32>(pipeline + FINISHED, job.planes + 1);
      }
    }
    releasePlane(pipeline, p);
    if (!own) continue;
    announce(pipeline);
    return true;
  }
  return false;
}

/** Takes part in the job until it is done; every thread that is to work on it calls this once. */
export function learningRun(address: usize): void {
  const job = changetype<LearningJob>(address);
  const pipeline = job.counters;
  let idle: i32 = 0;
  for (;;) {
    const seen = changes(pipeline);
    if (atomic.load<i32>(pipeline + FINISHED) >= job.planes) return;
    if (work(job)) idle = 0;
    else waitForChange(pipeline, seen, ++idle);
  }
}

/** -log2 p of what a run has coded, in bits. */
export function learningLikelihood(address: usize): f64 {
  const job = changetype<LearningJob>(address);
  let bits: f64 = 0;
  for (let p: i32 = 0; p < job.planes; p++) {
    const scratch = planeOf(job, p).scratch;
    bits += codeLength(scratch + LIKELIHOOD);
  }
  return bits;
}
