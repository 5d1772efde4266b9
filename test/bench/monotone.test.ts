import { expect, it } from 'vitest';
import { exceptionsOf } from '../../bench/monotone/exceptions.js';

const photo = (path: string, ...sizes: number[]) => ({
  ...{ path, samples: 1 },
  bytes: Object.fromEntries(sizes.map((size, index) => [2 * index + 1, size])),
});

it('lists files that are larger at a higher effort than at the best below it', () => {
  const photos = [
    photo('falls', 1000, 900, 800),
    photo('a little larger', 1000, 1001, 1001),
    photo('larger', 1000, 1002, 1001),
    photo('rises again', 1000, 900, 950),
    photo('twice', 100, 103, 104),
  ];
  const found = exceptionsOf(photos).map(({ path, lower, higher, share }) => [
    ...[path, lower, higher, share.toFixed(4)],
  ]);
  expect(found).toEqual([
    ['rises again', 3, 5, '0.0556'],
    ['twice', 1, 5, '0.0400'],
    ['twice', 1, 3, '0.0300'],
    ['larger', 1, 3, '0.0020'],
  ]);
});
