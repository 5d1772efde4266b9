import { expect, it } from 'vitest';
import { nearest } from '../../src/text/nearest.ts';

it.each([
  ['compres', 'compress'],
  ['decompres', 'decompress'],
  ['ifno', 'info'],
  ['models', 'models'],
  ['pack', null],
  ['', null],
])('%j is probably %j', (word, meant) => {
  expect(nearest(word, ['compress', 'decompress', 'info', 'models'])).toBe(meant);
});
