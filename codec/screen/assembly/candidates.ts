// Whole pixels: colours that neighbours have, or that followed the same context before, are weighed as candidates.
// Those that are plausible are asked for, the most plausible first, one decision each; where none is right, the
// pixel escapes (escape.ts).

import { sigmoid4 } from '../../network/assembly/math';
import { decide } from './decisions';
import { checkOf, mix, upperBits } from './hashing';
import {
  CANDIDATES,
  escapeRow,
  hash7Row,
  hash11Row,
  PIXEL_CONTEXTS,
  pixelRow,
  ScreenJob,
  SLOT_BYTES,
} from './job';
import { clampOdds, mixed, moveWeights } from './mixing';
import {
  ABSENT_AT,
  BY_ESCAPES_AT,
  BY_LENGTH_AT,
  BY_NEIGHBOURS_AT,
  CANDIDATE_BYTES,
  CANDIDATE_FINAL_AT,
  COUNT_CLASSES,
  EQUAL_AT,
  ESCAPED_AT,
  FOUND_AT,
  OTHERS_CLASSES,
  SAME_AT,
} from './parameters';
import { LONGEST_MEMORY, logOdds, takeAnswer } from './probabilities';

/** Candidates less likely than this are not asked for: the escape hears of them, too, and can say their colours. */
@inline const PLAUSIBLE: f32 = 0.4;
/** The same of small images, in which escapes know better. */
@inline const SMALL_PLAUSIBLE: f32 = 0.94;
@inline const SMALL_PIXELS: i32 = 65536;
/** Keeps what a pixel costs at least, and so how many pixels a bit can stand for, within bounds. */
@inline const LEAST: f32 = 0.000030517578125;
/** Rates of the weights, and of those that weigh the three mixers. */
@inline const RATE: f32 = 0.02;
@inline const FINAL_RATE: f32 = 0.0015;
@inline const BIAS: f32 = 0.4;
/** Count of a colour in a slot, at most. */
@inline const MOST_COUNT: u32 = 250;

// Scratch: 8 slots' addresses, 8 checks, then up to 32 colours and 32 scores, then the candidates that were weighed.
@inline const CHECKS: usize = 32;
@inline const COLOURS: usize = 64;
@inline const SCORES: usize = 192;
@inline const WEIGHED: usize = 320;
// Of a candidate: 12 inputs, 12 addresses of probabilities (0: none), three of weights, what those say, the colour.
@inline const ASKED: usize = 48;
@inline const SETS: usize = 96;
@inline const OUTPUTS: usize = 112;
@inline const COLOUR: usize = 128;
@inline const WEIGHED_BYTES: usize = 144;
@inline export const CANDIDATES_SCRATCH: usize = WEIGHED + 144 * CANDIDATES;

/** Class of a count: 0 to 4 each its own, then 5 to 6, 7 to 9, 10 to 15, 16 to 31, 32 to 63, 64 to 127, more. */
@inline
function countClass(count: u32): i32 {
  if (count < 5) return <i32>count;
  if (count < 16) return count < 7 ? 5 : count < 10 ? 6 : 7;
  return min(11, 35 - <i32>clz(count));
}

@inline
function at(row: usize, x: i32): u32 {
  return load<u32>(row + (x << 2));
}

/** Bit `bit` where two colours are equal. */
@inline
function same(a: u32, b: u32, bit: i32): i32 {
  return a == b ? 1 << bit : 0;
}

/** Adds to the score of a colour; returns how many colours there are. */
@inline
function vote(scratch: usize, count: i32, colour: u32, score: f32): i32 {
  const end = scratch + COLOURS + ((<usize>count) << 2);
  for (let entry = scratch + COLOURS; entry < end; entry += 4) {
    if (load<u32>(entry) != colour) continue;
    store<f32>(entry + (SCORES - COLOURS), load<f32>(entry + (SCORES - COLOURS)) + score);
    return count;
  }
  store<u32>(end, colour);
  store<f32>(end + (SCORES - COLOURS), score);
  return count + 1;
}

@inline
function findSlot(job: ScreenJob, scratch: usize, context: i32, hash: u64): void {
  const index = upperBits(hash, job.slotsLog2) + ((<usize>context) << job.slotsLog2);
  store<u32>(scratch + ((<usize>context) << 2), <u32>(job.slots + index * SLOT_BYTES));
  store<u32>(scratch + CHECKS + ((<usize>context) << 2), checkOf(hash));
}

/** Finds the slots of the contexts of pixel x of the row that is being coded. */
@inline
function findSlots(job: ScreenJob, x: i32, scratch: usize, own4: u32, own6: u32): void {
  const y = job.y;
  const row = pixelRow(job, y) + (x << 2);
  const row1 = pixelRow(job, y - 1) + (x << 2);
  const row2 = pixelRow(job, y - 2) + (x << 2);
  const row3 = pixelRow(job, y - 3) + (x << 2);
  const w = at(row, -1);
  const left = mix(mix(mix(7, w), at(row, -2)), at(row, -3));
  const two = mix(mix(6, w), at(row1, 0));
  const three = mix(two, at(row1, 1));
  const six = mix(mix(mix(three, at(row1, -1)), at(row, -2)), at(row2, 0));
  const ten = mix(mix(mix(mix(six, at(row1, 2)), at(row1, -2)), at(row2, 1)), at(row2, -1));
  const fourteen = mix(mix(mix(mix(ten, at(row, -3)), at(row1, 3)), at(row2, 2)), at(row2, -2));
  const nineteen = mix(
    mix(mix(mix(mix(fourteen, at(row3, 0)), at(row1, -3)), at(row, -4)), at(row3, 1)),
    at(row3, -1),
  );
  let wide = mix(1, own6);
  for (let k: i32 = 1; k < 11; k++) wide = mix(wide, load<u32>(hash11Row(job, y - k) + (x << 2)));
  let narrow = mix(2, own4);
  for (let k: i32 = 1; k < 6; k++) narrow = mix(narrow, load<u32>(hash7Row(job, y - k) + (x << 2)));
  findSlot(job, scratch, 0, wide);
  findSlot(job, scratch, 1, narrow);
  findSlot(job, scratch, 2, nineteen);
  findSlot(job, scratch, 3, fourteen);
  findSlot(job, scratch, 4, six);
  findSlot(job, scratch, 5, three);
  findSlot(job, scratch, 6, two);
  findSlot(job, scratch, 7, left);
  job.tall = narrow;
}

@inline
function slotOf(scratch: usize, context: i32): usize {
  return load<u32>(scratch + ((<usize>context) << 2));
}

@inline
function holds(scratch: usize, context: i32): bool {
  return (
    <u32>load<u16>(slotOf(scratch, context), 16) == load<u32>(scratch + CHECKS + ((<usize>context) << 2))
  );
}

@inline
function countIn(slot: usize, position: i32): u32 {
  return load<u8>(slot + <usize>position, 12);
}

@inline
function totalOf(slot: usize): u32 {
  return countIn(slot, 0) + countIn(slot, 1) + countIn(slot, 2);
}

/** Address of the probability of a colour at a position of a context's slot, as the candidate of a rank. */
@inline
function foundAt(job: ScreenJob, context: i32, rank: i32, position: i32, count: u32, total: u32): usize {
  const others = min(total - count, <u32>(OTHERS_CLASSES - 1));
  const row = ((context * CANDIDATES + rank) * 3 + position) * COUNT_CLASSES + countClass(count);
  return job.parameters + FOUND_AT + ((<usize>(row * OTHERS_CLASSES + <i32>others)) << 2);
}

/** Collects the colours of neighbours and slots. Returns how many there are. */
@inline
function collect(job: ScreenJob, scratch: usize, row: usize, row1: usize, row2: usize): i32 {
  let count = vote(scratch, 0, at(row, -1), 0.5);
  count = vote(scratch, count, at(row1, 0), 0.4);
  count = vote(scratch, count, at(row1, 1), 0.2);
  count = vote(scratch, count, at(row1, -1), 0.1);
  count = vote(scratch, count, at(row, -2), 0.02);
  count = vote(scratch, count, at(row2, 0), 0.02);
  count = vote(scratch, count, at(row1, 2), 0.01);
  count = vote(scratch, count, at(row2, 1), 0.01);
  for (let context: i32 = 0; context < PIXEL_CONTEXTS; context++) {
    if (!holds(scratch, context)) continue;
    const slot = slotOf(scratch, context);
    const total = totalOf(slot);
    for (let position: i32 = 0; position < 3; position++) {
      const times = countIn(slot, position);
      if (times == 0) break;
      const odds = logOdds(job.table, load<i32>(foundAt(job, context, 0, position, times, total)));
      count = vote(scratch, count, load<u32>(slot + ((<usize>position) << 2)), max(odds + 5, <f32>0));
    }
  }
  return count;
}

/** Moves the colour of the best score from `rank` on to `rank`, and returns its score. */
@inline
function pick(scratch: usize, rank: i32, count: i32): f32 {
  let best = rank;
  let score = load<f32>(scratch + SCORES + ((<usize>rank) << 2));
  for (let i = rank + 1; i < count; i++) {
    const other = load<f32>(scratch + SCORES + ((<usize>i) << 2));
    if (other > score) {
      best = i;
      score = other;
    }
  }
  const to = scratch + COLOURS + ((<usize>rank) << 2);
  const from = scratch + COLOURS + ((<usize>best) << 2);
  const colour = load<u32>(from);
  store<u32>(from, load<u32>(to));
  store<u32>(to, colour);
  store<f32>(from + (SCORES - COLOURS), load<f32>(to + (SCORES - COLOURS)));
  store<f32>(to + (SCORES - COLOURS), score);
  return score;
}

@inline
function ask(job: ScreenJob, candidate: usize, input: i32, probability: usize): void {
  store<f32>(candidate + ((<usize>input) << 2), logOdds(job.table, load<i32>(probability)));
  store<u32>(candidate + ASKED + ((<usize>input) << 2), <u32>probability);
}

/** What the contexts' slots say of a colour. Returns the longest context that holds it, PIXEL_CONTEXTS if none does. */
@inline
function askContexts(job: ScreenJob, scratch: usize, candidate: usize, rank: i32, colour: u32): i32 {
  let longest = PIXEL_CONTEXTS;
  for (let context: i32 = 0; context < PIXEL_CONTEXTS; context++) {
    if (!holds(scratch, context)) {
      store<f32>(candidate + ((<usize>context) << 2), 0);
      store<u32>(candidate + ASKED + ((<usize>context) << 2), 0);
      continue;
    }
    const slot = slotOf(scratch, context);
    const total = totalOf(slot);
    let position: i32 = 0;
    let times: u32 = 0;
    for (; position < 3; position++) {
      times = countIn(slot, position);
      if (times == 0 || load<u32>(slot + ((<usize>position) << 2)) == colour) break;
      times = 0;
    }
    if (times > 0) {
      if (longest == PIXEL_CONTEXTS) longest = context;
      ask(job, candidate, context, foundAt(job, context, rank, position, times, total));
      continue;
    }
    const row = ((context * CANDIDATES + rank) * 4 + position) * COUNT_CLASSES + countClass(total);
    ask(job, candidate, context, job.parameters + ABSENT_AT + ((<usize>row) << 2));
  }
  return longest;
}

/** Weighs a candidate, keeps what it is trained by, and returns its probability. */
@inline
function weigh(
  job: ScreenJob,
  candidate: usize,
  rank: i32,
  neighbours: i32,
  escaped: i32,
  longest: i32,
  score: f32,
  flat: bool,
): f32 {
  const parameters = job.parameters;
  const scoreClass = score > 20 ? 3 : score > 10 ? 2 : score > 4 ? 1 : 0;
  const byLength = parameters + BY_LENGTH_AT + <usize>(rank * 16 + longest) * CANDIDATE_BYTES;
  const like = rank * 32 + neighbours + (flat ? 16 : 0);
  const byNeighbours = parameters + BY_NEIGHBOURS_AT + <usize>like * CANDIDATE_BYTES;
  const byEscapes =
    parameters + BY_ESCAPES_AT + <usize>(rank * 64 + escaped + 16 * scoreClass) * CANDIDATE_BYTES;
  store<u32>(candidate, <u32>byLength, SETS);
  store<u32>(candidate, <u32>byNeighbours, SETS + 4);
  store<u32>(candidate, <u32>byEscapes, SETS + 8);
  const z0 = mixed(byLength, candidate, CANDIDATE_BYTES);
  const z1 = mixed(byNeighbours, candidate, CANDIDATE_BYTES);
  const z2 = mixed(byEscapes, candidate, CANDIDATE_BYTES);
  const final = parameters + CANDIDATE_FINAL_AT + ((<usize>rank) << 4);
  const z = clampOdds(load<f32>(final) * z0 + load<f32>(final, 4) * z1 + load<f32>(final, 8) * z2);
  const odds = f32x4(z0, z1, z2, z);
  v128.store(candidate, odds, OUTPUTS);
  return min(max(f32x4.extract_lane(sigmoid4(odds), 3), LEAST), 1 - LEAST);
}

/** Teaches all that had a say in a candidate whether it was right. */
function teach(job: ScreenJob, candidate: usize, rank: i32, isRight: i32): void {
  const odds = v128.load(candidate, OUTPUTS);
  const errors = f32x4.sub(f32x4.splat(<f32>isRight), sigmoid4(odds));
  const steps = f32x4.mul(errors, f32x4(RATE, RATE, RATE, FINAL_RATE));
  moveWeights(load<u32>(candidate, SETS), candidate, CANDIDATE_BYTES, f32x4.extract_lane(steps, 0));
  moveWeights(load<u32>(candidate, SETS + 4), candidate, CANDIDATE_BYTES, f32x4.extract_lane(steps, 1));
  moveWeights(load<u32>(candidate, SETS + 8), candidate, CANDIDATE_BYTES, f32x4.extract_lane(steps, 2));
  const final = job.parameters + CANDIDATE_FINAL_AT + ((<usize>rank) << 4);
  moveWeights(final, candidate + OUTPUTS, 16, f32x4.extract_lane(steps, 3));
  for (let input: i32 = 0; input < PIXEL_CONTEXTS + 3; input++) {
    const probability = load<u32>(candidate + ASKED + ((<usize>input) << 2));
    if (probability != 0) takeAnswer(job.table, probability, isRight, LONGEST_MEMORY);
  }
}

/** Takes the pixel into a context's slot: to the front, others forget. */
@inline
function keep(scratch: usize, context: i32, colour: u32): void {
  const slot = slotOf(scratch, context);
  if (!holds(scratch, context)) {
    store<u32>(slot, colour);
    store<u32>(slot, 1, 12);
    store<u16>(slot, <u16>load<u32>(scratch + CHECKS + ((<usize>context) << 2)), 16);
    return;
  }
  let position: i32 = 0;
  while (position < 2 && countIn(slot, position) > 0 && load<u32>(slot + ((<usize>position) << 2)) != colour)
    position++;
  const found = countIn(slot, position) > 0 && load<u32>(slot + ((<usize>position) << 2)) == colour;
  const count = found ? min(countIn(slot, position) + 1, MOST_COUNT) : 1;
  for (let other: i32 = 0; other < 3; other++) {
    const times = countIn(slot, other);
    if (other != position && times > 2) store<u8>(slot + <usize>other, <u8>(times - (times >> 2)), 12);
  }
  for (; position > 0; position--) {
    const to = (<usize>position) << 2;
    store<u32>(slot + to, load<u32>(slot + to - 4));
    store<u8>(slot + <usize>position, <u8>countIn(slot, position - 1), 12);
  }
  store<u32>(slot, colour);
  store<u8>(slot, <u8>count, 12);
}

/**
 * Asks for the candidates of pixel x, whose colour an encoder gives. Returns whether one was right, which leaves its
 * colour at `job.pixel`. To be followed by `learnPixel`.
 */
@inline
export function askCandidates(job: ScreenJob, x: i32, own4: u32, own6: u32): bool {
  const scratch = job.scratch;
  const y = job.y;
  const row = pixelRow(job, y) + (x << 2);
  const row1 = pixelRow(job, y - 1) + (x << 2);
  const row2 = pixelRow(job, y - 2) + (x << 2);
  findSlots(job, x, scratch, own4, own6);
  const count = collect(job, scratch, row, row1, row2);
  const w = at(row, -1);
  const n = at(row1, 0);
  const nw = at(row1, -1);
  const ne = at(row1, 1);
  const ww = at(row, -2);
  const nn = at(row2, 0);
  const nww = at(row1, -2);
  const nee = at(row1, 2);
  const flat = w == n && w == nw && w == ne && w == ww && w == nn;
  if (w == ww && w != job.background) job.foreground = w;
  job.flat = flat ? 1 : 0;
  const escapes = escapeRow(job, y) + <usize>x;
  const above = escapeRow(job, y - 1) + <usize>x;
  const escaped =
    <i32>load<u8>(escapes - 1) |
    ((<i32>load<u8>(above)) << 1) |
    ((<i32>load<u8>(above - 1)) << 2) |
    ((<i32>load<u8>(above, 1)) << 3);
  job.escaped = escaped;
  const equal =
    same(w, n, 0) |
    same(w, nw, 1) |
    same(n, nw, 2) |
    same(n, ne, 3) |
    same(w, ww, 4) |
    same(n, nn, 5) |
    same(ne, nee, 6) |
    same(w, ne, 7) |
    same(nw, nww, 8);
  const parameters = job.parameters;
  const plausible = job.width * job.height <= SMALL_PIXELS ? SMALL_PLAUSIBLE : PLAUSIBLE;
  let candidate = scratch + WEIGHED;
  job.weighed = 0;
  for (let rank: i32 = 0; rank < CANDIDATES && rank < count; rank++) {
    const score = pick(scratch, rank, count);
    const colour = load<u32>(scratch + COLOURS + ((<usize>rank) << 2));
    store<u32>(candidate, colour, COLOUR);
    if (rank == 0) job.likeliest = colour;
    const longest = askContexts(job, scratch, candidate, rank, colour);
    const neighbours = same(colour, w, 0) | same(colour, n, 1) | same(colour, nw, 2) | same(colour, ne, 3);
    const far =
      same(colour, ww, 4) |
      same(colour, nn, 5) |
      same(colour, nee, 6) |
      same(colour, at(row2, 1), 7) |
      same(colour, nww, 8) |
      same(colour, at(row2, -1), 9);
    const likes = rank * 1024 + (neighbours | far);
    ask(job, candidate, PIXEL_CONTEXTS, parameters + SAME_AT + ((<usize>likes) << 2));
    const equals = rank * 8192 + (equal << 4) + neighbours;
    ask(job, candidate, PIXEL_CONTEXTS + 1, parameters + EQUAL_AT + ((<usize>equals) << 2));
    const surprises = rank * 4096 + (escaped << 8) + (neighbours << 4) + longest;
    ask(job, candidate, PIXEL_CONTEXTS + 2, parameters + ESCAPED_AT + ((<usize>surprises) << 2));
    store<f32>(candidate + ((<usize>PIXEL_CONTEXTS) << 2), BIAS, 12);
    const p = weigh(job, candidate, rank, neighbours, escaped, longest, score, flat);
    candidate += WEIGHED_BYTES;
    job.weighed = rank + 1;
    if (p < plausible) continue;
    if (decide(job, p, colour == job.pixel ? 1 : 0) == 0) continue;
    job.pixel = colour;
    return true;
  }
  return false;
}

/** Has all learn the pixel, which `job.pixel` holds. */
@inline
export function learnPixel(job: ScreenJob): void {
  const scratch = job.scratch;
  const colour = job.pixel;
  let candidate = scratch + WEIGHED;
  for (let rank: i32 = 0; rank < job.weighed; rank++) {
    teach(job, candidate, rank, load<u32>(candidate, COLOUR) == colour ? 1 : 0);
    candidate += WEIGHED_BYTES;
  }
  for (let context: i32 = 0; context < PIXEL_CONTEXTS; context++) keep(scratch, context, colour);
}

/** Colour of the candidate of a rank, of those that have been weighed. */
@inline
export function candidateColour(job: ScreenJob, rank: i32): u32 {
  return load<u32>(job.scratch + WEIGHED + <usize>rank * WEIGHED_BYTES, COLOUR);
}

/** Log-odds of the candidate of a rank, within +-11.5. */
@inline
export function candidateOdds(job: ScreenJob, rank: i32): f32 {
  return load<f32>(job.scratch + WEIGHED + <usize>rank * WEIGHED_BYTES, OUTPUTS + 12);
}
