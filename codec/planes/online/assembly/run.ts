// When the latents of an image are drawn, and when their bits come back: before the first sample, behind the last.

import { DECODE, ENCODE } from '../../assembly/job';
import { OnlineJob } from './job';
import { lookAt, popPosterior, popPrior, pushPosterior, pushPrior } from './origin';

/** Whether the job's run draws latents: in training, whoever trains does. */
@inline
export function hasLatents(job: OnlineJob): bool {
  return changetype<usize>(job.origin) != 0 && (job.mode == ENCODE || job.mode == DECODE);
}

/** Before the first sample. */
export function openOrigin(job: OnlineJob): void {
  if (job.mode == ENCODE) popPosterior(job.origin, job, job.plane0.message);
  else popPrior(job.origin, job.plane0.message);
}

/** Behind the last sample, whose messages are complete. */
export function closeOrigin(job: OnlineJob): void {
  if (job.mode == ENCODE) pushPrior(job.origin, job.plane0.message);
  else pushPosterior(job.origin, job, job.plane0.message);
}

/** Takes the statistics of the image in a job, which learns. */
export function originLookAt(address: usize): void {
  const job = changetype<OnlineJob>(address);
  lookAt(job.origin, job);
}
