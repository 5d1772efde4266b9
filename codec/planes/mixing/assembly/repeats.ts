// How likely a sample of deep levels repeats the one to its left exactly, as in what is clipped, empty or drawn: no
// mixture is as narrow as one level of thousands. Counters tell, by which samples nearby are equal.

import { DeepLevels } from '../../../distributions/assembly/deep-mixture';
import { countOf } from '../../../network/assembly/math';
import { Rows } from '../../context/assembly/rows';

/** A counter: f32, the share of samples that repeat, and f32, 1 / (how often it has been asked + 1.5), to a limit. */
@inline const COUNTER_BYTES: usize = 8;
@inline const CONTEXTS: usize = 32;
@inline export const REPEATS_BYTES: usize = CONTEXTS * COUNTER_BYTES;
@inline const FIRST_RATE: f32 = 0.6666667;
@inline const LAST_RATE: f32 = 0.005;
/** Of the levels' counts, those that a repetition has at most, and below which it has none: a sample pays for them. */
@inline const MOST: f32 = 0.999;
@inline const LEAST: f32 = 0.0005;
@inline const TOTAL: f64 = 268435456;

export function clearRepeats(repeats: usize): void {
  for (let at = repeats; at < repeats + REPEATS_BYTES; at += COUNTER_BYTES) {
    store<f32>(at, 0);
    store<f32>(at, FIRST_RATE, 4);
  }
}

/** Whether the sample of a plane at offset o repeats the one to its left. */
@inline
function repeatsLeft(rows: Rows, o: usize): i32 {
  return load<f32>(rows.samples0 + o) == load<f32>(rows.samples0 + o - 4) ? 1 : 0;
}

/** The counter of a sample at offset o: planes already coded are `coded`. */
@inline
export function repeatsAt(repeats: usize, rows: Rows, near: Rows, far: Rows, coded: i32, o: usize): usize {
  const w = load<f32>(rows.samples0 + o - 4);
  const n = load<f32>(rows.samples1 + o);
  let context: i32 = w == n ? 1 : 0;
  context |= w == load<f32>(rows.samples1 + o - 4) ? 2 : 0;
  context |= n == load<f32>(rows.samples1 + o + 4) ? 4 : 0;
  if (coded > 0) context |= repeatsLeft(near, o) << 3;
  if (coded > 1) context |= repeatsLeft(far, o) << 4;
  return repeats + <usize>context * COUNTER_BYTES;
}

/** Gives the level to the left what the counter says. */
@inline
export function expectRepeat(deep: DeepLevels, level: i32, counter: usize): void {
  const share = load<f32>(counter);
  deep.level = level;
  deep.extra = share < LEAST ? 0 : countOf(<f64>min<f32>(share, MOST) * TOTAL);
}

/** What the counter learns. */
@inline
export function learnRepeat(counter: usize, isRepeated: bool): void {
  const share = load<f32>(counter);
  const rate = load<f32>(counter, 4);
  store<f32>(counter, share + ((isRepeated ? <f32>1 : <f32>0) - share) * rate);
  store<f32>(counter, max<f32>(LAST_RATE, rate / (<f32>1 + rate)), 4);
}
