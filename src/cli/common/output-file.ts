// Where results go: their names, and how they are written so that a file with its final name is always whole.
import { existsSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { type Input, isFolder, STANDARD_STREAM } from './inputs.ts';
import { onInterrupt } from './interrupt.ts';

/** File systems that keep times in steps of up to two seconds (FAT) round them. */
const TIME_STEP_MS = 2000;

/** Chooses the names of a command's outputs and sees to it that no two inputs share one. */
export class OutputNames {
  private readonly wanted: string | undefined;
  private readonly isFolder: boolean;
  private readonly force: boolean;
  private readonly folders: ReadonlyMap<string, string | null>;
  private readonly taken = new Set<string>();

  /**
   * `wanted` is the option -o: a file for one input, a folder for several, in which results lie as the inputs do in
   * theirs; none puts results beside their inputs.
   * @throws VaezipError 'bad-argument' when it is a file and there are several inputs.
   */
  constructor(wanted: string | undefined, inputs: readonly Input[], force: boolean) {
    this.wanted = wanted;
    this.force = force;
    this.folders = new Map(inputs.map(({ path, folder }) => [path, folder]));
    const several = inputs.length > 1 || inputs.some(({ folder }) => folder !== null);
    this.isFolder =
      wanted !== undefined &&
      wanted !== STANDARD_STREAM &&
      (several || wanted.endsWith('/') || wanted.endsWith(sep) || isFolder(wanted));
    if (several && wanted === STANDARD_STREAM)
      throw new VaezipError('bad-argument', 'stdout takes one result: give one file');
    if (several && wanted !== undefined && existsSync(wanted) && !isFolder(wanted))
      throw new VaezipError('bad-argument', `-o ${wanted} is a file; several results need a folder`);
    if (this.isFolder && this.folders.has(STANDARD_STREAM))
      throw new VaezipError('bad-argument', 'the result of stdin needs a file name: -o FILE');
  }

  /** The output's path, or '-' for stdout; `rename` makes the result's name of the input's. Nothing is checked. */
  outputOf(input: string, rename: (name: string) => string): string {
    if (this.wanted === STANDARD_STREAM || (input === STANDARD_STREAM && this.wanted === undefined))
      return STANDARD_STREAM;
    if (this.wanted === undefined) return join(input, '..', rename(basename(input)));
    if (!this.isFolder) return this.wanted;
    return join(this.wanted, this.folders.get(input) ?? '', rename(basename(input)));
  }

  /**
   * Sees to it that an output may be worked on, and that its folder is there.
   * @throws VaezipError 'exists' for what is there already, or is the input itself or another input's output.
   */
  async claim(input: string, output: string): Promise<void> {
    if (output === STANDARD_STREAM) return;
    if (resolve(output) === resolve(input))
      throw new VaezipError('exists', 'the output would replace the input; name another with -o');
    if (this.taken.has(resolve(output)))
      throw new VaezipError(
        'exists',
        `${output} is already the result of another input; name another with -o`,
      );
    this.checkFree(output);
    if (this.isFolder) await mkdir(dirname(output), { recursive: true });
  }

  /**
   * Whether the result of an input is there already. Then it is noted as one of this run's.
   * @throws VaezipError 'exists' for a result that is older than the input, which must have changed since.
   */
  isDone(input: string, output: string): boolean {
    if (output === STANDARD_STREAM || input === STANDARD_STREAM) return false;
    const result = statSync(output, { throwIfNoEntry: false });
    const known = this.taken.has(resolve(output)) || resolve(output) === resolve(input);
    if (!result?.isFile() || known) return false;
    if (result.mtimeMs < statSync(input).mtimeMs - TIME_STEP_MS)
      throw new VaezipError(
        'exists',
        `${output} is older than it; -f instead of --skip-existing makes it anew`,
      );
    this.take(output);
    return true;
  }

  /** Throws VaezipError 'exists' unless the path may be written. */
  checkFree(path: string): void {
    if (isFolder(path)) throw new VaezipError('exists', `${path} is a folder`);
    if (!this.force && existsSync(path))
      throw new VaezipError('exists', `${path} exists already; -f overwrites it`);
  }

  /** Notes that the path holds a result of this run. */
  take(path: string): void {
    this.taken.add(resolve(path));
  }
}

export interface OutputOptions {
  readonly input: string;
  readonly names: OutputNames;
  readonly check?: (written: Uint8Array) => Promise<void>;
}

/**
 * Writes under another name, lets `check` see what the disk gives back, and renames: there is never a half-written
 * file of the final name, and an interrupt leaves nothing. The file gets the times of the input.
 */
export async function writeOutput(
  path: string,
  bytes: Uint8Array,
  { input, names, check }: OutputOptions,
): Promise<void> {
  if (path === STANDARD_STREAM) {
    await check?.(bytes);
    await writeToStdout(bytes);
    return;
  }
  const temporary = `${path}.${process.pid}.tmp`;
  const release = onInterrupt(() => rmSync(temporary, { force: true }));
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (check) await check(await readFile(temporary));
    if (input !== STANDARD_STREAM) await copyTimes(input, temporary);
    names.checkFree(path);
    await rename(temporary, path);
    names.take(path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  } finally {
    release();
  }
}

/** Prints lines on stdout, or on stderr where the output has stdout to itself. */
export function printerBeside(output: string): (line: string) => void {
  return (line) => (output === STANDARD_STREAM ? process.stderr : process.stdout).write(`${line}\n`);
}

function writeToStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(bytes, (error) => (error ? failed(error) : done()));
  });
}

/** Sorting by date goes on working; where the file system refuses, nothing is lost but that. */
async function copyTimes(from: string, to: string): Promise<void> {
  await stat(from)
    .then(({ atime, mtime }) => utimes(to, atime, mtime))
    .catch(() => {});
}
