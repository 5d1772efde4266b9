// Unfinished results: files of short names beside their final ones, which tell whose they are, so that what a killed
// process left is recognised and removed by the next run.
import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { osPath } from './path-names.ts';

/** The machine that the process runs on: numbers of processes mean something there alone. */
const HOST = crc32(Buffer.from(hostname())).toString(16).padStart(8, '0');
const NAME = /^\.vaezip-([0-9a-f]{8})-(\d+)-\d+\.tmp$/;

/** This process's own. */
const names = new Set<string>();

/** A name beside `path` that no other process uses. */
export function temporaryBeside(path: string): string {
  const name = `.vaezip-${HOST}-${process.pid}-${names.size}.tmp`;
  names.add(name);
  return join(dirname(path), name);
}

/** Whether a file of such a name is what a process of this machine, which lives no more, has left. */
export function isAbandonedTemporary(name: string): boolean {
  const [, host, pid] = NAME.exec(name) ?? [];
  return host === HOST && !names.has(name) && (Number(pid) === process.pid || !isAlive(Number(pid)));
}

/** Removes from a folder what processes have left there that live no more. */
export function removeAbandoned(folder: string): void {
  try {
    for (const name of readdirSync(osPath(folder), 'utf8'))
      if (isAbandonedTemporary(name)) rmSync(osPath(join(folder, name)), { force: true });
  } catch {
    // Where it cannot be read or changed, writing the result will tell.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
