import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutEnd, progressLine } from '../../src/text/progress-line.ts';

it('fits every width', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 120 });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const left = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(name, share, left, fc.integer({ min: 1, max: 200 }), (...[text, part, seconds, columns]) => {
      const line = progressLine(text, part, seconds, columns);
      expect(Array.from(line).length).toBeLessThanOrEqual(columns);
      expect(line).not.toMatch(/\p{Cc}/u);
      if (columns >= 50) expect(line).toContain(`${Math.floor(part * 100)} %`);
    }),
  );
});

it('cuts the start of a long path, then the bar', () => {
  const path = '12/312 photos/2019/summer/IMG_0001.png: encoding';
  expect(progressLine(path, 0.5, null, 100)).toBe(`${path} ${'='.repeat(20)}${'-'.repeat(20)}  50 %`);
  expect(progressLine(path, 0.5, 75, 60)).toBe(
    '…9/summer/IMG_0001.png: encoding =====-----  50 %, 1:15 left',
  );
  expect(progressLine(path, 0.5, 75, 30)).toBe('…ng: encoding  50 %, 1:15 left');
});

it('lines are cut at their ends', () => {
  expect(cutEnd('round 3/10', 10)).toBe('round 3/10');
  expect(cutEnd('round 3/10', 9)).toBe('round 3/…');
  expect(cutEnd('a\nb\x1b[2J', 80)).toBe('a?b?[2J');
});
