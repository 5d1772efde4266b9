import { describe, expect, it } from 'vitest';
import { ascending, atLeast, atMost, holds, within } from '../../src/study/frame/check.ts';

describe('a check', () => {
  it.each([
    [within('', 1.05, 1, 0.1), true],
    [within('', 0.85, 1, 0.1), false],
    [within('', 1.15, 1, 0.1), false],
    [atMost('', 1, 1), true],
    [atMost('', 1.01, 1), false],
    [atMost('', 1.01, 1, 0.02), true],
    [atLeast('', 1, 1), true],
    [atLeast('', 0.99, 1), false],
    [atLeast('', 0.99, 1, 0.02), true],
    [within('', Number.NaN, 1, 0.1), false],
    [atMost('', Number.NaN, 1), false],
    [atLeast('', Number.NaN, 1), false],
  ])('%# holds or fails', (check, expected) => expect(holds(check)).toBe(expected));

  it('of an order fails at the one that is out of it', () => {
    const checks = ascending('order', ['a', 'b', 'c'], [1, 3, 2]);
    expect(checks.map(holds)).toEqual([true, false]);
    expect(checks[1].what).toBe('order: c >= b');
  });
});
