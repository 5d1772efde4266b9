// Damaged groups: refused in one sentence, or decoded to other pixels (which the container's checksum finds), soon.

import { expect, it } from 'vitest';
import { VaezipError } from '../../../codec/error.ts';
import { runs } from '../../thorough.ts';
import { randomNumbers } from '../kernel/fixture.ts';
import { paint } from './images.ts';
import { small, untrainedCodec } from './untrained.ts';

const model = untrainedCodec(small);
const pixels = paint('rare colours', 40, 30, 4);
const session = () => model.open(pixels, { threads: 1 });

it.each<[string, (group: Uint8Array) => Uint8Array, RegExp]>([
  ['no bytes', () => new Uint8Array(0), /truncated|ends/],
  ['flags that no image has', (group) => group.with(0, 99), /no flags 99/],
  ['half a stream', (group) => group.slice(0, group.length >> 1), /stream|damaged/],
  ['bytes more', (group) => Uint8Array.of(...group, 1, 2, 3, 4), /stream|damaged/],
])('%s are refused', async (_what, damage, message) => {
  const { groups } = await session().encode(pixels.data);
  await expect(session().decode({ sides: {}, groups: [damage(groups[0])] })).rejects.toThrow(message);
});

it('a stream too short for its pixels is refused before memory is taken', async () => {
  const { groups } = await model
    .open(paint('blank', 9, 9, 3), { threads: 1 })
    .encode(paint('blank', 9, 9, 3).data);
  const huge = { width: 30_000, height: 20_000, channels: 3, bitDepth: 8, images: 1 } as const;
  await expect(model.open(huge, { threads: 1 }).decode({ sides: {}, groups })).rejects.toThrow(
    /cannot hold 30000 x 20000 pixels/,
  );
});

it('two groups, or sections beside them, are refused', async () => {
  const { groups } = await session().encode(pixels.data);
  await expect(session().decode({ sides: {}, groups: [groups[0], groups[0]] })).rejects.toThrow(/2 groups/);
  await expect(session().decode({ sides: { levels: groups[0] }, groups })).rejects.toThrow(
    /section of levels/,
  );
});

it('changed bytes never give the pixels back, nor anything but an error of ours', async () => {
  const { groups } = await session().encode(pixels.data);
  const random = randomNumbers(5);
  for (let run = 0; run < runs(100); run++) {
    const group = groups[0].slice();
    const at = Math.floor(random() * group.length);
    group[at] ^= 1 << Math.floor(8 * random());
    try {
      expect((await session().decode({ sides: {}, groups: [group] })).samples).not.toEqual(pixels.data);
    } catch (error) {
      expect(error).toBeInstanceOf(VaezipError);
      expect((error as VaezipError).code).toBe('bad-file');
    }
  }
});

it('the rows of blocks before the damage come back', async () => {
  const [width, height] = [320, 210];
  const random = randomNumbers(7);
  const data = Uint8Array.from({ length: width * height * 3 }, () => 256 * random());
  const shape = { width, height, channels: 3, bitDepth: 8, images: 1 } as const;
  const open = () => model.open(shape, { threads: 1 });
  const { groups } = await open().encode(data);
  expect(await open().salvage?.({ sides: {}, groups })).toEqual({ samples: data, lost: [] });
  const group = groups[0].slice();
  group[group.length - 1000] ^= 1;
  await expect(open().decode({ sides: {}, groups: [group] })).rejects.toThrow(VaezipError);
  const salvaged = await open().salvage?.({ sides: {}, groups: [group] });
  if (!salvaged) throw new Error('drawn images have no salvage');
  const { samples, lost } = salvaged;
  const [{ from }] = lost;
  expect(lost).toEqual([{ from, to: height }]);
  expect(from).toBeGreaterThan(height / 2);
  const safe = from * width * 3;
  expect(Buffer.compare(Buffer.from(samples).subarray(0, safe), data.subarray(0, safe))).toBe(0);
  group[100] ^= 1;
  await expect(open().salvage?.({ sides: {}, groups: [group] })).rejects.toThrow(VaezipError);
});
