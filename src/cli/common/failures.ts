// How a failure is told: one line on stderr, exit status 1 for a file that failed, 2 for wrong usage.
import { VaezipError } from '../../../codec/error.ts';

export const FILE_FAILED = 1;
export const WRONG_USAGE = 2;

/** What the codes of the file system mean to a person. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EISDIR: 'a folder, not a file',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space left on the disk',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
};

/** Says what is wrong and makes the exit status say so; never a stack trace unless VAEZIP_DEBUG is set. */
export function fail(error: unknown, name?: string): void {
  // of a file, the user's words are never at fault
  const usage = name === undefined && error instanceof VaezipError && error.code === 'bad-argument';
  process.exitCode = Math.max(Number(process.exitCode ?? 0), usage ? WRONG_USAGE : FILE_FAILED);
  process.stderr.write(`${['vaezip', ...(name ? [name] : []), messageOf(error, name)].join(': ')}\n`);
  if (process.env.VAEZIP_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

/**
 * Does the work on a file and says what is wrong where it fails, so that the next one has its
 * turn; whether it succeeded.
 */
export async function attempt(name: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    fail(error, name === '-' ? 'stdin' : name);
    return false;
  }
}

function messageOf(error: unknown, name?: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path } = error as NodeJS.ErrnoException;
  const known = code && SYSTEM_ERRORS[code];
  if (known) return path && path !== name ? `${path}: ${known}` : known;
  if (error instanceof RangeError && /allocation/.test(error.message))
    return 'not enough memory for this image';
  return error.message.split('\n')[0];
}
