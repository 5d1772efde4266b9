import { expect, it } from 'vitest';
import { activeUnits } from '../../src/study/digits/active-units.ts';

it('counts the latents whose mean differs from image to image', () => {
  const rows = [
    [0.5, 3, 0],
    [0.5, 3.05, 1],
    [0.5, 2.95, -1],
    [0.5, 3.05, 0],
  ];
  const means = Float32Array.from(rows.flat());
  expect(activeUnits({ means }, 3, 0.01)).toBe(1);
  expect(activeUnits({ means }, 3, 0.0001)).toBe(2);
  expect(activeUnits({ means: means.map((mean) => 10 * mean) }, 3, 0.01)).toBe(2);
});
