// Options that several commands share, and their checks.
import { DEFAULT_EFFORT, HIGHEST_EFFORT, LOWEST_EFFORT } from '../../../models/catalogue.ts';
import { isStdin, isStdout } from './descriptors.ts';
import { quantityOf, regionOf } from './quantities.ts';
import { checkBinaryStdout } from './stdout.ts';

/** For yargs: what a command works on. */
export const inputs = (describe: string) =>
  ({
    type: 'string',
    array: true,
    demandOption: true,
    // the help would tell of an empty list otherwise
    default: undefined,
    describe,
  }) as const;

/** For yargs: where results go. */
export const OUTPUT = {
  alias: 'o',
  type: 'string',
  requiresArg: true,
  describe: 'file or folder; - is stdout',
} as const;

/** For yargs: folders as inputs; `what` names the files that are taken of them. */
export const recursive = (what: string) =>
  ({
    alias: 'r',
    type: 'boolean',
    default: false,
    describe: `take the ${what} in folders, and keep the folders under -o`,
  }) as const;

/** For yargs: what is done is not done again. */
export const SKIP_EXISTING = {
  type: 'boolean',
  default: false,
  describe: 'skip files whose results are there, whole and theirs: goes on after an interruption',
} as const;

/** For yargs: what exists may be replaced. */
export const FORCE = {
  alias: 'f',
  type: 'boolean',
  default: false,
  describe: 'overwrite what exists',
} as const;

/** For yargs: inputs go. */
export const REMOVE = {
  type: 'boolean',
  default: false,
  describe: 'remove each input once its result is verified and on the disk',
} as const;

/** For yargs: pixels of what is kept as a rule. */
export const PIXELS = {
  type: 'boolean',
  default: false,
  describe: 'code the pixels of JPEG and other lossy files, too: they come back as PNG, and take more',
} as const;

/** For yargs: nothing is written. */
export const DRY_RUN = {
  type: 'boolean',
  default: false,
  describe: 'tell sizes and times, write nothing',
} as const;

/** For yargs: what is left of damaged files. */
export const SALVAGE = {
  type: 'boolean',
  default: false,
  describe: 'of damaged files write what is left, the rest in grey',
} as const;

/** For yargs: a part of the image. */
export const REGION = {
  type: 'string',
  requiresArg: true,
  coerce: regionOf,
  describe: 'write x,y,width,height of it alone; of a large photo that is faster',
} as const;

/** For yargs: pixels of one file. */
export const limitPixels = (beyond: string) =>
  ({
    type: 'string',
    requiresArg: true,
    coerce: quantityOf('limit-pixels'),
    describe: `${beyond}, such as 24M`,
  }) as const;

/** For yargs: memory of all files at once. */
export const LIMIT_MEMORY = {
  type: 'string',
  requiresArg: true,
  coerce: quantityOf('limit-memory'),
  describe: 'memory to take at most, such as 2G  [default: what is free]',
} as const;

/** For yargs: threads to compute on. */
export const THREADS = {
  type: 'number',
  requiresArg: true,
  describe: 'threads to compute on  [default: as many as cores]',
} as const;

/** For yargs: time against size. */
export const EFFORT = {
  type: 'number',
  requiresArg: true,
  default: DEFAULT_EFFORT,
  describe: `time for size: from ${LOWEST_EFFORT}, fast, to ${HIGHEST_EFFORT}, small`,
} as const;

/** For yargs' check: true, or throws with what is wrong. */
export function checkThreads({ threads }: { threads?: number | undefined }): true {
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw new Error('--threads must be a whole number of at least 1');
  return true;
}

/** For yargs' check: true, or throws with what is wrong. */
export function checkEffortOption({ effort }: { effort: number }): true {
  if (!(Number.isInteger(effort) && effort >= LOWEST_EFFORT && effort <= HIGHEST_EFFORT))
    throw new Error(`--effort must be a whole number from ${LOWEST_EFFORT} to ${HIGHEST_EFFORT}`);
  return true;
}

/** For yargs' check: true, or throws with what is wrong, such as a result that would go to a terminal. */
export function checkOutput({
  output,
  files,
}: {
  output?: string | undefined;
  files: readonly string[];
}): true {
  if (output === '') throw new Error('--output is empty: it takes a file or folder');
  if (output === undefined ? files.some(isStdin) : isStdout(output)) checkBinaryStdout();
  return true;
}

/** For yargs' check: true, or throws with what is wrong. */
export function checkRemove(args: {
  rm: boolean;
  verify?: boolean | undefined;
  pixels?: boolean | undefined;
  output?: string | undefined;
}): true {
  if (args.rm && args.verify === false) throw new Error('--rm needs results that are verified');
  if (args.rm && args.pixels) throw new Error('--rm and --pixels exclude each other');
  if (args.rm && args.output !== undefined && isStdout(args.output))
    throw new Error('--rm needs results in files');
  return true;
}

/** For yargs' check: true, or throws with what is wrong. */
export function checkRegion(args: {
  region?: unknown;
  rm: boolean;
  salvage: boolean;
  'skip-existing': boolean;
}): true {
  const other = (['rm', 'salvage', 'skip-existing'] as const).find((name) => args[name]);
  if (args.region !== undefined && other) throw new Error(`--region and --${other} exclude each other`);
  return true;
}

/** For yargs' check: true, or throws with what is wrong. */
export function checkExisting(args: { force: boolean; 'skip-existing': boolean }): true {
  if (args.force && args['skip-existing']) throw new Error('--force and --skip-existing exclude each other');
  return true;
}
