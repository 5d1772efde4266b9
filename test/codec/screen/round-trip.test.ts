// Whatever the image, the weights and the number of threads: what is coded comes back, and costs what it says.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../codec/model/model.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { runs } from '../../thorough.ts';
import { anyDrawing, type Channels, paint, painterNames } from './images.ts';
import { small, untrainedCodec } from './untrained.ts';

/** Codes there and back; returns the group's bytes. */
async function expectRoundTrip(model: Model, pixels: Pixels, threads = 1): Promise<number> {
  const session = model.open(pixels, { threads });
  const encoded = await session.encode(pixels.data);
  const { samples: data } = await session.decode(encoded);
  expect(Buffer.from(data.buffer).equals(Buffer.from(pixels.data.buffer))).toBe(true);
  const { likelihood, net, initial } = encoded.lengths;
  expect(Math.abs(net - likelihood)).toBeLessThan(8 + 0.001 * likelihood);
  const bytes = encoded.groups[0].length;
  // A state has 64 bits; that of the first block loses upper bytes that are 0.
  expect(8 * bytes).toBeLessThanOrEqual(net + 2 * initial);
  return bytes;
}

describe.each([
  ['with networks', untrainedCodec(small)],
  ['without networks', untrainedCodec(null)],
])('the model %s', (_name, model) => {
  it('gives every drawing of every size and kind back', async () => {
    await fc.assert(
      fc.asyncProperty(anyDrawing(40), async (pixels) => {
        await expectRoundTrip(model, pixels);
      }),
      { numRuns: runs(30) },
    );
  });

  it.each<[number, number]>([
    [1, 1],
    [2, 1],
    [1, 300],
    [300, 1],
    [7, 12],
    [129, 20],
  ])('gives drawings of %i x %i back', async (width, height) => {
    for (const channels of [1, 2, 3, 4] satisfies Channels[])
      for (const name of ['noise', 'text', 'few colours'])
        await expectRoundTrip(model, paint(name, width, height, channels));
  });

  it('goes on in a new block where one is full', async () => {
    // 24 decisions a pixel: two blocks of 2^20.
    const bytes = await expectRoundTrip(model, paint('noise', 280, 160, 3));
    expect(bytes).toBeLessThan(1.05 * 3 * 280 * 160);
  });

  it('learns what comes again', async () => {
    expect(await expectRoundTrip(model, paint('blank', 200, 100, 3))).toBeLessThan(24);
    expect(await expectRoundTrip(model, paint('text', 240, 180, 4))).toBeLessThan(400);
  });

  it('writes the same bytes with any number of threads', async () => {
    const pixels = paint('rare colours', 200, 150, 4);
    const one = await model.open(pixels, { threads: 1 }).encode(pixels.data);
    expect(await model.open(pixels, { threads: 3 }).encode(pixels.data)).toEqual(one);
    expect((await model.open(pixels, { threads: 3 }).decode(one)).samples).toEqual(pixels.data);
  });
});

it('does not pay for colours under alpha 0 where they are all one', async () => {
  const model = untrainedCodec(null);
  const pixels = paint('few colours', 64, 64, 4);
  const noise = paint('noise', 64, 64, 4);
  const isClear = (index: number) => index % 4 < 3 && pixels.data[index | 3] === 0;
  const holes = { ...pixels, data: pixels.data.map((value, i) => (isClear(i) ? noise.data[i] : value)) };
  expect(await expectRoundTrip(model, pixels)).toBeLessThan(0.1 * (await expectRoundTrip(model, holes)));
});

it.each([
  ['parameters of 0', { gain: 0, preconditioner: 0 }],
  ['huge parameters', { gain: 1e5, preconditioner: 10 }],
  ['a huge preconditioner', { preconditioner: 1e6 }],
  ['a negative preconditioner', { preconditioner: -100 }],
])('gives images back by weights that no training gives: %s', async (_what, size) => {
  const model = untrainedCodec({ ...small, rate: 1 }, size);
  for (const name of painterNames) {
    const pixels = paint(name, 30, 22, 3);
    const session = model.open(pixels, { threads: 1 });
    const encoded = await session.encode(pixels.data);
    expect((await session.decode(encoded)).samples).toEqual(pixels.data);
    expect(Number.isFinite(encoded.lengths.likelihood)).toBe(true);
  }
});
