import { expect, it } from 'vitest';
import { quantityOf } from '../../src/cli/common/quantities.ts';

const limit = quantityOf('limit-memory');

it.each([
  ['1', 1],
  ['500k', 500_000],
  ['24M', 24_000_000],
  ['1.5G', 1_500_000_000],
  ['2GB', 2_000_000_000],
  ['.5m', 500_000],
])('%s is read', (text, value) => expect(limit(text)).toBe(value));

it.each(['', '0', '-1', 'much', '1e9', '2X', '0.1', '1G2'])(
  '%j is refused by the name of the option',
  (text) => {
    expect(() => limit(text)).toThrow(`--limit-memory must be a number such as 24M or 1.5G, not '${text}'`);
  },
);

it('nothing is nothing', () => expect(limit(undefined)).toBe(undefined));
