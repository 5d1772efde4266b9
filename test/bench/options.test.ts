import { expect, it } from 'vitest';
import { UsageError } from '../../bench/common/command-line.js';
import { parseOptions } from '../../bench/photos/options.js';

it('has defaults', () => {
  expect(parseOptions(['photos'])).toMatchObject({
    folder: 'photos',
    efforts: [1, 6, 8, 9],
    limit: Infinity,
    grey: false,
  });
});

it('reads all options, and each effort once', () => {
  const args = [
    'photos',
    '--out',
    'a.svg',
    '--json',
    'a.json',
    '--efforts',
    '9,2,2',
    '--limit',
    '3',
    '--grey',
  ];
  const wanted = { folder: 'photos', out: 'a.svg', json: 'a.json', efforts: [2, 9], limit: 3, grey: true };
  expect(parseOptions(args)).toEqual(wanted);
});

it.each([
  [[]],
  [['one', 'two']],
  [['photos', '--efforts', '0']],
  [['photos', '--efforts', '10']],
  [['photos', '--efforts', '']],
  [['photos', '--efforts', '1,,9']],
  [['photos', '--limit', '0']],
  [['photos', '--limit', '1.5']],
  [['photos', '--fast']],
])('refuses %j', (args) => expect(() => parseOptions(args)).toThrow(UsageError));
