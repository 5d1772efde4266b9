#!/usr/bin/env node
// The command line: runs the words it was called with.
import { readFileSync } from 'node:fs';
import { hideBin } from 'yargs/helpers';
import { fail } from './common/failures.ts';
import { parserOf } from './parser.ts';

/** From dist/src/cli. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version;
}

// A reader that has seen enough, such as head, closes the pipe: nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await parserOf(hideBin(process.argv), version()).parseAsync();
} catch (error) {
  fail(error);
}
