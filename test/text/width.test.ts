import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutEnd, cutStart, widthOf } from '../../src/text/width.ts';

it.each([
  ['', 0],
  ['photo.png', 9],
  ['é', 1],
  ['e\u0301', 1],
  ['漢字.png', 8],
  ['かな カナ 한글', 14],
  ['ｗｉｄｅ', 8],
  ['🎉', 2],
])('%j takes %d columns', (text, columns) => expect(widthOf(text)).toBe(columns));

it('what is cut fits, and says so', () => {
  expect(cutEnd('round 3/10', 10)).toBe('round 3/10');
  expect(cutEnd('round 3/10', 9)).toBe('round 3/…');
  expect(cutStart('round 3/10', 9)).toBe('…und 3/10');
  expect(cutEnd('漢字漢字', 6)).toBe('漢字…');
  expect(cutStart('漢字漢字', 6)).toBe('…漢字');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, columns) => {
      for (const cut of [cutEnd(text, columns), cutStart(text, columns)])
        expect(widthOf(cut)).toBeLessThanOrEqual(columns);
    }),
  );
});
