// Context mixing (Mahoney 2005) of a network's mixture with what counters have seen of exact values. A sample is eight
// binary decisions, from the top bit of what it differs by from the first plane's, which share the mixture's 2^22
// positions out among the levels. Where the mixture leaves a decision open, its log-odds are mixed with those of three
// counters: of all samples, of those with the same value of a context, and of those with the same pair of values. They
// find what no mixture can see: that few colours occur, as in photos that were JPEG files or PhotoCD.
//
// Counters lie in lines of sixteen, the first unused: those of a sample's first four decisions, or of its last four by
// what the first were. A counter is a u32, 0 at first: its probability of a 1 less 1/2, an i16 in units of 2^-16, and
// above it how often it has been asked, up to a limit.

import { addProbability, clearCodeLength, codeLength } from '../../../distributions/assembly/code-length';
import {
  LEVELS,
  MIXTURE_TOTAL,
  quickCumulative,
  storeInterval,
} from '../../../distributions/assembly/logistic-mixture';
import { countOf, exp4, integerOf, log2_4, sum4 } from '../../../network/assembly/math';
import { Rows } from '../../context/assembly/rows';

/** Lines of counters of a value: of its first four decisions, then of its last four. */
@inline export const LINES: i32 = 17;
@inline const LINE_LOG: i32 = 6;
@inline export const LINE_BYTES: i32 = 1 << LINE_LOG;
/** v128 a decision. */
@inline export const WEIGHTS_BYTES: usize = 128;
/** Where the odds are longer, a decision is not mixed: there is nothing to gain. */
@inline const LONGEST_ODDS: f32 = 100;
/** Times that a counter is asked before it begins to forget. */
@inline const LIMIT: i32 = 30;
/** A counter that has been asked n times counts n / (n + 2). */
@inline const DOUBT: f32 = 2;
/** What the n-th answer says moves it by 1 / (n + 0.5) of the way. */
@inline const DELAY: f32 = 1.5;
/** Of a counter: 2^-10. */
@inline const LEAST_PROBABILITY: f32 = 0.0009765625;
/** To base 2, of a mixed decision. */
@inline const MOST_LOG_ODDS: f32 = 13;
/** Rate of the weights' steps, for log-odds to base 2. */
@inline const RATE: f32 = 0.00104;
/** Weights at first. */
@inline const OF_MIXTURE: f32 = 1;
@inline const OF_COUNTER: f32 = 0.1;
@inline const LN_2: f32 = 0.6931472;

// Where time counts more, rows are mixed as long as that saves something: all of the first ones, then every 32nd,
// and those between while a mixed row saves so many bits a sample, in the mean over the last ones.
@inline const FIRST_ROWS: i32 = 8;
@inline const TRIED_ROWS: i32 = 128;
@inline const LEAST_SAVING: f64 = 0.1;
/** Weight of the last row in the mean. */
@inline const LAST_ROW: f64 = 0.1;

@unmanaged
export class ValueMixer {
  /** Of the sample that was coded last. */
  probability: f64;
  /** The next sample's context: what it is coded relative to, a value, and a pair of values as 16 bits. */
  reference: i32;
  value: i32;
  pair: i32;
  /** Whether the row is mixed, where not all are. */
  on: i32;
  /** Bits that a row's mixing saves, in the mean. */
  saving: f64;
  /** Code lengths (code-length.ts) of the row's samples by the mixture alone, and as they are mixed. */
  plain: usize;
  mixed: usize;
  /** Of counters, loaded early so that they are at hand later. */
  fetched: i32;
  /** u32 [17][16]. */
  ofAll: usize;
  /** u32 [256][17][16]. */
  ofValue: usize;
  /** u32 [2^logLines][16], by a hash of the pair and the line. */
  ofPair: usize;
  logLines: i32;
  /** f32 [8][4]: a decision's weights of the mixture and of the counters. */
  weights: usize;
}

/** Forgets all samples. `used`: there may have been some. */
export function clearValueMixer(mixer: ValueMixer, used: bool): void {
  const first = f32x4.replace_lane(f32x4.splat(OF_COUNTER), 0, OF_MIXTURE);
  for (let i: usize = 0; i < WEIGHTS_BYTES; i += 16) v128.store(mixer.weights + i, first);
  mixer.on = 0;
  mixer.saving = 0;
  clearCodeLength(mixer.plain);
  clearCodeLength(mixer.mixed);
  if (!used) return;
  memory.fill(mixer.ofAll, 0, LINES * LINE_BYTES);
  memory.fill(mixer.ofValue, 0, LEVELS * LINES * LINE_BYTES);
  memory.fill(mixer.ofPair, 0, (<usize>LINE_BYTES) << mixer.logLines);
}

/** Decides whether row y, of so many samples, is mixed. */
export function openMixedRow(mixer: ValueMixer, y: i32, samples: i32): void {
  if (mixer.on != 0) {
    const saved = codeLength(mixer.plain) - codeLength(mixer.mixed);
    mixer.saving += LAST_ROW * (saved - mixer.saving);
    clearCodeLength(mixer.plain);
    clearCodeLength(mixer.mixed);
  }
  const tried = y < FIRST_ROWS || y % TRIED_ROWS == 0;
  mixer.on = tried || mixer.saving > LEAST_SAVING * <f64>samples ? 1 : 0;
}

/** Takes note of what the sample coded last would have been by the mixture alone. */
@inline
export function noteProbability(mixer: ValueMixer, plain: f64): void {
  addProbability(mixer.plain, plain);
  addProbability(mixer.mixed, mixer.probability);
}

/**
 * Sets the context of a sample of the second or third plane from its rows at offset o: relative to the first plane, by
 * what is known of the pixel, and in the second plane by the pixel before, too.
 */
@inline
export function setValues(mixer: ValueMixer, plane: i32, rows: Rows, near: Rows, far: Rows, o: usize): void {
  const beside = integerOf(load<f32>(near.samples0 + o));
  const reference = plane == 1 ? beside : integerOf(load<f32>(far.samples0 + o));
  const before = integerOf(load<f32>(rows.samples0 + o - 4) - load<f32>(near.samples0 + o - 4));
  mixer.reference = reference;
  mixer.value = plane == 1 ? beside : (beside - reference) & 255;
  mixer.pair = (beside << 8) | (plane == 1 ? before & 255 : reference);
}

/** Loads the counters that a sample near `guess` will ask for. */
@inline
export function fetchCounters(mixer: ValueMixer, guess: i32): void {
  const line = 1 + (((guess - firstLevel(mixer.reference)) & 255) >> 4);
  const ofValue = countersOfValue(mixer);
  mixer.fetched =
    load<i32>(ofValue) +
    load<i32>(ofValue + (line << LINE_LOG)) +
    load<i32>(countersOfPair(mixer, 0)) +
    load<i32>(countersOfPair(mixer, line));
}

/** The levels go round from here, half of them away from the reference, where the mixture has little. */
@inline
function firstLevel(reference: i32): i32 {
  return reference ^ 128;
}

@inline
function countersOfValue(mixer: ValueMixer): usize {
  return mixer.ofValue + <usize>((mixer.value * LINES) << LINE_LOG);
}

@inline
function countersOfPair(mixer: ValueMixer, line: i32): usize {
  const hash = <u32>(mixer.pair ^ (line << 16)) * 0x9e3779b1;
  return mixer.ofPair + ((<usize>(hash >> (32 - mixer.logLines))) << LINE_LOG);
}

/**
 * Takes the decisions of a sample and learns from them: where it `finds`, those whose interval holds the position
 * `target`; else those of the sample `target`. Leaves the interval at START and FREQUENCY of the mixture. Returns the
 * sample.
 */
export function mixedSample(mixer: ValueMixer, mixture: usize, finds: bool, target: u32): i32 {
  return decide(mixer, mixture, finds, target, false);
}

/** The same of a rough mixture. */
export function roughMixedSample(mixer: ValueMixer, mixture: usize, finds: bool, target: u32): i32 {
  return decide(mixer, mixture, finds, target, true);
}

@inline
function decide(mixer: ValueMixer, mixture: usize, finds: bool, target: u32, rough: bool): i32 {
  let level = firstLevel(mixer.reference);
  if (!finds) target = (target - level) & 255;
  // The mixture's intervals of the levels left: [below, middle) and [middle, above) are those of a decision.
  let below = cumulativeAround(mixture, level, rough);
  let above = below + MIXTURE_TOTAL;
  // Positions left. Until a decision is mixed, they are the mixture's own.
  let start: u32 = 0;
  let range: u32 = MIXTURE_TOTAL;
  let isMixed = false;
  let probability: f64 = 1;
  let ofAll = mixer.ofAll;
  let ofValue = countersOfValue(mixer);
  let ofPair = countersOfPair(mixer, 0);
  // The counter in its line, in bytes.
  let at: usize = 4;
  let weights = mixer.weights;
  for (let half: i32 = LEVELS >> 1; half > 0; half >>= 1) {
    const middle = cumulativeAround(mixture, level + half, rough);
    const ofUpper = <f32>(above - middle);
    const ofLower = <f32>(middle - below);
    let lower = middle - below;
    let chance: f64 = 1;
    let upper: bool;
    if (ofUpper < LONGEST_ODDS * ofLower && ofLower < LONGEST_ODDS * ofUpper) {
      if (!isMixed) probability = <f64>range / <f64>MIXTURE_TOTAL;
      isMixed = true;
      const counters = i32x4(0, load<i32>(ofAll + at), load<i32>(ofValue + at), load<i32>(ofPair + at));
      const asked = i32x4.shr_u(counters, 16);
      const times = f32x4.convert_i32x4_s(asked);
      const offsets = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(counters, 16), 16));
      const seen = f32x4.add(f32x4.mul(offsets, f32x4.splat(1 / 65536)), f32x4.splat(0.5));
      const odds = f32x4.div(
        f32x4.replace_lane(seen, 0, ofUpper),
        f32x4.replace_lane(f32x4.sub(f32x4.splat(1), seen), 0, ofLower),
      );
      const trust = f32x4.replace_lane(f32x4.div(times, f32x4.add(times, f32x4.splat(DOUBT))), 0, 1);
      const inputs = f32x4.mul(log2_4(odds), trust);
      const logOdds = sum4(f32x4.mul(v128.load(weights), inputs));
      const limited = min<f32>(max<f32>(logOdds, -MOST_LOG_ODDS), MOST_LOG_ODDS);
      const against = f32x4.extract_lane(exp4(f32x4.splat(limited * -LN_2)), 0);
      const mixed = <f32>1 / (<f32>1 + against);
      const part = upperPart(range, <f64>mixed, half);
      chance = part / <f64>range;
      lower = range - countOf(part);
      upper = isUpper(finds, target, half, start, lower);
      const answer: f32 = upper ? 1 : 0;
      const step = f32x4.splat((answer - mixed) * RATE);
      v128.store(weights, f32x4.add(v128.load(weights), f32x4.mul(inputs, step)));
      const moved = f32x4.div(f32x4.sub(f32x4.splat(answer), seen), f32x4.add(times, f32x4.splat(DELAY)));
      const next = f32x4.pmin(
        f32x4.pmax(f32x4.add(seen, moved), f32x4.splat(LEAST_PROBABILITY)),
        f32x4.splat(1 - LEAST_PROBABILITY),
      );
      const scaled = f32x4.nearest(f32x4.mul(f32x4.sub(next, f32x4.splat(0.5)), f32x4.splat(65536)));
      const low = v128.and(i32x4.trunc_sat_f32x4_s(scaled), i32x4.splat(0xffff));
      const askedNext = i32x4.min_s(i32x4.add(asked, i32x4.splat(1)), i32x4.splat(LIMIT));
      const stored = v128.or(i32x4.shl(askedNext, 16), low);
      store<i32>(ofAll + at, i32x4.extract_lane(stored, 1));
      store<i32>(ofValue + at, i32x4.extract_lane(stored, 2));
      store<i32>(ofPair + at, i32x4.extract_lane(stored, 3));
    } else {
      if (isMixed) {
        const part = upperPart(range, <f64>(above - middle) / <f64>(above - below), half);
        chance = part / <f64>range;
        lower = range - countOf(part);
      }
      upper = isUpper(finds, target, half, start, lower);
    }
    at <<= 1;
    if (upper) {
      if (isMixed) probability *= chance;
      start += lower;
      range -= lower;
      below = middle;
      level += half;
      at += 4;
    } else {
      if (isMixed) probability *= 1 - chance;
      range = lower;
      above = middle;
    }
    weights += 16;
    if (half == 16) {
      const line = <i32>(at >> 2) - 15;
      ofAll += line << LINE_LOG;
      ofValue += line << LINE_LOG;
      ofPair = countersOfPair(mixer, line);
      at = 4;
    }
  }
  storeInterval(mixture, start, range);
  mixer.probability = isMixed ? probability : <f64>range / <f64>MIXTURE_TOTAL;
  return level & 255;
}

/** Start of the interval of a level, 0 to 511: they go round behind the last one. */
@inline
function cumulativeAround(mixture: usize, level: i32, rough: bool): u32 {
  const within = level & 255;
  return (level > 255 ? MIXTURE_TOTAL : 0) + (within == 0 ? 0 : quickCumulative(mixture, within, rough));
}

/**
 * Positions of a range, not rounded yet, for the upper half of its 2 `half` levels, of which each keeps one at least.
 */
@inline
function upperPart(range: u32, chance: f64, half: u32): f64 {
  return min<f64>(max<f64>(<f64>range * chance, <f64>half), <f64>(range - half));
}

@inline
function isUpper(finds: bool, target: u32, half: i32, start: u32, lower: u32): bool {
  return finds ? target - start >= lower : (target & half) != 0;
}
