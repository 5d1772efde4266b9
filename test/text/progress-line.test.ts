import fc from 'fast-check';
import { expect, it } from 'vitest';
import { progressLine } from '../../src/text/progress-line.ts';
import { widthOf } from '../../src/text/width.ts';

it('fits every width, and shows percentage and time from 40 columns on', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 120 });
  const stage = fc.record({
    place: fc.constantFrom('', '12/312 ', '9999/10000 '),
    path: text,
    doing: fc.constantFrom('encoding', 'PNG and WebP'),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const left = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(stage, share, left, fc.integer({ min: 1, max: 200 }), (...[what, part, seconds, columns]) => {
      const line = progressLine(what, part, seconds, columns);
      expect(widthOf(line)).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
      if (columns >= 39) expect(line).toMatch(seconds === null ? /\d+ %$/ : /\d+ %, [\d:]+ left$/);
    }),
  );
});

const path = 'photos/2019/summer/IMG_20190714_123456.png';
const stage = { place: '1/2 ', path, doing: 'encoding' };

it.each([
  [120, `1/2 ${path}: encoding ${'='.repeat(20)}${'-'.repeat(20)}  50 %, 1:15 left`],
  [104, `1/2 …/summer/IMG_20190714_123456.png: encoding ${'='.repeat(20)}${'-'.repeat(20)}  50 %, 1:15 left`],
  [79, `1/2 …/IMG_20190714_123456.png: encoding ${'='.repeat(11)}${'-'.repeat(11)}  50 %, 1:15 left`],
  [59, '1/2 …/IMG_20190714_123456.png: encoding  50 %, 1:15 left'],
  [49, '1/2 …/IMG_20190714_123456.png  50 %, 1:15 left'],
  [39, '…G_20190714_123456.png  50 %, 1:15 left'],
  [29, '…_123456.png  50 %, 1:15 left'],
])('within %d columns what matters most is shown: %s', (columns, line) => {
  expect(progressLine(stage, 0.5, 75, columns)).toBe(line);
});

it('a short name has its bar, and letters that are wide count twice', () => {
  const kanji = { place: '', path: '写真/漢字漢字漢字.png', doing: 'encoding' };
  const line = progressLine(kanji, 0, null, 45);
  expect(line).toBe('…/漢字漢字漢字.png: encoding ----------   0 %');
});

it('of a name with control characters escapes are shown', () => {
  expect(progressLine({ place: '', path: 'a\n\x1b[2J/b\x1b', doing: 'encoding' }, 1, 0, 99)).toMatch(
    /^a\\n\\x1b\[2J\/b\\x1b: encoding =+ 100 %, 0:00 left$/,
  );
});
