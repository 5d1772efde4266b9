#!/usr/bin/env node
// The command line: runs the words it was called with.
import { existsSync, readFileSync } from 'node:fs';

/**
 * The page of `--help`, as the build has drawn it by the parser itself: to load that takes
 * longer than Node does to start.
 */
const HELP = new URL('help.txt', import.meta.url);
/** Columns that the page is drawn for; narrower terminals get one of their own. */
const HELP_COLUMNS = 100;

// A reader that has seen enough, such as head, closes the pipe: nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const words = process.argv.slice(2);
const { columns = HELP_COLUMNS } = process.stdout;
if (words.length === 1 && /^(--help|-h)$/.test(words[0]) && columns >= HELP_COLUMNS && existsSync(HELP))
  process.stdout.write(readFileSync(HELP));
else await run();

async function run(): Promise<void> {
  const { parserOf } = await import('./parser.ts');
  try {
    await parserOf(words, version()).parseAsync();
  } catch (error) {
    (await import('./common/failures.ts')).fail(error);
  }
}

/** From dist/src/cli. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}
