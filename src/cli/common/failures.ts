// How a failure is told: one line on stderr, exit status 1 for a file that failed, 2 for wrong usage.
import { VaezipError } from '../../../codec/error.ts';
import { tell } from './stderr.ts';

export const FILE_FAILED = 1;
export const WRONG_USAGE = 2;

/** What stdout is called in messages, and the path in errors of writing to it. */
export const STDOUT = 'stdout';

/** What the codes of the file system mean to a person. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EEXIST: 'exists already, and is no folder',
  EISDIR: 'a folder, not a file',
  ENOTDIR: 'a part of the path is not a folder',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'larger than a file may be here (ulimit -f, or the file system)',
  EIO: 'the device fails to read or write',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENXIO: 'no device or program is behind it',
  ENAMETOOLONG: 'the name is too long',
};

/**
 * Says what is wrong and makes the exit status say so; never a stack trace unless VAEZIP_DEBUG is set. Returns what it
 * said, without the name.
 */
export function fail(error: unknown, file?: string): string {
  // what stdout does not take is no fault of the file
  const name = (error as NodeJS.ErrnoException | null)?.path === STDOUT ? STDOUT : file;
  // of a file, the user's words are never at fault
  const usage = name === undefined && error instanceof VaezipError && error.code === 'bad-argument';
  process.exitCode = Math.max(Number(process.exitCode ?? 0), usage ? WRONG_USAGE : FILE_FAILED);
  const message = messageOf(error, name);
  tell(['vaezip', ...(name ? [name] : []), message].join(': '));
  if (process.env.VAEZIP_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return message;
}

/** What is wrong, in a line; `name` is the file that it is told of. */
export function messageOf(error: unknown, name?: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') return 'the current folder has been removed';
  const known = code && SYSTEM_ERRORS[code];
  if (known) return path && path !== name ? `${path}: ${known}` : known;
  if (error instanceof RangeError && /allocation/.test(error.message))
    return 'not enough memory for this image';
  // What is VaezipError's own is one line, but for names in it that have several.
  return error instanceof VaezipError ? error.message : error.message.split('\n')[0];
}
