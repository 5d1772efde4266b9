// The words of a command line, put so that yargs takes them as they are meant: what follows -- are no options, -rf are
// two flags, and -oFILE is an option with its value. What is no option passes under a mark that no word can begin with.

const MARK = '\0';

/** Short options that stand alone, and those with a value behind them. */
const FLAGS = 'fhqr';
const WITH_VALUE = 'o';
const GROUP = new RegExp(`^-([${FLAGS}]*)(?:([${WITH_VALUE}])=?(.*))?$`, 's');

/** The words for yargs; `help COMMAND` is COMMAND --help. */
export function wordsForYargs(words: readonly string[]): string[] {
  if (words[0] === 'help') return [...wordsForYargs(words.slice(1)), '--help'];
  const options = optionsOf(words);
  const names = words.slice(options.length + 1);
  return [...options.flatMap(separate), ...names.map((name) => (name.startsWith('-') ? MARK + name : name))];
}

/** The words that may be options: those before --. */
export function optionsOf(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end < 0 ? words : words.slice(0, end);
}

/** The word as it was, of one that yargs gives; anything else as it is. */
export function wordOf<T>(value: T): T | string {
  return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : value;
}

function separate(word: string): string[] {
  // A bare - yargs would lose; the others it would take for the value of a flag before them.
  if (/^(-|true|false)$/.test(word)) return [MARK + word];
  const [, flags, option, value] = GROUP.exec(word) ?? [];
  if (flags === undefined) return [word];
  const last = option ? [`-${option}`, ...(value === '' ? [] : [MARK + value])] : [];
  return [...Array.from(flags, (flag) => `-${flag}`), ...last];
}
