// The learning family's run: image by image, from the first row to the last.

import { PlanesJob } from '../../assembly/job';
import { openImage, run, start } from '../../assembly/run';
import { clearSums } from '../../context/assembly/least-squares';
import { clearSimilar } from '../../context/assembly/similar';
import { clearCorrections } from '../../online/assembly/corrections';
import { moveToOrigin } from '../../online/assembly/origin';
import { closeOrigin, hasLatents, openOrigin } from '../../online/assembly/run';
import { LearningJob, learningPlaneOf } from './job';
import { runSegment } from './segment';

/** Makes the job ready for a run in job.mode; the learners have their first parameters. Called by one thread, first. */
export function learningStart(address: usize): void {
  const job = changetype<LearningJob>(address);
  const used = start(job);
  for (let i: i32 = 0; i < job.rings.stride; i++) store<f32>(job.blank + ((<usize>i) << 2), 128);
  for (let p: i32 = 0; p < job.planes; p++) {
    const plane = learningPlaneOf(job, p);
    plane.learner.filled = 0;
    plane.learner.seen = 0;
    if (used) clearCorrections(plane.corrections, job.width);
    if (used) clearSums(plane.leastSquares);
    if (changetype<usize>(plane.similar) != 0) clearSimilar(plane.similar, used);
  }
}

/** Opens an image, the first once the latents are there, and gives them back behind the last. */
function openStep(base: PlanesJob, step: i32): void {
  const job = changetype<LearningJob>(base);
  if (hasLatents(job)) {
    if (step == job.stages) closeOrigin(job);
    else if (step == 0) {
      openOrigin(job);
      for (let p: i32 = 0; p < job.planes; p++) moveToOrigin(job.origin, p, learningPlaneOf(job, p).learner);
    }
  }
  openImage(base, step);
}

/** Takes part in the job: see run(). */
export function learningRun(address: usize, turns: i32): bool {
  return run(changetype<PlanesJob>(address), turns, openStep, runSegment);
}
