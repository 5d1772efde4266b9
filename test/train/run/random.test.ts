import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/train/run/random.ts';

const words = (...key: number[]) => {
  const random = new Random(...key);
  return Array.from({ length: 4 }, () => random.word());
};

describe('random numbers', () => {
  it('are a function of their key, of each part and of their order', () => {
    expect(words(1, 2)).toEqual(words(1, 2));
    const keys = [[], [0], [1], [1, 2], [2, 1], [1, 2, 0], [-1], [2 ** 32 + 1], [2 ** 40]];
    expect(new Set(keys.map((key) => words(...key).join())).size).toBe(keys.length);
  });

  it('are pinned: the seed on a card is to give the same weights later on', () => {
    expect(words(1, 2, 3)).toEqual([1233070961, 1097560338, 3530488635, 581236537]);
  });

  it('are uniform in [0, 1)', () => {
    const random = new Random(7);
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i++) tenths[Math.floor(10 * random.uniform())]++;
    expect(tenths.reduce((sum, count) => sum + count)).toBe(20_000);
    // Five standard deviations of a count.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(1800));
  });

  it('are whole numbers below n, each of them', () => {
    const random = new Random(8);
    expect(new Set(Array.from({ length: 200 }, () => random.integer(6)))).toEqual(
      new Set([0, 1, 2, 3, 4, 5]),
    );
  });

  it('are normal, one by one or many at a time', () => {
    const values = new Random(9).normals(20_000);
    const single = new Random(9);
    expect(values.slice(0, 5)).toEqual(Float32Array.from({ length: 5 }, () => single.normal()));
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.03);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.4);
    // Neighbours come of the same two uniform numbers.
    const products = values.reduce((sum, value, i) => sum + (i % 2 ? value * values[i - 1] : 0), 0);
    expect(Math.abs(products / 10_000)).toBeLessThan(0.05);
  });

  it('give orders in which each number stands once, at any place', () => {
    const random = new Random(10);
    const firsts = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const order = random.permutation(5);
      expect([...order].sort()).toEqual([0, 1, 2, 3, 4]);
      firsts.add(order[0]);
    }
    expect(firsts.size).toBe(5);
    expect(random.permutation(0)).toHaveLength(0);
  });
});
