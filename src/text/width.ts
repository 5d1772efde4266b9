// Columns that text takes on a terminal, and text cut to them. Of what terminals disagree about, the wider is assumed.

/** Marks that stand on the letter before them, and joiners. */
const NARROW = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE_SCRIPTS = ['Han', 'Hangul', 'Hiragana', 'Katakana', 'Bopomofo', 'Yi'];
const WIDE = new RegExp(
  `[${WIDE_SCRIPTS.map((script) => `\\p{Script=${script}}`).join('')}` +
    '\\p{Emoji_Presentation}\\u3000-\\u303f\\ufe30-\\ufe4f\\uff01-\\uff60\\uffe0-\\uffe6]',
  'u',
);
const ELLIPSIS = '…';

/** Columns of printable text. */
export function widthOf(text: string): number {
  return Array.from(text, widthOfCharacter).reduce((sum, width) => sum + width, 0);
}

/** The first columns of a text, the last of them an ellipsis where there was more. */
export function cutEnd(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return start(Array.from(text), columns - 1).join('') + ELLIPSIS;
}

/** The last columns of a text, likewise. */
export function cutStart(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return (
    ELLIPSIS +
    start(Array.from(text).reverse(), columns - 1)
      .reverse()
      .join('')
  );
}

/** As many characters as fit. */
function start(characters: readonly string[], columns: number): string[] {
  let left = columns;
  const end = characters.findIndex((character) => {
    left -= widthOfCharacter(character);
    return left < 0;
  });
  return characters.slice(0, end);
}

function widthOfCharacter(character: string): number {
  return NARROW.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}
