// Text of elsewhere, such as file names, as it may go to a terminal: what would move the cursor, colour, break or turn
// the line round is shown as an escape.

/** Controls (C0, DEL, C1), separators of lines and paragraphs, marks of direction, halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As in \n, \x1b, \u202e; a byte of a name that is not UTF-8, which U+DC80 to U+DCFF stand for, as in \xe9. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    const byte = code >= 0xdc80 && code <= 0xdcff ? code - 0xdc00 : code;
    const [letter, digits] = byte < 0x100 ? ['x', 2] : ['u', 4];
    return SHORT[character] ?? `\\${letter}${byte.toString(16).padStart(digits, '0')}`;
  });
}
