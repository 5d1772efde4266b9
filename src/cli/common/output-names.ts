// Where results go: their names, chosen so that no two inputs share one, in one run and in several.
import { mkdirSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import { descriptorOf, isStdout } from './descriptors.ts';
import { type Input, isFolder, isSameFile, STANDARD_STREAM, statOf } from './inputs.ts';
import { bytesOfName, osPath } from './path-names.ts';
import { removeAbandoned } from './temporary-files.ts';

/** Bytes of a name that file systems take. */
const MAX_NAME_BYTES = 255;
/** What another process has open, perhaps a regular file. */
const OTHERS_DESCRIPTOR = /^\/proc\/[^/]+\/fd\/\d+$/;

/** Whose result a file is: of the input, of another one, or of none as far as can be seen. */
export type Owner = 'this' | 'other' | 'unknown';

export interface NameOptions {
  /**
   * The option -o: a file for one input, a folder for several, in which results lie as the inputs do in
   * theirs; none puts results beside their inputs.
   */
  readonly wanted: string | undefined;
  /** Whether what exists may be replaced. */
  readonly force: boolean;
}

/** The names of a command's outputs. */
export class OutputNames {
  /** Whether a result goes to stdout, which has no room for anything else then. */
  readonly useStdout: boolean;
  readonly #wanted: string | undefined;
  readonly #isFolder: boolean;
  readonly #force: boolean;
  /** Outputs of this run, those equal that are so on some file system; and the names of their inputs. */
  readonly #taken = new Map<string, string>();
  readonly #readied = new Set<string>();
  readonly #written = new Set<string>();

  /** Throws VaezipError 'bad-argument' when `wanted` is a file and there are several inputs. */
  constructor(inputs: readonly Input[], { wanted, force }: NameOptions) {
    this.#wanted = wanted !== undefined && isStdout(wanted) ? STANDARD_STREAM : wanted;
    this.#force = force;
    const hasStdin = inputs.some(({ path }) => path === STANDARD_STREAM);
    this.useStdout = this.#wanted === STANDARD_STREAM || (wanted === undefined && hasStdin);
    const several = inputs.length > 1 || inputs.some(({ folder }) => folder !== null);
    this.#isFolder =
      wanted !== undefined &&
      !this.useStdout &&
      (several || wanted.endsWith('/') || wanted.endsWith(sep) || isFolder(wanted));
    if (wanted === '') throw new VaezipError('bad-argument', '-o needs the name of a file or folder');
    if (several && this.#wanted === STANDARD_STREAM)
      throw new VaezipError('bad-argument', 'stdout takes one result: give one file');
    if (several && wanted !== undefined && statOf(wanted) && !isFolder(wanted))
      throw new VaezipError('bad-argument', `-o ${wanted} is a file; several results need a folder`);
    if (this.#isFolder && hasStdin)
      throw new VaezipError('bad-argument', 'the result of stdin needs a file name: -o FILE');
  }

  /**
   * The output's path, or '-' for stdout: the first of the names that no other input has, in this run or, as `ownerOf`
   * tells of a file that exists, in one before; without `ownerOf` there is one name to be had. An input of the same
   * name as another's, from another folder, has no name of its own: they could not both come back.
   * @throws VaezipError 'exists' for the output of another input.
   */
  outputOf({ path, folder }: Input, names: Iterable<string>, ownerOf?: (output: string) => Owner): string {
    if (this.#wanted === STANDARD_STREAM || (path === STANDARD_STREAM && this.#wanted === undefined))
      return STANDARD_STREAM;
    const input = basename(path);
    if (this.#wanted !== undefined && !this.#isFolder) return this.#taking(this.#wanted, input, resolve);
    const place = this.#wanted === undefined ? join(path, '..') : join(this.#wanted, folder ?? '');
    for (const name of names) {
      const output = join(place, name);
      // Where there is no other name to take, only the very same is taken.
      if (!ownerOf) return this.#taking(output, input, resolve);
      const taken = this.#taken.get(keyOf(output));
      if (taken === input || (taken === undefined && !(statOf(output) && ownerOf(output) === 'other')))
        return this.#taking(output, input, keyOf);
    }
    throw new VaezipError('exists', `all names in ${place} that could be its result's are taken`);
  }

  #taking(output: string, input: string, key: (path: string) => string): string {
    if (this.#taken.has(key(output)))
      throw new VaezipError(
        'exists',
        `${output} is already the result of another input; name another with -o`,
      );
    this.#taken.set(key(output), input);
    return output;
  }

  /**
   * Sees to it that an output may be worked on, and that its folder is there.
   * @throws VaezipError 'exists' for what is there already, or is the input itself.
   */
  claim(input: string, output: string): void {
    if (output === STANDARD_STREAM) return;
    this.checkFree(input, output);
    const folder = dirname(output);
    if (this.#readied.has(folder)) return;
    if (this.#isFolder) mkdirSync(osPath(folder), { recursive: true });
    removeAbandoned(folder);
    this.#readied.add(folder);
  }

  /** Throws VaezipError 'exists' unless the path may be written. */
  checkFree(input: string, path: string): void {
    const stats = statOf(path);
    if (!stats) return;
    if (stats.isDirectory()) throw new VaezipError('exists', `${path} is a folder`);
    if (isSameFile(input, path))
      throw new VaezipError('exists', 'the output would replace the input; name another with -o');
    if (this.#written.has(fileOf(stats)))
      throw new VaezipError('exists', `${path} is already the result of another input; name another with -o`);
    if (this.replaces || (isWrittenInto(path) && !stats.isBlockDevice())) return;
    throw new VaezipError('exists', `${path} exists already; -f overwrites it`);
  }

  /** Notes that a path holds a result of this run, under whatever name another input may mean it. */
  noteWritten(path: string): void {
    const stats = statOf(path);
    if (stats) this.#written.add(fileOf(stats));
  }

  /** Whether what exists may be replaced. */
  get replaces(): boolean {
    return this.#force;
  }
}

/** Whether a path is no regular file, such as a device or a pipe: what is written there replaces nothing. */
export function isWrittenInto(path: string): boolean {
  const stats = statOf(path);
  const isOpen = () => descriptorOf(path) !== null || OTHERS_DESCRIPTOR.test(resolve(path));
  return stats !== null && !stats.isDirectory() && (!stats.isFile() || isOpen());
}

/** Names of the .vz file of an input, in the order of preference. */
export function vzNames(name: string): Generator<string> {
  return resultNames(name, '.vz');
}

/**
 * Names of an input's result with the ending of its kind, in the order of preference: as of .vz files STEM.vz,
 * NAME.EXT.vz, and where that is too long or taken by a name that differs in case alone, one with a number.
 */
export function* resultNames(name: string, ending: string): Generator<string> {
  const stem = name.replace(/(?!^)\.[^.]*$/, '');
  for (const start of stem === name ? [stem] : [stem, name])
    if (bytesOfName(start + ending).length <= MAX_NAME_BYTES) yield start + ending;
  for (let number = 2; number < 100; number++) {
    const end = `.${number}${ending}`;
    yield shortened(name, MAX_NAME_BYTES - end.length) + end;
  }
}

/** The first characters of a name, so many bytes of them at most. */
function shortened(name: string, bytes: number): string {
  let start = '';
  let length = 0;
  for (const character of name) {
    length += bytesOfName(character).length;
    if (length > bytes) break;
    start += character;
  }
  return start;
}

function fileOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Names that are one on file systems without case, or that compose accents, have one key. */
function keyOf(path: string): string {
  return resolve(path).normalize('NFC').toLowerCase();
}
