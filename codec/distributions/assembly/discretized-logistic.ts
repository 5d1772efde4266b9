// Mixtures of discretized logistics over 0..2^depth - 1, depth 1..16, in f64 (Salimans et al. 2017, equation 2):
// P(x <= v) = sum of w_k sigmoid((v + 1/2 - mean_k) / scale_k), the first and last value taking the tails.
// A symbol's parameters are 3 K f32: K means (in sample units), K log scales, K logits, K = 1..16.
//
// cumulative(v) = floor(P(x <= v - 1) * (2^28 - 2^(depth + 1))) + 2 v, 0 at v = 0, 2^28 at v = 2^depth. The error of P
// (1e-14) can lower the floor by 1 at most from one value to the next; the 2 counts reserved keep every frequency >= 1.
// A value gets more than (1 - 2^(depth - 27)) of its probability: excess <= -log2(1 - 2^(depth - 27)) bits.

import { peek, pop, push } from '../../ans/assembly/rans';
import { exp64, log64 } from './elementary';
import { PRECISION } from './precision';

@inline const RESERVE: u32 = 2;
@inline const LOG2_E: f64 = 1.4426950408889634074;

/** Bytes of scratch for a mixture of K: K triples of f64, weight, mean and inverse scale. */
@inline export const COMPONENT_BYTES: usize = 24;

/** Log scales in [-20, 20]; NaN counts as 0. */
@inline
function boundedLogScale(value: f32): f64 {
  return value == value ? max<f64>(-20, min<f64>(20, <f64>value)) : 0;
}

/** Logits in [-1e4, 1e4]; NaN counts as -1e4. */
@inline
function boundedLogit(value: f32): f64 {
  return value > -1e4 ? min<f64>(1e4, <f64>value) : -1e4;
}

/** Means in [-1e9, 1e9]; NaN counts as 0. */
@inline
function boundedMean(value: f32): f64 {
  return value == value ? max<f64>(-1e9, min<f64>(1e9, <f64>value)) : 0;
}

/** Reads a symbol's parameters into `scratch`; weights sum to 1 but for rounding. */
function readMixture(parameters: usize, components: u32, scratch: usize): void {
  const logScales = parameters + ((<usize>components) << 2);
  const logits = logScales + ((<usize>components) << 2);
  let greatest: f64 = -1e4;
  for (let k: usize = 0; k < (<usize>components) << 2; k += 4) {
    greatest = max<f64>(greatest, boundedLogit(load<f32>(logits + k)));
  }
  let sum: f64 = 0;
  for (let k: usize = 0; k < <usize>components; k++) {
    const weight = exp64(boundedLogit(load<f32>(logits + (k << 2))) - greatest);
    const component = scratch + k * COMPONENT_BYTES;
    sum += weight;
    store<f64>(component, weight);
    store<f64>(component, boundedMean(load<f32>(parameters + (k << 2))), 8);
    store<f64>(component, exp64(-boundedLogScale(load<f32>(logScales + (k << 2)))), 16);
  }
  for (let k: usize = 0; k < <usize>components; k++) {
    const component = scratch + k * COMPONENT_BYTES;
    store<f64>(component, load<f64>(component) / sum);
  }
}

/** First position of `value`, 0..2^depth, under the mixture in `scratch`. */
function mixtureStart(scratch: usize, components: u32, depth: u32, value: u32): u32 {
  if (value == 0) return 0;
  if (value >> depth != 0) return 1 << PRECISION;
  const threshold = <f64>value - 0.5;
  let below: f64 = 0;
  const end = scratch + <usize>components * COMPONENT_BYTES;
  for (let component = scratch; component < end; component += COMPONENT_BYTES) {
    const x = (threshold - load<f64>(component, 8)) * load<f64>(component, 16);
    below += load<f64>(component) / (1 + exp64(-x));
  }
  return <u32>(min<f64>(below, 1) * <f64>((1 << PRECISION) - (RESERVE << depth))) + RESERVE * value;
}

/** First of the 2^28 positions of `value`, 0..2^depth, under the mixture at `parameters`. `scratch`: 24 K bytes. */
export function logisticCumulative(
  parameters: usize,
  components: u32,
  depth: u32,
  value: u32,
  scratch: usize,
): u32 {
  readMixture(parameters, components, scratch);
  return mixtureStart(scratch, components, depth, value);
}

/** Pops a value under the mixture in `scratch`. */
function mixturePop(message: usize, scratch: usize, components: u32, depth: u32): u32 {
  const position = peek(message, PRECISION);
  const values: u32 = 1 << depth;
  let mean: f64 = 0;
  const end = scratch + <usize>components * COMPONENT_BYTES;
  for (let component = scratch; component < end; component += COMPONENT_BYTES) {
    mean += load<f64>(component) * load<f64>(component, 8);
  }
  // From the mean outward in growing steps, then bisection: any search finds the one value that holds the position.
  let low: u32 = 0;
  let high = values;
  let lowStart: u32 = 0;
  let highStart: u32 = 1 << PRECISION;
  let step: u32 = 1;
  let next = <u32>max<f64>(1, min<f64>(<f64>(values - 1), mean + 0.5));
  while (high - low > 1) {
    const start = mixtureStart(scratch, components, depth, next);
    if (start <= position) {
      low = next;
      lowStart = start;
      next = high == values && low + step < high ? low + step : (low + high) >> 1;
    } else {
      high = next;
      highStart = start;
      next = low == 0 && high > step ? high - step : (low + high) >> 1;
    }
    step <<= 1;
  }
  pop(message, lowStart, highStart - lowStart, PRECISION);
  return low;
}

/** Pushes `count` u16 values, last first; value i has its parameters at parameters + 12 K i. `scratch`: 24 K bytes. */
export function logisticVectorPush(
  message: usize,
  values: usize,
  parameters: usize,
  count: u32,
  components: u32,
  depth: u32,
  scratch: usize,
): void {
  for (let i: usize = count; i-- > 0; ) {
    readMixture(parameters + i * <usize>components * 12, components, scratch);
    const value = <u32>load<u16>(values + (i << 1));
    const start = mixtureStart(scratch, components, depth, value);
    push(message, start, mixtureStart(scratch, components, depth, value + 1) - start, PRECISION);
  }
}

/** Pops what `logisticVectorPush` pushed, first value first. */
export function logisticVectorPop(
  message: usize,
  values: usize,
  parameters: usize,
  count: u32,
  components: u32,
  depth: u32,
  scratch: usize,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    readMixture(parameters + i * <usize>components * 12, components, scratch);
    store<u16>(values + (i << 1), <u16>mixturePop(message, scratch, components, depth));
  }
}

/** log of sigmoid(x). */
@inline
function logSigmoid(x: f64): f64 {
  return min<f64>(x, 0) - log64(1 + exp64(-abs(x)));
}

/** log2 of the real-valued probability of `value` under the mixture in `scratch`; finite for all parameters. */
function mixtureLog2Probability(scratch: usize, components: u32, depth: u32, value: u32): f64 {
  const last = ((<u32>1) << depth) - 1;
  let greatest: f64 = -1e300;
  let sum: f64 = 0;
  const end = scratch + <usize>components * COMPONENT_BYTES;
  for (let component = scratch; component < end; component += COMPONENT_BYTES) {
    const inverse = load<f64>(component, 16);
    const a = (<f64>value - 0.5 - load<f64>(component, 8)) * inverse;
    const b = (<f64>value + 0.5 - load<f64>(component, 8)) * inverse;
    // sigmoid(b) - sigmoid(a) = sigmoid(b) sigmoid(-a) (1 - e^(a - b)), without cancellation in either tail.
    let log = log64(load<f64>(component));
    if (value < last) log += logSigmoid(b);
    if (value > 0) log += logSigmoid(-a);
    if (value > 0 && value < last)
      log += inverse < 1e-5 ? log64(inverse - 0.5 * inverse * inverse) : log64(1 - exp64(-inverse));
    if (log > greatest) {
      sum = sum * exp64(greatest - log) + 1;
      greatest = log;
    } else {
      sum += exp64(log - greatest);
    }
  }
  return (greatest + log64(sum)) * LOG2_E;
}

/** Sum of log2 of the real-valued probabilities of `count` u16 values, for reports. `scratch`: 24 K bytes. */
export function logisticVectorLog2Probability(
  values: usize,
  parameters: usize,
  count: u32,
  components: u32,
  depth: u32,
  scratch: usize,
): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < <usize>count; i++) {
    readMixture(parameters + i * <usize>components * 12, components, scratch);
    sum += mixtureLog2Probability(scratch, components, depth, load<u16>(values + (i << 1)));
  }
  return sum;
}
