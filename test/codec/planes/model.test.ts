// Models that code plane by plane, whatever their family: how they end, and what they refuse.
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import type { Coded, Model } from '../../../codec/model/model.ts';
import { staticFamily } from '../../../codec/planes/static/family.ts';
import { joinStreams, splitStreams } from '../../../codec/planes/streams.ts';
import { modelOf } from '../coding.ts';
import { paint } from './learning/images.ts';
import { colour, untrainedCodec } from './learning/untrained.ts';
import { untrainedPhoto } from './static/untrained.ts';

const MODELS: [string, Model][] = [
  ['static', modelOf(staticFamily, 'static', untrainedPhoto())],
  ['learning', untrainedCodec(colour)],
];
const badFile = expect.objectContaining({ code: 'bad-file' });

describe.each(MODELS)('a model of the %s family', (_name, model) => {
  const pixels = paint('photo-like', 400, 300, 3);
  const encoded = model.open(pixels, { threads: 1 }).encode(pixels.data);

  it.each([0, 1, 2])('stops at a signal, on %i threads', async (threads) => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const options = {
      threads,
      signal: controller.signal,
      onProgress: (share: number) => {
        expect(share).toBeLessThanOrEqual(1);
        controller.abort(reason);
      },
    };
    // Larger than what is done before progress is told for the first time.
    const large = paint('photo-like', 1500, 1000, 3);
    await expect(model.open(large, options).encode(large.data)).rejects.toBe(reason);
    await expect(model.open(pixels, options).decode(await encoded)).rejects.toBe(reason);
  });

  it('refuses a size that its streams run dry of', async () => {
    const shape = { ...pixels, width: 4000, height: 1000 };
    await expect(model.open(shape, { threads: 1 }).decode(await encoded)).rejects.toEqual(badFile);
  });

  it('refuses a stream that is too short for its plane, whatever the others are', async () => {
    const [first, ...others] = splitStreams((await encoded).groups[0], 3);
    const groups = [joinStreams([first.subarray(0, 8), ...others])];
    await expect(model.open(pixels, { threads: 1 }).decode({ sides: {}, groups })).rejects.toThrow(
      'cannot hold',
    );
  });

  it('reads what an image takes that costs next to nothing', async () => {
    const flat = { ...pixels, data: new Uint8Array(pixels.data.length) };
    const session = model.open(flat, { threads: 1 });
    expect((await session.decode(await session.encode(flat.data))).samples).toEqual(flat.data);
  });

  it('takes little memory for a row that a stream runs dry in', async () => {
    const shape = { ...pixels, width: 65_535, height: 1 };
    const before = process.memoryUsage().rss;
    await expect(model.open(shape, { threads: 0 }).decode(await encoded)).rejects.toEqual(badFile);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it('refuses other groups, and sections that it does not write', async () => {
    const { groups } = await encoded;
    const decode = (coded: Coded) => model.open(pixels, { threads: 1 }).decode(coded);
    for (const wrong of [[], [...groups, ...groups], [new Uint8Array(0)], [Uint8Array.of(255, 1, 2)]])
      await expect(decode({ sides: {}, groups: wrong })).rejects.toBeInstanceOf(VaezipError);
    await expect(decode({ sides: { alpha: Uint8Array.of(0, 1) }, groups })).rejects.toEqual(badFile);
  });
});

/** A stream with so many words, and a state whose bytes are 0 from so many on. */
function streamOf(stateBytes: number, words: number): Uint8Array {
  return new Uint8Array(8 + 4 * words).map((_, i) => (i >= stateBytes && i < 8 ? 0 : (i % 200) + 1));
}

it('streams of a group come apart as they were joined, without the zeros of their states', () => {
  for (const stateBytes of [5, 6, 7, 8]) {
    const streams = [streamOf(stateBytes, 0), streamOf(8, 1), streamOf(stateBytes, 75)];
    const group = joinStreams(streams);
    expect(group.length).toBe(2 + stateBytes + 12 + stateBytes + 300);
    expect(splitStreams(group, 3)).toEqual(streams);
  }
  expect(() => splitStreams(Uint8Array.of(200), 2)).toThrow(badFile);
  expect(() => splitStreams(new Uint8Array(0), 3)).toThrow(badFile);
});

it('streams are refused whose states are too short, or end in a zero that is not written', () => {
  for (const wrong of [[], [1, 2, 3, 4], [1, 2, 3, 4, 5, 0], [1, 2, 3, 4, 5, 6, 7, 0]])
    expect(() => splitStreams(Uint8Array.from(wrong), 1)).toThrow(badFile);
  expect(splitStreams(Uint8Array.of(1, 2, 3, 4, 5), 1)).toEqual([Uint8Array.of(1, 2, 3, 4, 5, 0, 0, 0)]);
});
