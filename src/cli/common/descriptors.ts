// Paths that mean what the process has open already, such as /dev/stdout: perhaps a regular file, which it must go on
// in where it is, and which opening the path would begin anew.
import { resolve } from 'node:path';

const NAMES = ['stdin', 'stdout', 'stderr'];
const PATH = new RegExp(`^/dev/(?<name>${NAMES.join('|')})$|^/(dev|proc/self)/fd/(?<number>\\d+)$`);

/** The number of the open file that a path means; null for any other path. */
export function descriptorOf(path: string): number | null {
  const { name, number } = PATH.exec(resolve(path))?.groups ?? {};
  if (name !== undefined) return NAMES.indexOf(name);
  return number === undefined ? null : Number(number);
}

/** Whether a path means stdin, which a lone dash does, too. */
export function isStdin(path: string): boolean {
  return path === '-' || descriptorOf(path) === NAMES.indexOf('stdin');
}

/** Whether a path means stdout, which a lone dash does, too. */
export function isStdout(path: string): boolean {
  return path === '-' || descriptorOf(path) === NAMES.indexOf('stdout');
}
