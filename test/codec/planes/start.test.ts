// What a stream starts from: a decoder learns it, of the last stream of the first group, and of no other.
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../codec/model/model.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import { staticModel } from '../../../codec/planes/static/family.ts';
import { joinStreams, splitStreams } from '../../../codec/planes/streams.ts';
import { paint } from './learning/images.ts';
import * as learning from './learning/untrained.ts';
import { learningCodec, quickCodec } from './online/untrained.ts';
import * as quick from './quick/untrained.ts';
import { untrainedPhoto } from './static/untrained.ts';

const STATIC = readSafetensors(untrainedPhoto(), 'static');
/** Models with latents and without; the streams of one group, and of several. */
const MODELS: readonly (readonly [string, Model, 1 | 3, number])[] = [
  ['learning', learningCodec(learning.colour), 3, 1],
  ['grey learning', learningCodec(learning.grey), 1, 1],
  ['quick', quickCodec(quick.colour), 3, 1],
  ['grey quick', quickCodec(quick.grey), 1, 1],
  ['learning without latents', learning.untrainedCodec(learning.grey), 1, 1],
  ['learning of several groups', learning.groupedCodec(learning.colour, 270), 3, 4],
  ['static', staticModel('static', '8'.repeat(64), STATIC), 3, 1],
  ['static of several groups', staticModel('static', '8'.repeat(64), STATIC, 270), 3, 4],
];
const START = 0xa95c3b;
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

describe.each(MODELS)('the start of %s streams', (name, model, channels, count) => {
  const { data, ...shape } = paint('photo-like', 30, 36, channels);
  const open = () => model.open(shape, { threads: 1 });
  const encoded = open().encode(data, { start: START });
  const last = channels - 1;

  it.each([0, 1, START, 2 ** 24 - 1])('%i comes back with the samples', async (start) => {
    const coded = await open().encode(data, { start });
    expect([coded.hasStart, coded.groups.length]).toEqual([true, count]);
    expect(await open().decode(coded)).toEqual({ samples: data, start });
  });

  it('is in the last stream of the first group, and changes no other', async () => {
    const [starting, plain] = [await encoded, await open().encode(data)];
    expect(plain.hasStart).toBeUndefined();
    expect(await open().decode(plain)).toEqual({ samples: data, start: null });
    const streams = splitStreams(starting.groups[0], channels);
    // The latents of static models are drawn from the last stream, and change the others.
    if (!name.startsWith('static'))
      expect(streams.slice(0, -1)).toEqual(splitStreams(plain.groups[0], channels).slice(0, -1));
    expect(streams[last]).not.toEqual(splitStreams(plain.groups[0], channels)[last]);
    expect(starting.groups.slice(1)).toEqual(plain.groups.slice(1));
  });

  it('is told by measuring runs, too', async () => {
    const { groups, hasStart } = (await open().measure?.(data, { start: START })) ?? expect.fail();
    expect({ groups, hasStart }).toEqual({ groups: (await encoded).groups, hasStart: true });
  });

  it('is refused where a file does not tell of it', async () => {
    const { sides, groups } = await encoded;
    await expect(open().decode({ sides, groups })).rejects.toEqual(badFile);
    if (count === 1) await expect(open().salvage?.({ sides, groups })).rejects.toEqual(badFile);
    else expect((await open().salvage?.({ sides, groups }))?.lost).toEqual([{ from: 0, to: 9 }]);
  });

  it('goes with parts of the image, and with what is left of it', async () => {
    const { sides, groups, hasStart } = await encoded;
    const row = shape.width * channels;
    const part = { from: 3, to: 7 };
    const rows = await open().decodeRows?.({ sides, groups, hasStart }, part);
    expect(rows).toEqual(data.subarray(3 * row, 7 * row));
    expect(await open().salvage?.({ sides, groups, hasStart })).toEqual({ samples: data, lost: [] });
    if (count === 1) return;
    const without = [null, ...groups.slice(1)];
    const below = { from: 9, to: 36 };
    expect(await open().decodeRows?.({ sides, groups: without, hasStart }, below)).toEqual(
      data.subarray(9 * row),
    );
    expect((await open().salvage?.({ sides, groups: without, hasStart }))?.lost).toEqual([
      { from: 0, to: 9 },
    ]);
  });

  it('is refused in other streams, and so are damaged ones', async () => {
    const { sides, groups, hasStart } = await encoded;
    const [first] = groups;
    for (let plane = 0; plane < channels; plane++) {
      const streams = splitStreams(first, channels);
      // The highest bits of the word that is popped last: lower ones may be the start itself.
      streams[plane][streams[plane].length - 1] ^= 1;
      const damaged = [joinStreams(streams), ...groups.slice(1)];
      await expect(open().decode({ sides, groups: damaged, hasStart })).rejects.toEqual(badFile);
    }
    if (count === 1) return;
    const swapped = [first, first, ...groups.slice(2)];
    await expect(open().decode({ sides, groups: swapped, hasStart })).rejects.toEqual(badFile);
  });
});
