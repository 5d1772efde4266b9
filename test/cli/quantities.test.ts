import { expect, it } from 'vitest';
import { quantityOf, regionOf } from '../../src/cli/common/quantities.ts';

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

it('a region is read, or refused', () => {
  expect(regionOf('0,5,640,480')).toEqual({ x: 0, y: 5, width: 640, height: 480 });
  expect(regionOf(undefined)).toBe(undefined);
  for (const text of [
    '',
    '1,2,3',
    '1,2,3,4,5',
    '1,2,0,4',
    '1,2,3,0',
    '-1,2,3,4',
    '1.5,2,3,4',
    '1 2 3 4',
    'a,b,c,d',
  ])
    expect(() => regionOf(text)).toThrow(`--region must be x,y,width,height in pixels`);
});
