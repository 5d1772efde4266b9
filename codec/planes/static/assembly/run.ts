// The static family's run: a stage is a row of tiles, or the strip below the last one. The decoder goes down, the
// encoder up, so that what it pushes for the rows below is what the posteriors of the row above pop from. Latents have
// their bits from the message of the plane coded last.

import { DECODE, ENCODE, PlanesJob } from '../../assembly/job';
import { run, start } from '../../assembly/run';
import { clearRings } from '../../context/assembly/rows';
import {
  clearLatents,
  clearPools,
  computePosteriors,
  modulateTiles,
  popPosteriors,
  popPriors,
  pushPosteriors,
  pushPriors,
  TILE,
} from '../../latents/assembly/latents';
import { EXPORT, PLANES, StaticJob } from './job';
import { loadRow, runSegment } from './segment';

/** Rows above a stage that the encoder passes through to reach the state that the decoder is in. */
@inline const WARM_UP: i32 = 4;
/** Rows of the strip without latents; their bits are what the lowest tiles' posteriors are popped from. */
@inline export const STRIP: i32 = 8;

/** The message that latents have their bits from. */
@inline
function latentMessage(job: StaticJob): usize {
  return job.plane2.message;
}

function setRows(job: StaticJob, stage: i32): void {
  const tileRows = job.latents.tileRows;
  const strip = stage == tileRows;
  job.stage = stage;
  job.latents.tileRow = stage;
  job.codedRow = strip ? (stage == 0 ? 0 : job.height - STRIP) : stage * TILE;
  job.endRow = strip ? job.height : stage == tileRows - 1 ? job.height - STRIP : (stage + 1) * TILE;
  job.firstRow = job.mode == ENCODE ? max(0, job.codedRow - WARM_UP) : job.codedRow;
}

/** Brings the rings to where they are above job.firstRow. */
function openRings(job: StaticJob): void {
  if (job.firstRow == 0) {
    clearRings(job.rings, PLANES, true);
    return;
  }
  for (let plane: i32 = 0; plane < PLANES; plane++) {
    loadRow(job, plane, job.firstRow - 2);
    loadRow(job, plane, job.firstRow - 1);
  }
}

function openStage(job: StaticJob): void {
  if (job.mode == ENCODE) openRings(job);
  const latents = job.latents;
  if (job.stage == latents.tileRows) return;
  if (job.mode == ENCODE) popPosteriors(latents, latentMessage(job));
  else clearPools(latents);
  if (job.mode == DECODE) popPriors(latents, latentMessage(job));
  if (job.mode == ENCODE || job.mode == DECODE) modulateTiles(latents);
}

function closeStage(job: StaticJob): void {
  const latents = job.latents;
  if (job.stage == latents.tileRows) return;
  if (job.mode == ENCODE) {
    pushPriors(latents, latentMessage(job));
    return;
  }
  computePosteriors(latents);
  if (job.mode == DECODE) pushPosteriors(latents, latentMessage(job));
}

function openStep(base: PlanesJob, step: i32): void {
  const job = changetype<StaticJob>(base);
  if (step > 0) closeStage(job);
  if (step == job.stages) return;
  setRows(job, job.mode == ENCODE ? job.stages - 1 - step : step);
  openStage(job);
}

/** Makes the job ready for a run in job.mode. Called by one thread, first. */
export function staticStart(address: usize): void {
  const job = changetype<StaticJob>(address);
  start(job);
  clearLatents(job.latents);
}

/** Takes part in the job: see run(). */
export function staticRun(address: usize, turns: i32): bool {
  return run(changetype<PlanesJob>(address), turns, openStep, runSegment);
}

/**
 * Training: features of rows [codedRow, endRow) of the image, after a warm-up from firstRow on,
 * which is 0 or at least 2. Runs on one thread.
 */
export function staticExport(address: usize): void {
  const job = changetype<StaticJob>(address);
  job.mode = EXPORT;
  job.stage = 0;
  clearRings(job.rings, PLANES, true);
  openRings(job);
  for (let y = job.firstRow; y < job.endRow; y++) {
    for (let plane: i32 = 0; plane < PLANES; plane++) {
      for (let segment: i32 = 0; segment < job.segments; segment++) runSegment(job, plane, y, segment);
    }
  }
}
