import { expect, it } from 'vitest';
import { binarise, binariseAll } from '../../../src/train/data/binarise.ts';

const levels = Uint8Array.from({ length: 784 }, (_, i) => i % 256);

it('makes pixels white as often as their levels say', () => {
  const times = 2000;
  const white = new Float64Array(256);
  const every = Uint8Array.from({ length: 256 }, (_, level) => level);
  for (let n = 0; n < times; n++)
    for (const [level, sample] of binarise(every, 1, n).entries()) white[level] += sample / 255;
  expect([white[0], white[255]]).toEqual([0, times]);
  // Five standard deviations.
  for (const [level, count] of white.entries()) {
    const p = level / 255;
    expect(Math.abs(count - times * p)).toBeLessThanOrEqual(5 * Math.sqrt(times * p * (1 - p)));
  }
});

it('draws an image by the seed and its number alone', () => {
  const [one, two] = [binarise(levels, 7, 0), binarise(levels, 7, 1)];
  expect(binariseAll(Uint8Array.from([...levels, ...levels]), 784, 7)).toEqual(
    Uint8Array.from([...one, ...two]),
  );
  expect(two).not.toEqual(one);
  expect(binarise(levels, 8, 0)).not.toEqual(one);
});
