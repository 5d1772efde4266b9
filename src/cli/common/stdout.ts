// Standard output, by its file descriptor: Node's stream of a file takes a short write, as on a full disk, for success.
import { write, writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';
import { VaezipError } from '../../../codec/error.ts';
import { fail, STDOUT } from './failures.ts';
import { endProcess } from './interrupt.ts';

const DESCRIPTOR = 1;
/** Bytes that one call writes at most; Node refuses 2^31. */
const LARGEST_WRITE = 2 ** 26;
/** Until a pipe that was full and does not block is tried again. */
const WAIT_MS = 5;
/** The exit status of what SIGPIPE ended, which Node ignores. */
const PIPE_CLOSED = 128 + 13;

const writeAsync = promisify(write);
let broken = false;

/**
 * Writes lines of tables or JSON. Where they cannot be written that is told once, and the exit status says so; the work
 * goes on. A reader that has gone, such as head, ends the process.
 */
export function print(text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length && !broken; ) {
    try {
      written += writeSync(DESCRIPTOR, bytes, written);
    } catch (error) {
      if (isFull(error)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      else {
        endWhereClosed(error);
        broken = true;
        fail(error, STDOUT);
      }
    }
  }
}

/**
 * Writes a result, every byte of it; rejects with the system's error where that cannot be. A reader that has gone ends
 * the process.
 */
export async function writeStdout(bytes: Uint8Array): Promise<void> {
  try {
    await writeDescriptor(DESCRIPTOR, bytes);
  } catch (error) {
    throw Object.assign(error as Error, { path: STDOUT });
  }
}

/** Likewise to anything that is open, behind what has been written there. */
export async function writeDescriptor(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      const length = Math.min(LARGEST_WRITE, bytes.length - written);
      written += (await writeAsync(descriptor, bytes, written, length)).bytesWritten;
    } catch (error) {
      if (!isFull(error)) {
        endWhereClosed(error);
        throw error;
      }
      await setTimeout(WAIT_MS);
    }
  }
}

/** Columns of the terminal that stdout is; null where it is none. */
export function stdoutColumns(): number | null {
  // Only a terminal's stream is touched: that of a pipe makes writes to it fail while it is full.
  return isatty(DESCRIPTOR) ? process.stdout.columns : null;
}

/** Before a result's bytes go to stdout: throws VaezipError 'bad-argument' where that is a terminal. */
export function checkBinaryStdout(): void {
  if (isatty(DESCRIPTOR))
    throw new VaezipError(
      'bad-argument',
      'stdout is a terminal: name a file with -o, or send it on with > FILE',
    );
}

/** Whether a pipe that does not block has no room at the moment. */
function isFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN';
}

/** Nobody reads on, and that is no failure worth a word. Windows says EOF. */
function endWhereClosed(error: unknown): void {
  if (/^(EPIPE|EOF)$/.test((error as NodeJS.ErrnoException).code ?? '')) endProcess(PIPE_CLOSED);
}
