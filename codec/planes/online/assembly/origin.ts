// Where learning starts, told by one Gaussian latent vector z an image: the parameters of all networks begin at those
// of the weights' file plus z times a basis, p = p0 + sum_j z_j u_j. The prior is N(0, I), cut into bins of equal mass;
// the posterior's means and log scales are linear in statistics of the image (statistics.ts).
//
// z is the last thing that an encoder pushes onto the first plane's message, and its posterior is popped from what that
// message begins with.

import { EMPTY_STATE, peek, pop, push, STATE } from '../../../ans/assembly/rans';
import { exp64, log2of } from '../../../distributions/assembly/elementary';
import {
  gaussianCentre,
  gaussianCumulative,
  gaussianPop,
  gaussianPush,
} from '../../../distributions/assembly/gaussian';
import { PRECISION } from '../../../distributions/assembly/precision';
import { Steps } from '../../../network/assembly/steps';
import { PlanesJob } from '../../assembly/job';
import { takeStatistics } from './statistics';

@unmanaged
export class Origin {
  /** Latents, 0 for training, which draws them itself. */
  latents: i32;
  /** Statistics that the posterior sees. */
  inputs: i32;
  /** f64 [inputs]. */
  statistics: usize;
  /** SUMS_BYTES, and i32 [planes][width]. */
  sums: usize;
  residuals: usize;
  /** f32 [inputs]: what statistics are less, and then times. */
  centre: usize;
  scale: usize;
  /** Means and logs of scales: f32 [inputs][2 latents], then f32 [2 latents]. */
  posterior: usize;
  /** f32 [latents][parameters] of each plane. */
  basis0: usize;
  basis1: usize;
  basis2: usize;
  /** f64 [2 latents]: means and scales of q(z|x). */
  posteriors: usize;
  /** u32 [latents]. */
  bins: usize;
  /** u32 [latents][EDGES], f64 [latents][BINS]. */
  edges: usize;
  losses: usize;
  /** Bits that an encoder has drawn the latents from to begin with. */
  seeded: f64;
  /** log2 q(z|x) - log2 p(z) of the latents that an encoder has drawn, in bits. */
  kl: f64;
  /** What they have taken of the message, in bits, by the integers that are coded with. */
  cost: f64;
}

/** A latent is one of 2^2 bins: more would follow the posterior closer, but each of them is paid for. */
@inline export const LATENT_BITS: i32 = 2;
/** Bins of a latent, and their edges. */
@inline export const BINS: i32 = 1 << LATENT_BITS;
@inline export const EDGES: i32 = BINS + 1;
/**
 * The message starts from one of STARTS states, so far apart, of which the first is its own: bits for the posterior to
 * be popped from. They tell nothing, so an encoder takes those that give the best z: near to the posterior's mean, with
 * few bits left over. NEXT_STATE modulo 2^28 is 2^28 times the golden ratio, so that what is popped first differs.
 */
@inline const STARTS: u64 = 4096;
@inline const NEXT_STATE: u64 = 0x109e3779b;
@inline const EMPTY_BITS: f64 = 32;
/** Statistics count with so many of their standard deviations at most. */
@inline export const MOST_DEVIATIONS: f64 = 4;
@inline export const MOST_MEAN: f64 = 4;
@inline const LEAST_LOG_SCALE: f64 = -4;
@inline const LOG2E: f64 = 1.4426950408889634;
@inline const POSITIONS: u64 = (1 << PRECISION) - 1;

@inline
function clamp(x: f64, low: f64, high: f64): f64 {
  return min<f64>(high, max<f64>(low, x));
}

/** Takes the image's statistics. */
export function lookAt(origin: Origin, job: PlanesJob): void {
  takeStatistics(job, origin.sums, origin.residuals, origin.statistics);
}

/** q(z|x) of the image. */
function computePosterior(origin: Origin, job: PlanesJob): void {
  lookAt(origin, job);
  const inputs = origin.inputs;
  const outputs = 2 * origin.latents;
  const row = (<usize>outputs) << 2;
  for (let j: i32 = 0; j < outputs; j++) {
    let weight = origin.posterior + ((<usize>j) << 2);
    let sum: f64 = 0;
    for (let i: i32 = 0; i < inputs; i++) {
      const statistic = load<f64>(origin.statistics + ((<usize>i) << 3));
      const at = (<usize>i) << 2;
      const input = (statistic - <f64>load<f32>(origin.centre + at)) * <f64>load<f32>(origin.scale + at);
      sum += clamp(input, -MOST_DEVIATIONS, MOST_DEVIATIONS) * <f64>load<f32>(weight);
      weight += row;
    }
    sum += <f64>load<f32>(weight);
    const isMean = j < origin.latents;
    const value = isMean ? clamp(sum, -MOST_MEAN, MOST_MEAN) : exp64(clamp(sum, LEAST_LOG_SCALE, 0));
    store<f64>(origin.posteriors + ((<usize>j) << 3), value);
  }
}

@inline
function meanOf(origin: Origin, j: i32): f64 {
  return load<f64>(origin.posteriors + ((<usize>j) << 3));
}

@inline
function scaleOf(origin: Origin, j: i32): f64 {
  return load<f64>(origin.posteriors + ((<usize>(origin.latents + j)) << 3));
}

@inline
function binAt(origin: Origin, j: i32): usize {
  return origin.bins + ((<usize>j) << 2);
}

/** Encoder: pops z by its posterior from the message, which is empty, whatever state it starts from. */
export function popPosterior(origin: Origin, job: PlanesJob, message: usize): void {
  computePosterior(origin, job);
  computeBins(origin);
  const state = bestStart(origin, load<u64>(message, STATE));
  origin.seeded = log2of(<f64>state) - EMPTY_BITS;
  store<u64>(message, state, STATE);
  popLatents(origin, message);
}

/** Edges of the bins under the posterior, and what a latent in each loses by not being the mean, in bits. */
function computeBins(origin: Origin): void {
  let edge = origin.edges;
  let loss = origin.losses;
  for (let j: i32 = 0; j < origin.latents; j++) {
    const mean = meanOf(origin, j);
    const scale = scaleOf(origin, j);
    for (let bin: i32 = 0; bin < BINS; bin++) {
      const deviation = (gaussianCentre(bin, LATENT_BITS) - mean) / scale;
      store<u32>(edge, gaussianCumulative(bin, mean, scale, LATENT_BITS));
      store<f64>(loss, 0.5 * LOG2E * deviation * deviation);
      edge += 4;
      loss += 8;
    }
    store<u32>(edge, 1 << PRECISION);
    edge += 4;
  }
}

/** The start that leaves least bits and loses least, of those that need no seed word; the last one where all do. */
function bestStart(origin: Origin, first: u64): u64 {
  let best: u64 = first + (STARTS - 1) * NEXT_STATE;
  let least: f64 = Infinity;
  for (let i: u64 = 0; i < STARTS; i++) {
    const start = first + i * NEXT_STATE;
    const bits = bitsFrom(start, origin, least);
    if (bits < least) {
      least = bits;
      best = start;
    }
  }
  return best;
}

/**
 * Bits that are left of a state when z is popped from it, and what z loses; Infinity where that is beyond `most`, or
 * takes a seed word.
 */
function bitsFrom(state: u64, origin: Origin, most: f64): f64 {
  let edges = origin.edges;
  let losses = origin.losses;
  let lost: f64 = 0;
  for (let j: i32 = 0; j < origin.latents; j++) {
    const position = <u32>(state & POSITIONS);
    let bin: usize = 0;
    while (load<u32>(edges + ((bin + 1) << 2)) <= position) bin++;
    const from = load<u32>(edges + (bin << 2));
    const to = load<u32>(edges + ((bin + 1) << 2));
    state = <u64>(to - from) * (state >> PRECISION) + <u64>(position - from);
    lost += load<f64>(losses + (bin << 3));
    if (state < EMPTY_STATE || lost + EMPTY_BITS > most) return Infinity;
    edges += (<usize>EDGES) << 2;
    losses += (<usize>BINS) << 3;
  }
  return lost + log2of(<f64>state);
}

function popLatents(origin: Origin, message: usize): void {
  let kl: f64 = 0;
  let cost: f64 = 0;
  for (let j: i32 = 0; j < origin.latents; j++) {
    const mean = meanOf(origin, j);
    const scale = scaleOf(origin, j);
    const bin = gaussianPop(message, mean, scale, LATENT_BITS);
    store<u32>(binAt(origin, j), bin);
    const z = gaussianCentre(bin, LATENT_BITS);
    const deviation = (z - mean) / scale;
    kl += 0.5 * (z * z - deviation * deviation) * LOG2E - log2of(scale);
    const start = gaussianCumulative(bin, mean, scale, LATENT_BITS);
    const frequency = gaussianCumulative(bin + 1, mean, scale, LATENT_BITS) - start;
    cost += <f64>LATENT_BITS - <f64>PRECISION + log2of(<f64>frequency);
  }
  origin.kl = kl;
  origin.cost = cost;
}

/** Decoder: the inverse of popPosterior, once all samples are there. */
export function pushPosterior(origin: Origin, job: PlanesJob, message: usize): void {
  computePosterior(origin, job);
  for (let j = origin.latents - 1; j >= 0; j--) {
    gaussianPush(message, load<u32>(binAt(origin, j)), meanOf(origin, j), scaleOf(origin, j), LATENT_BITS);
  }
  const past = load<u64>(message, STATE) - EMPTY_STATE;
  if (past / NEXT_STATE < STARTS) store<u64>(message, EMPTY_STATE + (past % NEXT_STATE), STATE);
}

/** Encoder: pushes z by its prior, under which all bins are equally likely. */
export function pushPrior(origin: Origin, message: usize): void {
  for (let j = origin.latents - 1; j >= 0; j--) push(message, load<u32>(binAt(origin, j)), 1, LATENT_BITS);
}

/** Decoder: the inverse of pushPrior. */
export function popPrior(origin: Origin, message: usize): void {
  for (let j: i32 = 0; j < origin.latents; j++) {
    const bin = peek(message, LATENT_BITS);
    pop(message, bin, 1, LATENT_BITS);
    store<u32>(binAt(origin, j), bin);
  }
}

/** Moves a plane's network, which has the parameters of the weights' file, to where its learning starts. */
export function moveToOrigin(origin: Origin, plane: i32, learner: Steps): void {
  const bytes = (<usize>learner.size) << 2;
  let basis = plane == 0 ? origin.basis0 : plane == 1 ? origin.basis1 : origin.basis2;
  for (let j: i32 = 0; j < origin.latents; j++) {
    const z = f32x4.splat(<f32>gaussianCentre(load<u32>(binAt(origin, j)), LATENT_BITS));
    for (let i: usize = 0; i < bytes; i += 16) {
      const at = learner.parameters + i;
      v128.store(at, f32x4.add(v128.load(at), f32x4.mul(z, v128.load(basis + i))));
    }
    basis += bytes;
  }
}
