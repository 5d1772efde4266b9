// Weights that no training gives: whatever a weights' file says, as long as it loads, what is coded comes back.

import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../codec/planes/learning/weights.ts';
import { cases } from '../../../thorough.ts';
import { decode, encode } from '../../coding.ts';
import { areSame, paint, painterNames } from './images.ts';
import { colour, grey, type Size, similar, similarGrey, untrainedCodec } from './untrained.ts';

async function expectRoundTrips(architecture: Architecture, size: Size): Promise<void> {
  const codec = untrainedCodec(architecture, size);
  for (const name of painterNames) {
    const pixels = paint(name, 22, 30, architecture.planes);
    const { streams, lengths } = await encode(codec, pixels, { threads: 1 });
    const back = await decode(codec, streams, pixels, { threads: 1 });
    expect(areSame(back, pixels)).toBe(true);
    expect(Number.isFinite(lengths.likelihood + lengths.net)).toBe(true);
  }
}

const MODELS = cases(
  [
    ['grey', grey],
    ['colour', colour],
    ['grey similar', similarGrey],
  ],
  [['similar', similar]],
) as [string, Architecture][];

describe.each(MODELS)('the %s model gives images back', (_name, architecture) => {
  it.each([
    ['parameters of 0', { gain: 0, preconditioner: 0 }],
    ['large parameters', { gain: 1e3, preconditioner: 10 }],
    ['huge parameters', { gain: 1e5, preconditioner: 10 }],
    ['no learning', { preconditioner: 0 }],
    ['a large preconditioner', { preconditioner: 1e4 }],
    ['a huge preconditioner', { preconditioner: 1e6 }],
    ['large parameters and a large preconditioner', { gain: 1e3, preconditioner: 1e6 }],
    ['a negative preconditioner', { preconditioner: -100 }],
  ])('with %s', async (_what, size) => {
    await expectRoundTrips(architecture, size);
  });

  it.each([
    ['the largest rate', { rate: 1 }],
    ['a ridge of next to nothing', { ridge: [1e-6, 1e-12, 1e-20, 1e-30] }],
    ['a ridge that lets nothing be learnt', { ridge: [1e6, 1e7, 1e8, 1e9] }],
    ['hardly any forgetting', { forgetting: [0.999, 0.9999, 0.99999, 1] }],
    ['next to no memory', { forgetting: [1e-3, 1e-6, 1e-12, 1e-30] }],
  ])('with %s', async (_what, part) => {
    await expectRoundTrips({ ...architecture, ...part }, {});
  });
});
