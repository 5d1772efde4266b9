import { describe, expect, it } from 'vitest';
import { checkShape, type Shape } from '../../codec/pixels/pixels.ts';

const shape = (width: number, height: number, more: Partial<Shape> = {}): Shape => ({
  ...{ width, height, images: 1, channels: 1, bitDepth: 8 },
  ...more,
});

describe('one file holds 2^30 samples at most', () => {
  it.each([
    shape(2 ** 15, 2 ** 15),
    shape(2 ** 15, 2 ** 13, { channels: 4 }),
    shape(2 ** 10, 2 ** 10, { images: 2 ** 10, bitDepth: 16 }),
    shape(2 ** 30, 1),
  ])('such as $images of $width x $height, $channels channels', (largest) => {
    expect(() => checkShape(largest)).not.toThrow();
    const tooLarge = expect.objectContaining({ code: 'too-large' });
    expect(() => checkShape({ ...largest, width: largest.width + 1 })).toThrow(tooLarge);
    expect(() => checkShape({ ...largest, height: largest.height + 1 })).toThrow(tooLarge);
    expect(() => checkShape({ ...largest, images: largest.images + 1 })).toThrow(tooLarge);
  });

  it('and no count of which the product is no longer exact', () => {
    const huge = 2 ** 31;
    expect(() => checkShape(shape(huge, huge, { images: huge }))).toThrow(/2147483648x2147483648/);
  });
});

describe('what no image has is wrong usage', () => {
  it.each<[string, Partial<Record<keyof Shape, unknown>>]>([
    ['no column', { width: 0 }],
    ['half a row', { height: 1.5 }],
    ['no image', { images: 0 }],
    ['a width that is no number', { width: Number.NaN }],
    ['five channels', { channels: 5 }],
    ['twelve bits', { bitDepth: 12 }],
  ])('%s', (_name, wrong) => {
    expect(() => checkShape({ ...shape(2, 2), ...wrong } as Shape)).toThrow(
      expect.objectContaining({ code: 'bad-argument' }),
    );
  });
});
