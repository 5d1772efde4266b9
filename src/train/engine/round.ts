// A round of Reptile (Nichol, Achiam, Schulman 2018): episodes from the weights as they stand, a step of the weights
// toward the mean of where they ended, and what follows from it: second moments and the running average.

import { sharedFloats } from '../../worker-threads.ts';
import type { Crew } from './crew.ts';
import type { Outcome, Start } from './episode.ts';
import type { MetaState } from './meta-checkpoint.ts';

/** Episodes a round, whose changes are averaged. */
const EPISODES = 8;
/**
 * Share of the way that the weights go in the first round. It falls to 0 with the square of the rounds left: what a few
 * crops teach by chance adds up, and at a constant 0.5 the rate began to rise after 800 rounds.
 */
const FIRST_SHARE = 0.4;
/** Share of a round in the second moments, once there are so many rounds. */
const MOMENT_SHARE = 0.01;
/**
 * An episode counts in a second moment with at most so many times what it is: a single bad one would stop the learning.
 */
const OUTLIER = 8;
/** And with so much, or what is 0 would stay so. */
const LEAST_MOMENT = 1e-8;
/** The preconditioner is a power between Adam's, 1, and that of natural gradients, 2, of the moments' inverse roots. */
const POWER = 1.4;
/** Of those: the one that it leaves as it is, a usual one. */
const TYPICAL = 40;
const LEAST_ROOT = 3e-4;
/** The running average forgets the first rounds: after r rounds, round r weighs (AVERAGING + 1) / (r + AVERAGING). */
const AVERAGING = 8;
/** Rounds that measure how long one takes. */
const MEASURED = 6;

/** What a round works on. */
export interface Run {
  readonly state: MetaState;
  /** Shared with the crew. */
  readonly start: Start;
  readonly outcomes: readonly Outcome[];
  readonly crew: Crew;
}

/** Room for what episodes start from and leave, which threads share. */
export function sharedRoom(size: number): { start: Start; outcomes: Outcome[] } {
  return {
    start: { parameters: sharedFloats(size), preconditioner: sharedFloats(size) },
    outcomes: Array.from({ length: EPISODES }, () => ({
      change: sharedFloats(size),
      squares: sharedFloats(size),
    })),
  };
}

/** One round; returns its mean rate in bits per dimension. */
export async function takeRound({ state, start, outcomes, crew }: Run): Promise<number> {
  const { parameters, moments, average } = state;
  setStart(start, parameters, moments);
  const rate = await crew.round(state.round);
  const left = 1 - state.round / state.settings.rounds;
  const share = FIRST_SHARE * left * left;
  const momentShare = Math.max(MOMENT_SHARE, 1 / (state.round + 2));
  const averageShare = Math.min(1, (AVERAGING + 1) / (state.round + 1 + AVERAGING));
  for (let i = 0; i < parameters.length; i++) {
    let change = 0;
    let squares = 0;
    for (const outcome of outcomes) {
      change += outcome.change[i];
      squares += Math.min(outcome.squares[i], OUTLIER * moments[i] + LEAST_MOMENT);
    }
    parameters[i] += (share / EPISODES) * change;
    moments[i] += momentShare * (squares / EPISODES - moments[i]);
    average[i] += averageShare * (parameters[i] - average[i]);
  }
  state.round++;
  return rate;
}

/** The first moments: those of the first weights, which a preconditioner of 0 keeps as they are. */
export async function measureMoments({ state, start, outcomes, crew }: Run): Promise<void> {
  start.parameters.set(state.parameters);
  start.preconditioner.fill(0);
  await crew.round(0);
  for (let i = 0; i < state.moments.length; i++) {
    state.moments[i] = outcomes.reduce((sum, { squares }) => sum + squares[i], 0) / EPISODES;
  }
}

/** Seconds that a round takes; those measured change nothing. */
export async function measureRound({ state, start, crew }: Run): Promise<number> {
  setStart(start, state.parameters, state.moments);
  await crew.round(0);
  const begin = performance.now();
  for (let i = 1; i <= MEASURED; i++) await crew.round(i);
  return (performance.now() - begin) / (1000 * MEASURED);
}

/** Mean rate of the held-out photos, from the running average, in bits per dimension. */
export function heldOutRate({ state, start, crew }: Run): Promise<number> {
  setStart(start, state.average, state.moments);
  return crew.heldOut();
}

/** Of the steps: 40 (40 (2 sqrt(second moment) + 3e-4))^-1.4. */
export function preconditionerOf(moment: number): number {
  return TYPICAL * (TYPICAL * (2 * Math.sqrt(moment) + LEAST_ROOT)) ** -POWER;
}

function setStart(start: Start, parameters: Float32Array, moments: Float32Array): void {
  start.parameters.set(parameters);
  for (let i = 0; i < moments.length; i++) start.preconditioner[i] = preconditionerOf(moments[i]);
}
