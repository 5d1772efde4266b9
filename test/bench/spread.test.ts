import { array as arrays, assert, double, property } from 'fast-check';
import { expect, it } from 'vitest';
import { spread } from '../../bench/photos/spread.js';

const positions = arrays(double({ min: 0, max: 400, noNaN: true }), { maxLength: 12 });

it('leaves what is far enough apart where it is', () => {
  expect(spread([100, 0, 50], 20)).toEqual([100, 0, 50]);
});

it('moves neighbours apart by the same amount', () => {
  expect(spread([10, 10], 4)).toEqual([8, 12]);
  expect(spread([12, 10, 100], 4)).toEqual([13, 9, 100]);
});

it('keeps the gap and the order, whatever is wanted', () => {
  assert(
    property(positions, (wanted) => {
      const order = wanted.map((_, index) => index).sort((a, b) => wanted[a] - wanted[b]);
      const placed = spread(wanted, 17);
      for (let rank = 1; rank < order.length; rank++)
        expect(placed[order[rank]] - placed[order[rank - 1]]).toBeGreaterThan(17 - 1e-9);
    }),
  );
});

it('keeps the centre of all', () => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  assert(
    property(positions, (wanted) => {
      expect(sum(spread(wanted, 17))).toBeCloseTo(sum(wanted), 6);
    }),
  );
});
