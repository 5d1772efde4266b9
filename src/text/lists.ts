// Lists of words in a sentence.

/** As in 'a, b or c'. */
export function oneOf(words: readonly string[]): string {
  return joined(words, 'or');
}

/** As in 'a, b and c'. */
export function allOf(words: readonly string[]): string {
  return joined(words, 'and');
}

/** As in 'a, b, c and 4 more'. */
export function firstOf(words: readonly string[], most = 3): string {
  const more = words.length - most;
  return allOf(more > 0 ? [...words.slice(0, most), `${more} more`] : words);
}

function joined(words: readonly string[], last: string): string {
  return [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(` ${last} `);
}
