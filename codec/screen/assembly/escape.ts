// Pixels that no candidate gave: their sub-pixels are coded bit by bit, from the top, alpha first, then green, red,
// blue. A bit's odds are mixed from counters of hashed contexts and from logistic distributions around predictions.

import { mixtureCdf } from '../../distributions/assembly/logistic-mixture';
import { log2_4, roughLog2_4, sigmoid4, sum4 } from '../../network/assembly/math';
import { predict } from '../../planes/context/assembly/least-squares';
import { candidateColour, candidateOdds } from './candidates';
import { decide } from './decisions';
import { mix, upperBits } from './hashing';
import {
  DECODE,
  ERROR_BYTES,
  errorRow,
  LINE_BYTES,
  learnerOf,
  leastSquaresOf,
  PREDICTORS,
  pixelRow,
  ScreenJob,
  VALUE_CONTEXTS,
} from './job';
import { clampOdds, mixed, moveWeights } from './mixing';
import { askNetwork, teachNetwork } from './network';
import {
  BIT_BYTES,
  BIT_FINAL_AT,
  BY_EQUALITY_AT,
  BY_ERROR_AT,
  BY_PLACE_AT,
  CALIBRATED_AT,
  ERROR_CLASSES,
  FOLLOWED,
  FOLLOWED_CLASSES,
  FOLLOWS_AT,
  MEAN_ERRORS_AT,
  ODDS_CLASSES,
  TIMES_CLASSES,
} from './parameters';
import { fixedPredictions, levelOf, meanAround, setValues } from './predictors';
import { LONGEST_MEMORY, logOdds, takeAnswer, timesAsked } from './probabilities';
import { addRecent } from './recent-least-squares';

@inline const GREEN: i32 = 0;
@inline const RED: i32 = 1;
@inline const BLUE: i32 = 2;
@inline const ALPHA: i32 = 3;

@inline const LEAST: f32 = 1e-4;
@inline const BIAS: f32 = 0.3;
/** Rate of the weights in the long run; at first 7 times that, after 5000 bits 4 times. */
@inline const RATE: f32 = 0.008;
@inline const BOOST: f32 = 6;
@inline const BOOST_AGE: f32 = 5000;
@inline const MOST_AGE: i32 = 1 << 20;
@inline const FINAL_RATE: f32 = 0.006;
/** Times that a counter is asked before it begins to forget. */
@inline const COUNTER_MEMORY: i32 = 127;
/** A logistic distribution's scale over its mean error, and what it has at least. */
@inline const SCALE: f32 = 0.62;
@inline const LEAST_SCALE: f32 = 0.03;
/** What each half of an interval has beside what a distribution gives it. */
@inline const SPREAD: f32 = 1e-5;
/** The same of the network's mixture, which is wider. */
@inline const LEAST_PART: f32 = 1e-6;
@inline const ERRORS_SEEN: f32 = 200;
@inline const LN_2: f32 = 0.6931472;

// Scratch, behind that of the candidates: inputs of a bit, addresses of its counters and of their calibrations,
// hashes of contexts, classes of local errors.
@inline const INPUTS: usize = 768;
@inline const COUNTERS: usize = INPUTS + BIT_BYTES;
@inline const CALIBRATIONS: usize = COUNTERS + 4 * VALUE_CONTEXTS;
@inline const LINES: usize = CALIBRATIONS + 4 * VALUE_CONTEXTS;
@inline const HASHES: usize = LINES + 4 * VALUE_CONTEXTS;
@inline const CLASSES: usize = HASHES + 8 * VALUE_CONTEXTS;
@inline export const SCRATCH_BYTES: usize = CLASSES + 4 * PREDICTORS;
@inline const PREDICTOR_INPUTS: usize = 8 * VALUE_CONTEXTS;

@inline
function shiftOf(plane: i32): u32 {
  return plane == GREEN ? 8 : plane == RED ? 16 : plane == BLUE ? 0 : 24;
}

/** Class of how often a counter has been asked, 0..13. */
@inline
function timesClass(times: i32): i32 {
  return times < 10 ? times : times < 16 ? 10 : times < 32 ? 11 : times < 64 ? 12 : 13;
}

@inline
function setHash(scratch: usize, context: i32, hash: u64): void {
  store<u64>(scratch + HASHES + ((<usize>context) << 3), hash);
}

/** Hashes the contexts of a plane of the pixel, of which `known` is coded. */
@inline
function hashContexts(
  job: ScreenJob,
  scratch: usize,
  row: usize,
  row1: usize,
  row2: usize,
  plane: i32,
  known: u32,
  coded: i32,
  last: u32,
  along: i32,
  guess: i32,
  down: i32,
): void {
  const shift = shiftOf(plane);
  const w = load<u32>(row - 4);
  const n = load<u32>(row1);
  const seed = (<u64>(plane + 1)) << 40;
  const plain = mix(seed, known);
  setHash(scratch, 0, plain);
  const withWest = mix(plain ^ 1, w);
  const withNorth = mix(plain ^ 2, n);
  setHash(scratch, 1, withWest);
  setHash(scratch, 2, withNorth);
  setHash(scratch, 3, mix(withWest, job.background));
  setHash(scratch, 4, mix(withNorth, job.background));
  setHash(scratch, 5, mix(mix(plain ^ 5, job.foreground), job.background));
  const wv = levelOf(w, shift);
  const nv = levelOf(n, shift);
  const other = coded > 0 ? levelOf(known, last) : levelOf(load<u32>(row2), shift);
  setHash(scratch, 6, mix(seed ^ 6, (other << 9) | (coded > 0 ? along : nv)));
  const nw = levelOf(load<u32>(row1 - 4), shift) >> 3;
  const ne = levelOf(load<u32>(row1 + 4), shift) >> 3;
  const coarse = (wv >> 3) | ((nv >> 3) << 5) | (nw << 10) | (ne << 15);
  setHash(scratch, 7, mix(seed ^ 7, coarse | ((coded > 0 ? other >> 2 : 0) << 20)));
  setHash(scratch, 8, mix(plain ^ 8, job.background));
  setHash(scratch, 10, mix(seed ^ 10, guess | ((coded > 0 ? other : 0) << 9)));
  setHash(scratch, 11, mix(seed ^ 11, wv | (nv << 8) | ((coded > 0 ? other : ne << 3) << 16)));
  setHash(scratch, 12, mix(seed ^ 12, along | (down << 10)));
  setHash(
    scratch,
    13,
    mix(seed ^ 13, (guess >> 1) | ((abs(wv - (nw << 3)) >> 3) << 9) | ((abs(nv - (nw << 3)) >> 3) << 15)),
  );
  setHash(scratch, 9, mix(plain ^ 9, <u32>(job.tall >> 32)));
}

/** Finds the contexts' lines for four decisions, of which `node` tells those before. */
@inline
function findLines(job: ScreenJob, scratch: usize, node: i32): void {
  for (let context: i32 = 0; context < VALUE_CONTEXTS; context++) {
    const hash = mix(load<u64>(scratch + HASHES + ((<usize>context) << 3)), node);
    const line = upperBits(hash, job.linesLog2) + ((<usize>context) << job.linesLog2);
    store<u32>(scratch + LINES + ((<usize>context) << 2), <u32>(job.lines + line * LINE_BYTES));
  }
}

/** What the counters say of the next bit, two inputs each: as it is, and as such ones turn out to be meant. */
@inline
function askCounters(job: ScreenJob, scratch: usize, plane: i32, node: usize): void {
  const table = job.table;
  const calibrated =
    job.parameters + CALIBRATED_AT + ((<usize>(plane * VALUE_CONTEXTS * TIMES_CLASSES * ODDS_CLASSES)) << 2);
  let input = scratch + INPUTS;
  for (let context: i32 = 0; context < VALUE_CONTEXTS; context++) {
    const at = (<usize>context) << 2;
    const counter = <usize>load<u32>(scratch + LINES + at) + (node << 2);
    const state = load<i32>(counter);
    const times = timesAsked(state);
    store<u32>(scratch + COUNTERS + at, <u32>counter);
    if (times == 0) {
      store<u32>(scratch + CALIBRATIONS + at, 0);
      store<f32>(input, 0);
      store<f32>(input, 0, 4);
    } else {
      const odds = logOdds(table, state);
      const oddsClass = min(max(<i32>(odds * 2 + 16), 0), ODDS_CLASSES - 1);
      const row = (context * TIMES_CLASSES + timesClass(times)) * ODDS_CLASSES + oddsClass;
      const calibration = calibrated + ((<usize>row) << 2);
      store<u32>(scratch + CALIBRATIONS + at, <u32>calibration);
      store<f32>(input, odds);
      store<f32>(input, logOdds(table, load<i32>(calibration)), 4);
    }
    input += 8;
  }
}

@inline
function teachCounters(job: ScreenJob, scratch: usize, bit: i32): void {
  const table = job.table;
  for (let at: usize = 0; at < 4 * VALUE_CONTEXTS; at += 4) {
    takeAnswer(table, load<u32>(scratch + COUNTERS + at), bit, COUNTER_MEMORY);
    const calibration = <usize>load<u32>(scratch + CALIBRATIONS + at);
    if (calibration != 0) takeAnswer(table, calibration, bit, LONGEST_MEMORY);
  }
}

@inline
function magnitudes(errors: usize): v128 {
  return f32x4.abs(v128.load(errors));
}

/** Errors of the second fitted predictor at W, N, NW, NE. */
@inline
function errorsAround(row: usize, row1: usize): v128 {
  return f32x4(
    load<f32>(row - ERROR_BYTES, 4),
    load<f32>(row1, 4),
    load<f32>(row1 - ERROR_BYTES, 4),
    load<f32>(row1 + ERROR_BYTES, 4),
  );
}

/** Weighted mean of magnitudes of errors at W and N (twice), NW, NE, WW, NN. */
@inline
function localErrors(row: usize, row1: usize, row2: usize): v128 {
  const near = f32x4.add(magnitudes(row - ERROR_BYTES), magnitudes(row1));
  const diagonal = f32x4.add(magnitudes(row1 - ERROR_BYTES), magnitudes(row1 + ERROR_BYTES));
  const far = f32x4.add(magnitudes(row - 2 * ERROR_BYTES), magnitudes(row2));
  return f32x4.mul(f32x4.add(f32x4.add(f32x4.add(near, near), diagonal), far), f32x4.splat(0.125));
}

/** Classes of local errors, 0..31, in steps of a factor of about 1.32. */
@inline
function errorClasses(errors: v128): v128 {
  const logs = roughLog2_4(f32x4.add(errors, f32x4.splat(0.25)));
  const scaled = f32x4.add(f32x4.mul(logs, f32x4.splat(2.5)), f32x4.splat(5));
  return i32x4.trunc_sat_f32x4_u(f32x4.pmin(scaled, f32x4.splat(<f32>ERROR_CLASSES - 1)));
}

/** Mean errors of four predictions' classes. */
@inline
function meanErrors(means: usize, classes: usize): v128 {
  return f32x4(
    load<f32>(means + ((<usize>load<i32>(classes)) << 6)),
    load<f32>(means + ((<usize>load<i32>(classes, 4)) << 6), 4),
    load<f32>(means + ((<usize>load<i32>(classes, 8)) << 6), 8),
    load<f32>(means + ((<usize>load<i32>(classes, 12)) << 6), 12),
  );
}

/** Inverse scales of the distributions around predictions of such errors. */
@inline
function inverseScales(errors: v128): v128 {
  const scales = f32x4.add(f32x4.mul(errors, f32x4.splat(SCALE)), f32x4.splat(LEAST_SCALE));
  return f32x4.div(f32x4.splat(1), scales);
}

/** Takes the errors of four predictions into the means of their classes. */
@inline
function teachErrors(means: usize, classes: usize, errors: usize): void {
  for (let at: usize = 0; at < 16; at += 4) {
    const mean = means + ((<usize>load<i32>(classes + at)) << 6) + at;
    const seen = min(load<f32>(mean, 4 * PREDICTORS) + 1, ERRORS_SEEN);
    store<f32>(mean, seen, 4 * PREDICTORS);
    store<f32>(mean, load<f32>(mean) + (abs(load<f32>(errors + at)) - load<f32>(mean)) / seen);
  }
}

/** ln of the odds of the upper part of an interval, from cdfs at its ends and where it is cut. */
@inline
function oddsOfUpper(below: v128, cut: v128, above: v128): v128 {
  const spread = f32x4.splat(SPREAD);
  const upper = log2_4(f32x4.add(f32x4.sub(above, cut), spread));
  const lower = log2_4(f32x4.add(f32x4.sub(cut, below), spread));
  return f32x4.mul(f32x4.sub(upper, lower), f32x4.splat(LN_2));
}

@inline
function equalities(row: usize, row1: usize, row2: usize): i32 {
  const w = load<u32>(row - 4);
  const n = load<u32>(row1);
  const ne = load<u32>(row1 + 4);
  return (
    (w == n ? 1 : 0) |
    (w == ne ? 2 : 0) |
    (n == load<u32>(row1 - 4) ? 4 : 0) |
    (n == ne ? 8 : 0) |
    (w == load<u32>(row - 8) ? 16 : 0) |
    (n == load<u32>(row2) ? 32 : 0)
  );
}

/** Address of the probability that a bit is that of the candidate of a rank. */
@inline
function followsAt(job: ScreenJob, plane: i32, rank: i32, bit: i32): usize {
  const oddsClass = min(max(<i32>(candidateOdds(job, rank) * 2 + 8), 0), FOLLOWED_CLASSES - 1);
  const row = ((plane * FOLLOWED + rank) * 8 + bit) * FOLLOWED_CLASSES + oddsClass;
  return job.parameters + FOLLOWS_AT + ((<usize>row) << 2);
}

/** Codes the pixel's value of a plane: an encoder gives it, a decoder takes what is returned. */
function codeValue(
  job: ScreenJob,
  x: i32,
  plane: i32,
  known: u32,
  coded: i32,
  last: u32,
  before: u32,
  mask: u32,
  given: i32,
): i32 {
  const scratch = job.scratch;
  const y = job.y;
  const shift = shiftOf(plane);
  const offset = x << 2;
  const row = pixelRow(job, y) + offset;
  const row1 = pixelRow(job, y - 1) + offset;
  const row2 = pixelRow(job, y - 2) + offset;
  const row3 = pixelRow(job, y - 3) + offset;
  const errors = errorRow(job, plane, y) + <usize>x * ERROR_BYTES;
  const errors1 = errorRow(job, plane, y - 1) + <usize>x * ERROR_BYTES;
  const errors2 = errorRow(job, plane, y - 2) + <usize>x * ERROR_BYTES;
  const ls = leastSquaresOf(job, plane);
  const mean = meanAround(row, row1, shift);
  setValues(ls, row, row1, row2, row3, shift, mean, coded, known, last, before);
  const linear = f32x4.add(predict(ls, ls.values), f32x4.splat(mean));
  const fitted = f32x4.pmin(f32x4.splat(255), f32x4.pmax(f32x4.splat(0), linear));
  const fixed = fixedPredictions(row, row1, shift, coded, known, last);
  const local = localErrors(errors, errors1, errors2);
  const classes = scratch + CLASSES;
  v128.store(classes, errorClasses(local));
  v128.store(classes, errorClasses(localErrors(errors + 16, errors1 + 16, errors2 + 16)), 16);
  const means = job.parameters + MEAN_ERRORS_AT + ((<usize>(plane * ERROR_CLASSES * 2 * PREDICTORS)) << 2);
  const fittedErrors = meanErrors(means, classes);
  const fixedErrors = meanErrors(means + 16, classes + 16);
  const fittedScales = inverseScales(fittedErrors);
  const fixedScales = inverseScales(fixedErrors);
  const learner = learnerOf(job, plane);
  const hasNetwork = changetype<usize>(learner) != 0;
  if (hasNetwork)
    askNetwork(
      job,
      learner,
      shift,
      ls,
      mean,
      fitted,
      fixed,
      fittedErrors,
      fixedErrors,
      errorsAround(errors, errors1),
    );
  const errorClass = min(load<i32>(classes) >> 1, 15);
  hashContexts(
    job,
    scratch,
    row,
    row1,
    row2,
    plane,
    known,
    coded,
    last,
    <i32>f32x4.extract_lane(fixed, 2) + 256,
    <i32>f32x4.extract_lane(fitted, 1),
    <i32>f32x4.extract_lane(fixed, 3) + 256,
  );
  const inputs = scratch + INPUTS;
  v128.store(inputs, f32x4(BIAS, 0, 0, 0), PREDICTOR_INPUTS + 32);
  const byError = job.parameters + BY_ERROR_AT + <usize>(plane * 16 + errorClass) * BIT_BYTES;
  const byEquality =
    job.parameters + BY_EQUALITY_AT + <usize>(plane * 64 + equalities(row, row1, row2)) * BIT_BYTES;
  const escapedAround = popcnt(job.escaped);
  let fittedBelow = f32x4.splat(0);
  let fittedAbove = f32x4.splat(1);
  let fixedBelow = f32x4.splat(0);
  let fixedAbove = f32x4.splat(1);
  let netBelow: f32 = 0;
  let netAbove: f32 = 1;
  let netCut: f32 = 0;
  let netOdds: f32 = 0;
  const followed0 = job.weighed > 0 && ((candidateColour(job, 0) ^ known) & mask) == 0;
  const followed1 = job.weighed > 1 && ((candidateColour(job, 1) ^ known) & mask) == 0;
  const value0 = followed0 ? levelOf(candidateColour(job, 0), shift) : 256;
  const value1 = followed1 ? levelOf(candidateColour(job, 1), shift) : 256;
  let low: i32 = 0;
  let node: i32 = 1;
  for (let bit: i32 = 7; bit >= 0; bit--) {
    if (bit == 7) findLines(job, scratch, 0);
    else if (bit == 3) findLines(job, scratch, node);
    const inLine = bit > 3 ? node : (1 << (3 - bit)) | (node & ((1 << (3 - bit)) - 1));
    askCounters(job, scratch, plane, <usize>inLine);
    const cut = f32x4.splat(<f32>(low + (1 << bit)) - <f32>0.5);
    const fittedCut = sigmoid4(f32x4.mul(f32x4.sub(cut, fitted), fittedScales));
    const fixedCut = sigmoid4(f32x4.mul(f32x4.sub(cut, fixed), fixedScales));
    v128.store(inputs + PREDICTOR_INPUTS, oddsOfUpper(fittedBelow, fittedCut, fittedAbove));
    v128.store(inputs + PREDICTOR_INPUTS, oddsOfUpper(fixedBelow, fixedCut, fixedAbove), 16);
    if (hasNetwork) {
      netCut = mixtureCdf(job.mixture, low + (1 << bit));
      const parts = f32x4(netAbove - netCut, netCut - netBelow, 1, 1);
      const logs = log2_4(f32x4.pmax(parts, f32x4.splat(LEAST_PART)));
      netOdds = (f32x4.extract_lane(logs, 0) - f32x4.extract_lane(logs, 1)) * LN_2;
      store<f32>(inputs, netOdds, PREDICTOR_INPUTS + 36);
    }
    const prefix = low >> (bit + 1);
    const follows0 = value0 >> (bit + 1) == prefix ? followsAt(job, plane, 0, bit) : 0;
    const follows1 = value1 >> (bit + 1) == prefix ? followsAt(job, plane, 1, bit) : 0;
    const bit0 = (value0 >> bit) & 1;
    const bit1 = (value1 >> bit) & 1;
    const says0 = follows0 != 0 ? logOdds(job.table, load<i32>(follows0)) : 0;
    const says1 = follows1 != 0 ? logOdds(job.table, load<i32>(follows1)) : 0;
    store<f32>(inputs, bit0 != 0 ? says0 : -says0, PREDICTOR_INPUTS + 40);
    store<f32>(inputs, bit1 != 0 ? says1 : -says1, PREDICTOR_INPUTS + 44);
    const byPlace =
      job.parameters + BY_PLACE_AT + <usize>((plane * 8 + bit) * 2 + (coded > 0 ? 1 : 0)) * BIT_BYTES;
    const z0 = mixed(byPlace, inputs, BIT_BYTES);
    const z1 = mixed(byError, inputs, BIT_BYTES);
    const z2 = mixed(byEquality, inputs, BIT_BYTES);
    const final = job.parameters + BIT_FINAL_AT + ((<usize>((plane * 5 + escapedAround) * 8 + bit)) << 4);
    const says = f32x4(z0, z1, z2, netOdds);
    const z = clampOdds(sum4(f32x4.mul(v128.load(final), says)));
    const outputs = sigmoid4(f32x4(z0, z1, z2, z));
    const p = min(max(f32x4.extract_lane(outputs, 3), LEAST), 1 - LEAST);
    const answer = decide(job, p, (given >> bit) & 1);
    const rate = RATE * (1 + BOOST / (1 + <f32>job.age * (1 / BOOST_AGE)));
    const wrong = f32x4.sub(f32x4.splat(<f32>answer), outputs);
    const steps = f32x4.mul(wrong, f32x4(rate, rate, rate, FINAL_RATE));
    moveWeights(byPlace, inputs, BIT_BYTES, f32x4.extract_lane(steps, 0));
    moveWeights(byError, inputs, BIT_BYTES, f32x4.extract_lane(steps, 1));
    moveWeights(byEquality, inputs, BIT_BYTES, f32x4.extract_lane(steps, 2));
    const finalStep = f32x4.mul(f32x4.splat(f32x4.extract_lane(steps, 3)), says);
    v128.store(final, f32x4.add(v128.load(final), finalStep));
    teachCounters(job, scratch, answer);
    if (follows0 != 0) takeAnswer(job.table, follows0, answer == bit0 ? 1 : 0, LONGEST_MEMORY);
    if (follows1 != 0) takeAnswer(job.table, follows1, answer == bit1 ? 1 : 0, LONGEST_MEMORY);
    if (job.age < MOST_AGE) job.age++;
    if (answer != 0) {
      low += 1 << bit;
      netBelow = netCut;
      fittedBelow = fittedCut;
      fixedBelow = fixedCut;
    } else {
      netAbove = netCut;
      fittedAbove = fittedCut;
      fixedAbove = fixedCut;
    }
    node = (node << 1) | answer;
  }
  if (hasNetwork) teachNetwork(job, learner, low);
  const actual = f32x4.splat(<f32>low);
  v128.store(errors, f32x4.sub(actual, fitted));
  v128.store(errors, f32x4.sub(actual, fixed), 16);
  teachErrors(means, classes, errors);
  teachErrors(means + 16, classes + 16, errors + 16);
  v128.store(ls.values + ((<usize>ls.neighbours) << 4), f32x4.splat(<f32>low - mean));
  addRecent(ls, <f32>1 / (1 + <f32>0.3 * abs(load<f32>(errors))));
  return low;
}

/** Codes the pixel at column x, which a decoder leaves at `job.pixel`. */
export function codeEscape(job: ScreenJob, x: i32): void {
  const pixel = job.pixel;
  job.lastError = 0;
  job.errorBefore = 0;
  let known: u32 = 0;
  let coded: i32 = 0;
  let last: u32 = 0;
  let before: u32 = 0;
  let mask: u32 = 0;
  for (let order: i32 = 0; order < 4; order++) {
    const plane = order == 0 ? ALPHA : order - 1;
    if (plane == ALPHA ? job.hasAlpha == 0 : plane > 0 && job.hasColour == 0) continue;
    const shift = shiftOf(plane);
    known |=
      (<u32>codeValue(job, x, plane, known, coded, last, before, mask, levelOf(pixel, shift))) << shift;
    if (plane == ALPHA && job.hasClear != 0 && known >> 24 == 0) {
      known = job.clear;
      break;
    }
    mask |= (<u32>255) << shift;
    if (plane == ALPHA) continue;
    coded++;
    before = last;
    last = shift;
  }
  if (job.mode == DECODE) job.pixel = known;
}
