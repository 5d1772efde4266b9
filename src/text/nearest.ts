// The word that was probably meant.

/** Letters that may be wrong. */
const MOST = 3;

/** That of the words which takes the fewest insertions, removals and exchanges of letters; null where none is near. */
export function nearest(word: string, words: readonly string[]): string | null {
  const [best] = words
    .map((candidate) => ({ candidate, edits: edits(word, candidate) }))
    .filter(({ edits, candidate }) => edits <= MOST && edits < candidate.length)
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate ?? null;
}

/** The distance of Levenshtein, row by row. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column++)
      next.push(
        Math.min(row[column] + 1, next[column - 1] + 1, row[column - 1] + Number(letter !== to[column - 1])),
      );
    row = next;
  }
  return row[to.length];
}
