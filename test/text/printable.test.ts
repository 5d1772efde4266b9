import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printable } from '../../src/text/printable.ts';

it.each([
  ['plain name.png', 'plain name.png'],
  ['漢字 é 👩‍🔬.png', '漢字 é 👩‍🔬.png'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\x1b[31mred\x07\0\x7f\x9b0m', '\\x1b[31mred\\x07\\x00\\x7f\\x9b0m'],
  ['gnp\u202e.exe\u2066\u200f', 'gnp\\u202e.exe\\u2066\\u200f'],
  ['two\u2028lines\u2029', 'two\\u2028lines\\u2029'],
  ['caf\udce9.png', 'caf\\xe9.png'],
  ['\ud800\udfff', '\u{103ff}'],
  ['\ud800 \udfff', '\\ud800 \\udfff'],
])('%j is shown as %s', (text, shown) => expect(printable(text)).toBe(shown));

it('nothing that moves the cursor or turns the line is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
    }),
  );
});
