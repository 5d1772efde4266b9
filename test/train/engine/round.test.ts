// The arithmetic of a round, of episodes that are given.
import { describe, expect, it } from 'vitest';
import type { Crew } from '../../../src/train/engine/crew.ts';
import type { MetaState } from '../../../src/train/engine/meta-checkpoint.ts';
import { measureMoments, preconditionerOf, sharedRoom, takeRound } from '../../../src/train/engine/round.ts';

/** A run of one weight whose episodes end as given: changes and squares, one of each an episode. */
function runOf(changes: number[], squares: number[], state: Partial<Record<string, number>> = {}) {
  const { round = 0, rounds = 100, parameter = 1, moment = 1, average = 1 } = state;
  const room = sharedRoom(1);
  const crew: Crew = {
    round: async () => {
      for (const [index, outcome] of room.outcomes.entries()) {
        outcome.change[0] = changes[index];
        outcome.squares[0] = squares[index];
      }
      return 2.5;
    },
    heldOut: async () => 0,
    close: async () => {},
  };
  const metaState = {
    settings: { rounds },
    round,
    parameters: Float32Array.of(parameter),
    moments: Float32Array.of(moment),
    average: Float32Array.of(average),
  } as unknown as MetaState;
  return { ...room, crew, state: metaState };
}

const eight = (value: number) => new Array<number>(8).fill(value);

describe('a round', () => {
  it('moves the weights a share of the way to the mean of the episodes, less and less', async () => {
    const changes = [8, 0, 0, 0, 4, 0, 0, 0];
    const first = runOf(changes, eight(1));
    expect(await takeRound(first)).toBe(2.5);
    expect(first.state.parameters[0]).toBeCloseTo(1 + 0.4 * 1.5, 6);
    expect(first.state.round).toBe(1);
    const half = runOf(changes, eight(1), { round: 50 });
    await takeRound(half);
    expect(half.state.parameters[0]).toBeCloseTo(1 + 0.4 * 0.25 * 1.5, 6);
  });

  it('starts its episodes from weights and moments as they stand', async () => {
    const run = runOf(eight(0), eight(1), { parameter: 0.75, moment: 4 });
    await takeRound(run);
    expect(run.start.parameters[0]).toBe(0.75);
    expect(run.start.preconditioner[0]).toBeCloseTo(preconditionerOf(4), 6);
  });

  it('preconditions by moments to the power -0.7, most parameters by about 40', () => {
    expect(preconditionerOf(0.0125 ** 2)).toBeCloseTo(40, -0.5);
    expect(preconditionerOf(400) / preconditionerOf(4)).toBeCloseTo(10 ** -1.4, 4);
    expect(preconditionerOf(0)).toBeCloseTo(40 * 0.012 ** -1.4, 0);
  });

  it('counts an episode with eight times the moment at most', async () => {
    const one = runOf(eight(0), [1e6, 1, 1, 1, 1, 1, 1, 1], { round: 98 });
    await takeRound(one);
    expect(one.state.moments[0]).toBeCloseTo(1 + 0.01 * ((8 + 7) / 8 - 1), 6);
    const below = runOf(eight(0), [7, 1, 1, 1, 1, 1, 1, 1], { round: 98 });
    await takeRound(below);
    expect(below.state.moments[0]).toBeCloseTo(1 + 0.01 * ((7 + 7) / 8 - 1), 6);
  });

  it('lets a moment of 0 grow again', async () => {
    const run = runOf(eight(0), eight(1), { moment: 0 });
    await takeRound(run);
    expect(run.state.moments[0]).toBeCloseTo(0.5e-8, 12);
  });

  it('averages the weights, the first ones forgotten', async () => {
    const first = runOf(eight(10), eight(1), { average: 77 });
    await takeRound(first);
    expect(first.state.average[0]).toBeCloseTo(first.state.parameters[0], 6);
    const later = runOf(eight(0), eight(1), { round: 9, parameter: 3, average: 1 });
    await takeRound(later);
    expect(later.state.average[0]).toBeCloseTo(1 + (9 / 18) * 2, 6);
  });
});

it('the first moments are the mean of the episodes, which take no step', async () => {
  const run = runOf(eight(0), [1, 2, 3, 4, 5, 6, 7, 8], { parameter: 0.25 });
  run.start.preconditioner[0] = 9;
  await measureMoments(run);
  expect(run.state.moments[0]).toBe(4.5);
  expect([run.start.parameters[0], run.start.preconditioner[0]]).toEqual([0.25, 0]);
});
