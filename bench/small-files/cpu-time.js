// The CPU time of a program of Node, user and system, of all its threads from its start to its exit.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const TELLER = pathToFileURL(join(import.meta.dirname, 'tell-cpu-time.js')).href;

/**
 * Milliseconds, and what the program wrote to stdout. Throws where it fails.
 * @param {string[]} args the program's file and its arguments
 */
export async function cpuTimeOf(args) {
  const child = spawn(process.execPath, ['--import', TELLER, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const [, stdout, , told] = child.stdio;
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal)));
  const [output, milliseconds] = await Promise.all([
    text(/** @type {import('node:stream').Readable} */ (stdout)),
    text(/** @type {import('node:stream').Readable} */ (told)),
  ]);
  const end = await ended;
  if (end !== 0) throw new Error(`${args.slice(0, 2).join(' ')} ended with ${end}`);
  return { milliseconds: Number(milliseconds), output };
}
