import { expect, it } from 'vitest';
import { checkEffort, modelsFor } from '../../models/choose.ts';

const shape = (width: number, channels: 1 | 2 | 3 | 4, bitDepth: 8 | 16 = 8, images = 1) => ({
  ...{ width, height: 28, channels, bitDepth, images },
});

const names = async (...args: Parameters<typeof modelsFor>) =>
  (await modelsFor(...args)).map(({ name }) => name);

it('names a model for each kind of images and effort, then those that stand in for it', async () => {
  const efforts = Array.from({ length: 9 }, (_, index) => index + 1);
  const photos = await Promise.all(efforts.map((effort) => names(shape(500, 3), effort)));
  const ladder = ['photo-max', 'photo-large', 'photo', 'photo-quick', 'photo-fast'];
  [4, 4, 3, 3, 2, 2, 1, 1, 0].forEach((above, index) => {
    expect(photos[index]).toEqual(ladder.slice(above));
  });
  const greyLadder = ['photo-grey-large', 'photo-grey', 'photo-grey-quick', 'photo-grey-fast'];
  for (const [effort, above] of [
    [2, 3],
    [3, 2],
    [5, 1],
    [6, 1],
    [7, 0],
    [9, 0],
  ]) {
    const greys = greyLadder.slice(above);
    expect(await names(shape(28, 1), effort)).toEqual(['digits', ...greys]);
    expect(await names(shape(28, 1, 8, 7), effort)).toEqual(['digits', ...greys]);
    expect(await names(shape(30, 1, 8, 7), effort)).toEqual(greys);
    expect(await names(shape(29, 1), effort)).toEqual(greys);
  }
});

it('names the model of small images for chains of them, from the default effort on', async () => {
  const first = async (...args: Parameters<typeof names>) => (await names(...args))[0];
  for (const effort of [5, 6, 7, 8, 9]) expect(await first(shape(32, 3, 8, 16), effort)).toBe('photo-small');
  expect(await first(shape(32, 3, 8, 16), 4)).toBe('photo-quick');
  expect(await first(shape(32, 3), 6)).toBe('photo');
  expect(await first(shape(500, 3, 8, 2), 6)).toBe('photo');
  expect(await first(shape(32, 3, 16, 16), 6)).toBe('photo');
});

it('looks at small grey images: those without greys have models of their own', async () => {
  const small = shape(28, 1, 8, 2);
  const binary = Uint8Array.from({ length: 2 * 784 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  const greys = binary.map((level, i) => (i === 100 ? 9 : level));
  const first = async (data: Uint8Array, count: number) =>
    (await names(small, 6, { ...small, data })).filter((name) => name !== 'screen').slice(0, count);
  expect(await first(binary, 3)).toEqual(['digits-binary-context', 'digits-binary', 'digits']);
  expect(await first(greys, 2)).toEqual(['digits', 'photo-grey']);
});

it('names none for alpha', async () => {
  expect(await names(shape(500, 4), 6)).toEqual([]);
});

it('names the models of photos for 16 bits', async () => {
  for (const effort of [1, 6, 9])
    for (const channels of [1, 3] as const) {
      const [first] = await names(shape(500, channels, 16), effort);
      expect(first).toBe((await names(shape(500, channels), effort))[0]);
    }
});

it.each([0, 10, 5.5, Number.NaN, -1])('refuses %d as an effort', (effort) => {
  expect(() => checkEffort(effort)).toThrow(
    expect.objectContaining({
      code: 'bad-argument',
      message: 'the effort must be a whole number from 1 to 9',
    }),
  );
});
