// The quick family's run: image by image, from the first row to the last.

import { PlanesJob } from '../../assembly/job';
import { openImage, run, start } from '../../assembly/run';
import { clearCorrections } from '../../online/assembly/corrections';
import { moveToOrigin } from '../../online/assembly/origin';
import { closeOrigin, hasLatents, openOrigin } from '../../online/assembly/run';
import { QuickJob, quickPlaneOf } from './job';
import { runSegment } from './segment';

/** Makes the job ready for a run in job.mode; the learners have their first parameters. Called by one thread, first. */
export function quickStart(address: usize): void {
  const job = changetype<QuickJob>(address);
  const used = start(job);
  for (let p: i32 = 0; p < job.planes; p++) {
    const plane = quickPlaneOf(job, p);
    plane.learner.filled = 0;
    plane.learner.seen = 0;
    if (used) clearCorrections(plane.corrections, job.width);
  }
}

/** Opens an image, the first once the latents are there, and gives them back behind the last. */
function openStep(base: PlanesJob, step: i32): void {
  const job = changetype<QuickJob>(base);
  if (hasLatents(job)) {
    if (step == job.stages) closeOrigin(job);
    else if (step == 0) {
      openOrigin(job);
      for (let p: i32 = 0; p < job.planes; p++) moveToOrigin(job.origin, p, quickPlaneOf(job, p).learner);
    }
  }
  openImage(base, step);
}

/** Takes part in the job: see run(). */
export function quickRun(address: usize, turns: i32): bool {
  return run(changetype<PlanesJob>(address), turns, openStep, runSegment);
}
