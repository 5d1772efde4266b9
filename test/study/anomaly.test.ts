import { describe, expect, it } from 'vitest';
import { auroc } from '../../src/study/anomaly/auroc.ts';
import { adaptiveBits } from '../../src/study/anomaly/complexity.ts';
import { mirrored, noise, rotated, shuffledColumns, strokes } from '../../src/study/anomaly/odd-images.ts';
import { PIXELS, SIDE } from '../../src/study/digits/model.ts';
import { Random } from '../../src/train/run/random.ts';

const random = new Random(1);
const image = Uint8Array.from({ length: PIXELS }, (_, i) => (random.uniform() < (i % SIDE) / 60 ? 1 : 0));
const ink = (bits: Uint8Array) => bits.reduce((a, b) => a + b, 0);

describe('AUROC', () => {
  it.each([
    [[3, 4], [1, 2], 1],
    [[1, 2], [3, 4], 0],
    [[1, 1], [1, 1], 0.5],
    [[2], [1, 2, 3], 0.5],
    [[2, 9], [1, 3], 0.75],
  ])('of %j over %j is %f', (odd, ordinary, area) => expect(auroc(odd, ordinary)).toBe(area));
});

describe('odd images', () => {
  it('turn and are mirrored', () => {
    expect(rotated(image)[SIDE - 1]).toBe(image[0]);
    expect(rotated(rotated(rotated(rotated(image))))).toEqual(image);
    expect(rotated(image)).not.toEqual(image);
    expect(mirrored(image)[SIDE - 1]).toBe(image[0]);
    expect(mirrored(mirrored(image))).toEqual(image);
  });

  it('keep their columns', () => {
    const columns = (bits: Uint8Array) =>
      Array.from({ length: SIDE }, (_, x) => bits.filter((_, i) => i % SIDE === x).join('')).sort();
    const shuffled = shuffledColumns(image, random);
    expect(shuffled).not.toEqual(image);
    expect(columns(shuffled)).toEqual(columns(image));
  });

  it('are noise of the given frequencies', () => {
    const frequencies = Float64Array.from({ length: PIXELS }, (_, i) =>
      i < SIDE ? 1 : i < 2 * SIDE ? 0 : 0.5,
    );
    const drawn = noise(frequencies, random);
    expect(ink(drawn.subarray(0, SIDE))).toBe(SIDE);
    expect(ink(drawn.subarray(SIDE, 2 * SIDE))).toBe(0);
    expect(Math.abs(ink(drawn) - SIDE - 364)).toBeLessThan(70);
  });

  it('are strokes within the square of digits', () => {
    const [one, three] = [1, 3].map((count) => strokes(count, random));
    expect(ink(one)).toBeGreaterThan(15);
    expect(ink(three)).toBeGreaterThan(ink(one));
    for (const bits of [one, three]) expect(ink(bits.subarray(0, 2 * SIDE))).toBe(0);
  });
});

it('a blank image is simple, noise takes a bit a pixel', () => {
  expect(adaptiveBits(new Uint8Array(PIXELS))).toBeLessThan(15);
  const even = adaptiveBits(noise(new Float64Array(PIXELS).fill(0.5), random));
  expect(Math.abs(even / PIXELS - 1)).toBeLessThan(0.15);
});
