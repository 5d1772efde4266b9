// What the stream starts from: a decoder learns it, of the last block alone.
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { randomNumbers } from '../kernel/fixture.ts';
import { paint } from './images.ts';
import { small, untrainedCodec } from './untrained.ts';

const model = untrainedCodec(small);
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });
const random = randomNumbers(7);
const noise: Pixels = {
  data: Uint8Array.from({ length: 320 * 210 * 3 }, () => 256 * random()),
  ...{ width: 320, height: 210, channels: 3, bitDepth: 8, images: 1 },
};

describe.each([
  ['one block', paint('rare colours', 40, 30, 4), [0, 1, 0xa95c3b, 2 ** 24 - 1]],
  ['two blocks', noise, [0xa95c3b]],
] as const)('the start of a stream of %s', (_name, { data, ...shape }, starts) => {
  const open = () => model.open(shape, { threads: 1 });

  it.each(starts)('%i comes back with the samples', async (start) => {
    const coded = await open().encode(data, { start });
    expect(coded.hasStart).toBe(true);
    expect(await open().decode(coded)).toEqual({ samples: data, start });
    expect(await open().salvage?.(coded)).toEqual({ samples: data, lost: [] });
    expect((await open().measure?.(data, { start }))?.groups).toEqual(coded.groups);
  });

  it('is refused where the file does not tell of it, and so are damaged streams', async () => {
    const { sides, groups, hasStart } = await open().encode(data, { start: 0xa95c3b });
    await expect(open().decode({ sides, groups })).rejects.toEqual(badFile);
    const damaged = groups[0].slice();
    damaged[damaged.length - 1] ^= 1;
    await expect(open().decode({ sides, groups: [damaged], hasStart })).rejects.toEqual(badFile);
  });
});
