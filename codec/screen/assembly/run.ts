// The run of a job: pixels in raster order, each by its candidates or by an escape.

import { clearCodeLength, codeLength } from '../../distributions/assembly/code-length';
import { log2of } from '../../distributions/assembly/elementary';
import { fit } from '../../planes/context/assembly/least-squares';
import { askCandidates, learnPixel } from './candidates';
import { closeBlock, isDry, isFull } from './decisions';
import { codeEscape } from './escape';
import { DECODE, escapeRow, leastSquaresOf, pixelRow, ScreenJob } from './job';
import { fillTable } from './probabilities';
import { BASE, baseTo, closeRow, openRow } from './rows';

/** Makes a job ready, in memory of all zeros but for its parameters. */
export function screenStart(address: usize): void {
  const job = changetype<ScreenJob>(address);
  fillTable(job.table);
  clearCodeLength(job.likelihood);
  for (let plane: i32 = 0; plane < 4; plane++) {
    const ls = leastSquaresOf(job, plane);
    if (changetype<usize>(ls) != 0) fit(ls);
  }
}

/** -log2 p of what has been coded, in bits. */
export function screenLikelihood(address: usize): f64 {
  return codeLength(changetype<ScreenJob>(address).likelihood);
}

/** The pixel that lies at an address of samples. */
@inline
function readPixel(job: ScreenJob, at: usize): u32 {
  const channels = job.channels;
  const first = <u32>load<u8>(at);
  let pixel: u32 = first << 8;
  if (channels > 2 && job.hasColour != 0) {
    pixel = (first << 16) | ((<u32>load<u8>(at, 1)) << 8) | <u32>load<u8>(at, 2);
  }
  if (job.hasAlpha != 0) pixel |= (<u32>load<u8>(at + <usize>(channels - 1))) << 24;
  return pixel;
}

@inline
function writePixel(job: ScreenJob, at: usize, pixel: u32): void {
  const channels = job.channels;
  const green = <u8>(pixel >> 8);
  store<u8>(at, channels > 2 && job.hasColour != 0 ? <u8>(pixel >> 16) : green);
  if (channels > 2) {
    store<u8>(at, green, 1);
    store<u8>(at, job.hasColour != 0 ? <u8>pixel : green, 2);
  }
  if ((channels & 1) == 0) {
    store<u8>(at + <usize>(channels - 1), job.hasAlpha != 0 ? <u8>(pixel >> 24) : 255);
  }
}

@inline
function isEscape(job: ScreenJob, x: i32, pixel: u32): bool {
  const row = pixelRow(job, job.y) + (x << 2);
  const above = pixelRow(job, job.y - 1) + (x << 2);
  return (
    pixel != load<u32>(row - 4) &&
    pixel != load<u32>(above) &&
    pixel != load<u32>(above - 4) &&
    pixel != load<u32>(above + 4)
  );
}

/** Codes row `job.y` from column `job.x` on. Returns whether it is done: else the block is full. */
function runRow(job: ScreenJob): bool {
  const y = job.y;
  const width = job.width;
  const row = pixelRow(job, y);
  const escapes = escapeRow(job, y);
  const samples = job.samples + <usize>(y * width * job.channels);
  const highest4 = baseTo(3);
  const highest6 = baseTo(5);
  if (job.x == 0) openRow(job, y);
  let x = job.x;
  // Hashes of the four and six pixels before.
  let own4: u32 = 0;
  let own6: u32 = 0;
  for (let k: i32 = -6; k < 0; k++) {
    const pixel = load<u32>(row + ((x + k) << 2));
    own6 = own6 * BASE + pixel;
    if (k >= -4) own4 = own4 * BASE + pixel;
  }
  for (; x < width; x++) {
    if (isFull(job)) {
      job.x = x;
      return false;
    }
    const at = samples + <usize>(x * job.channels);
    if (job.mode != DECODE) job.pixel = readPixel(job, at);
    job.probability = 1;
    const hit = askCandidates(job, x, own4, own6);
    if (!hit) codeEscape(job, x);
    const pixel = job.pixel;
    if (job.flat != 0) job.background = load<u32>(row + (x << 2) - 4);
    store<u32>(row + (x << 2), pixel);
    store<u8>(escapes + <usize>x, !hit && isEscape(job, x, pixel) ? 1 : 0);
    learnPixel(job);
    if (job.costs != 0)
      store<f32>(job.costs + ((<usize>(y * width + x)) << 2), -(<f32>log2of(job.probability)));
    if (job.mode == DECODE) writePixel(job, at, pixel);
    own6 = (own6 - load<u32>(row + ((x - 6) << 2)) * highest6) * BASE + pixel;
    own4 = (own4 - load<u32>(row + ((x - 4) << 2)) * highest4) * BASE + pixel;
  }
  closeRow(job, y);
  job.x = 0;
  return true;
}

/**
 * Works on the job, for so many rows. Returns true where a block is closed, whose message an encoder's caller is to
 * take away, or the run is at its end.
 */
export function screenRun(address: usize, turns: i32): bool {
  const job = changetype<ScreenJob>(address);
  for (; turns > 0; turns--) {
    if (job.y == job.height || atomic.load<i32>(address + offsetof<ScreenJob>('stopped')) != 0) return true;
    if (!runRow(job)) {
      if (!closeBlock(job)) {
        job.stopped = 1;
        return true;
      }
      if (job.mode != DECODE) return true;
      job.safeRows = job.y;
      continue;
    }
    atomic.store<i32>(address + offsetof<ScreenJob>('y'), job.y + 1);
    if (isDry(job)) {
      job.stopped = 1;
      return true;
    }
    if (job.y == job.height && job.mode != DECODE) closeBlock(job);
  }
  return false;
}
