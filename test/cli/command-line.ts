// Runs the built command line in a process of its own, in a folder of its own; or its parser alone, here.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWords } from '../../src/cli/parser.ts';

export const MAIN = join(import.meta.dirname, '../../dist/src/cli/main.js');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A new folder, removed when the function given has ended. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-test-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs `vaezip` with arguments in a folder; `input` goes to its stdin. */
export function vaezip(
  folder: string,
  args: readonly string[],
  input?: Uint8Array,
  environment: Record<string, string> = {},
): Promise<Outcome> {
  if (!existsSync(MAIN)) throw new Error('the command line is not built: npm run build');
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...process.env, VAEZIP_DEBUG: '', VAEZIP_MODELS: '', ...environment },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (part) => stdout.push(part));
  child.stderr.on('data', (part) => stderr.push(part));
  child.stdin.on('error', () => {}); // a command that reads nothing closes it
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (status) => {
      done({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
}

/** What is wrong with the words: the error that the command line would tell and end with. */
export async function refusal(...words: string[]): Promise<unknown> {
  try {
    await runWords(words, '0.0.0');
    return 'no error';
  } catch (error) {
    return error;
  }
}

/** What a command's --help prints. */
export function helpOf(command: string): Promise<string> {
  return runWords([command, '--help'], '0.0.0');
}
