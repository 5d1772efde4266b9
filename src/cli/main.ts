#!/usr/bin/env node
// The command line: runs the words it was called with.
import { existsSync, readFileSync } from 'node:fs';
import { fail } from './common/failures.ts';
import { endProcess } from './common/interrupt.ts';
import { wordsWithBytes } from './common/path-names.ts';
import { print, stdoutColumns } from './common/stdout.ts';

/**
 * The page of `--help`, as the build has drawn it by the parser itself: to load that takes
 * longer than Node does to start.
 */
const HELP = new URL('help.txt', import.meta.url);
/** Columns that the page is drawn for; narrower terminals get one of their own. */
const HELP_COLUMNS = 100;

// Where nobody is left to be told, the exit status still tells.
process.stderr.on('error', () => {});

// What no command has caught, in a timer or a worker, is told like all else.
process.on('uncaughtException', (error) => {
  fail(error);
  endProcess(Number(process.exitCode));
});

const words = wordsWithBytes(process.argv.slice(2));
const asksForHelp = words.length === 1 && /^(--help|-h|help)$/.test(words[0]);
if (asksForHelp && (stdoutColumns() ?? HELP_COLUMNS) >= HELP_COLUMNS && existsSync(HELP))
  print(readFileSync(HELP, 'utf8'));
else await run();

async function run(): Promise<void> {
  const { runWords } = await import('./parser.ts');
  try {
    print(await runWords(words, version()));
  } catch (error) {
    fail(error);
  }
}

/** From dist/src/cli. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
