// Binary decisions on a message. An encoder keeps them and pushes a block of them, last first, once it is full; the
// next block begins with an empty message. In the stream blocks follow one another, each from its state on, so that
// what is below a block on the decoder's stack is the next one.

import { peek, pop, push, restart, seedsDrawn, startFrom } from '../../ans/assembly/rans';
import { addProbability } from '../../distributions/assembly/code-length';
import { integerOf } from '../../network/assembly/math';
import { BLOCK, DECODE, ENCODE, MOST_A_PIXEL, ScreenJob } from './job';

/** Frequencies are of 2^16. */
@inline export const DECISION_PRECISION: u32 = 16;
@inline const TOTAL: i32 = 1 << 16;

/** Codes a decision whose answer is 1 with probability p, within 0..1. Returns the answer, which a decoder lacks. */
@inline
export function decide(job: ScreenJob, p: f32, answer: i32): i32 {
  const ones = min(max(integerOf(p * <f32>TOTAL), 1), TOTAL - 1);
  if (job.mode == DECODE) {
    const message = job.message;
    answer = peek(message, DECISION_PRECISION) < <u32>ones ? 1 : 0;
    pop(message, answer != 0 ? 0 : ones, answer != 0 ? ones : TOTAL - ones, DECISION_PRECISION);
  } else if (job.mode == ENCODE) {
    store<u32>(job.decisions + ((<usize>job.count) << 2), (ones << 1) | answer);
  }
  job.count++;
  const probability = <f64>(answer != 0 ? ones : TOTAL - ones) * (1.0 / <f64>TOTAL);
  job.probability *= probability;
  addProbability(job.likelihood, probability);
  return answer;
}

/** Whether the block is to be closed before the next pixel. */
@inline
export function isFull(job: ScreenJob): bool {
  return job.count > BLOCK - MOST_A_PIXEL;
}

/**
 * Closes the block. An encoder's message holds it then, and is to be taken away before the next. Returns false where a
 * decoder finds that the stream is damaged.
 */
export function closeBlock(job: ScreenJob): bool {
  const count = job.count;
  job.count = 0;
  if (job.mode == DECODE) return restart(job.message);
  if (job.mode == ENCODE) {
    if (job.y == job.height) startFrom(job.message, job.start);
    for (let i = count - 1; i >= 0; i--) {
      const decision = load<u32>(job.decisions + ((<usize>i) << 2));
      const ones = decision >> 1;
      if (decision & 1) push(job.message, 0, ones, DECISION_PRECISION);
      else push(job.message, ones, TOTAL - ones, DECISION_PRECISION);
    }
  }
  return true;
}

/** Whether the decoder has read past the end of the stream. */
@inline
export function isDry(job: ScreenJob): bool {
  return job.mode == DECODE && seedsDrawn(job.message) > 0;
}
