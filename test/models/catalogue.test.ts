import { expect, it } from 'vitest';
import { checkEffort, effortsOf, modelNames } from '../../models/catalogue.ts';

const shape = (width: number, channels: 1 | 2 | 3 | 4, bitDepth: 8 | 16 = 8, images = 1) => ({
  ...{ width, height: 28, channels, bitDepth, images },
});

it('names a model for each kind of images and effort, then those that stand in for it', () => {
  const photos = Array.from({ length: 9 }, (_, index) => modelNames(shape(500, 3), index + 1));
  expect(photos.slice(0, 3)).toEqual(Array(3).fill(['photo-static']));
  expect(photos.slice(3, 6)).toEqual(Array(3).fill(['photo', 'photo-static']));
  expect(photos.slice(6, 8)).toEqual(Array(2).fill(['photo-large', 'photo', 'photo-static']));
  expect(photos[8]).toEqual(['photo-max', 'photo-large', 'photo', 'photo-static']);
  for (const effort of [1, 9]) {
    expect(modelNames(shape(28, 1), effort)).toEqual(['digits']);
    expect(modelNames(shape(28, 1, 8, 7), effort)).toEqual(['digits']);
    expect(modelNames(shape(29, 1), effort)).toEqual(['photo-grey']);
  }
});

it('names none for 16 bits, alpha, or several photos', () => {
  for (const other of [shape(500, 3, 16), shape(28, 1, 16), shape(500, 4), shape(500, 3, 8, 2)])
    expect(modelNames(other, 6)).toEqual([]);
});

it('tells the efforts that come down to a model, given those that are here', () => {
  const all = new Set(['photo-static', 'photo', 'photo-large', 'photo-max', 'digits']);
  expect(effortsOf('photo', all)).toEqual({ lowest: 4, highest: 6 });
  expect(effortsOf('photo-large', all)).toEqual({ lowest: 7, highest: 8 });
  expect(effortsOf('photo-max', all)).toEqual({ lowest: 9, highest: 9 });
  expect(effortsOf('digits', all)).toEqual({ lowest: 1, highest: 9 });
  expect(effortsOf('photo-static', new Set(['photo-static']))).toEqual({ lowest: 1, highest: 9 });
  expect(effortsOf('photo-static', new Set(['photo-static', 'photo-large']))).toEqual({
    lowest: 1,
    highest: 6,
  });
  expect(effortsOf('mine', new Set(['mine']))).toBe(null);
});

it.each([0, 10, 5.5, Number.NaN, -1])('refuses %d as an effort', (effort) => {
  expect(() => checkEffort(effort)).toThrow(
    expect.objectContaining({
      code: 'bad-argument',
      message: 'the effort must be a whole number from 1 to 9',
    }),
  );
});
