// The work of the command `compress`: reads images, codes them, checks what was written, tells what it cost.
import { basename, dirname, extname, join } from 'node:path';
import { type Compressed, compress, type Expected, reasonOf, store, verify } from '../../../library/index.ts';
import { asPixels, readImage } from '../../files/read-image.ts';
import { isWholeRecipe } from '../../files/remake-file.ts';
import { formatBits, formatBytes, formatShare } from '../../text/format.ts';
import { figureColumn, nameColumn } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Entry, type Facts, NO_IMAGE } from '../common/entry.ts';
import { type Coding, encodingTask } from '../common/estimate.ts';
import { checkCompressed, headerAt } from '../common/existing-results.ts';
import { findInputs, type Input, isFolder, STANDARD_STREAM, statOf } from '../common/inputs.ts';
import { modelExists, modelOf, shownModel } from '../common/models.ts';
import { writeOutput } from '../common/output-file.ts';
import { OutputNames, type Owner, vzNames } from '../common/output-names.ts';
import { peekImage } from '../common/peek-image.ts';
import { type ReadInput, readInput } from '../common/read-input.ts';
import { removeInput } from '../common/remove-input.ts';
import { type Reporting, reporterOf } from '../common/reporter.ts';
import { ownerOf, storedNames } from '../common/stored-names.ts';

const PIXELS_ALONE = 'its pixels alone, as PNG';
const FOLDER_REMEDY = '--recursive takes the images in it';

export interface CompressArguments extends Reporting, Coding {
  files: string[];
  output?: string | undefined;
  threads?: number | undefined;
  'limit-pixels'?: number | undefined;
  'limit-memory'?: number | undefined;
  recursive: boolean;
  'skip-existing': boolean;
  force: boolean;
  verify: boolean;
  rm: boolean;
  pixels: boolean;
  preview: boolean;
}

/** An image to code. */
export interface CompressJob extends Job, Coding {
  readonly output: string;
  readonly verify: boolean;
  readonly limitPixels?: number | undefined;
  /** Whether the input goes once its result is there. */
  readonly removes: boolean;
  /** Whether pixels are coded of files that would be kept, too. */
  readonly pixels: boolean;
  readonly preview: boolean;
}

/** What became of it, and what it must give back. */
export interface Coded extends Compressed {
  readonly read: ReadInput;
  readonly expected: Expected;
  /** Whether decoding gives the input file's own bytes. */
  readonly identical: boolean;
}

export async function compressFiles(args: CompressArguments): Promise<void> {
  const found = await findInputs(args.files, args.recursive);
  const names = new OutputNames(found.inputs, { wanted: args.output, force: args.force });
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const report = reporterOf({ ...args, useStdout: names.useStdout }, found, { columns: COLUMNS, cells });
  const steps = {
    plan: (input: Input) => plan(input, names, args),
    code: (job: CompressJob, turn: Turn) => code(job, names, turn),
    commit: (job: CompressJob, coded: Coded, turn: Turn) => commit(job, coded, names, turn),
  };
  await runBatch(found, steps, { ...args, report });
}

/** What is to be done with an input. */
export async function plan(
  input: Input,
  names: OutputNames,
  { effort, model, verify, rm: removes, pixels, preview, ...args }: CompressArguments,
): Promise<CompressJob | Facts> {
  const { path } = input;
  const peeked = peekImage(path);
  if (input.folder !== null && peeked && !peeked.isImage) return { status: 'left out', reason: NO_IMAGE };
  const output = names.outputOf(input, vzNames(basename(path)), (output) => ownerAt(path, output, pixels));
  const shape = peeked?.shape ?? null;
  if (args['skip-existing'] && peeked && statOf(output)) {
    await checkCompressed({ input: path, stats: peeked.stats, shape, output, pixels });
    return { status: 'skipped', output };
  }
  const phases = (mpx: number, speed: number) => Array<number>(verify ? 2 : 1).fill(mpx / speed);
  const task = await encodingTask(shape, { effort, model }, phases);
  const inputBytes = peeked?.stats.size ?? null;
  const limitPixels = args['limit-pixels'];
  const wanted = { effort, model, verify, limitPixels, removes, pixels, preview };
  return { input: path, output, inputBytes, task, ...wanted };
}

/** Whose result there is; folders and images, whatever they are called, are not the input's. */
function ownerAt(input: string, output: string, pixels: boolean): Owner {
  if (isFolder(output)) return 'other';
  const header = headerAt(output);
  const names = pixels ? [input, asPngName(input)] : [input];
  if (header) {
    const owners = names.map((name) => ownerOf(name, output, header));
    return owners.includes('this') ? 'this' : owners[0];
  }
  try {
    return peekImage(output)?.isImage ? 'other' : 'unknown';
  } catch {
    return 'unknown'; // it cannot be read
  }
}

/** Reads the image and codes it. */
export async function code(
  { input, output, effort, model, limitPixels, ...job }: CompressJob,
  outputs: OutputNames,
  { progress, threads, memory: limitMemory, spareMemory }: Turn,
): Promise<Coded> {
  outputs.claim(input, output);
  const read = await readInput(input, FOLDER_REMEDY);
  const { bytes } = read;
  const image = await readImage(bytes, { limitPixels });
  const source = job.pixels ? await asPixels(image, bytes) : image;
  const isPng = source !== image;
  const { pixels, shape, metadata, form, recipe, keepReason } = source;
  const names = storedNames(isPng ? asPngName(input) : input, output, source);
  const original = { bytes, name: names.kept };
  const described = { name: names.image, form, recipe, metadata };
  const expected = { pixels: pixels ?? undefined, metadata, recipe, original: bytes };
  const coded =
    pixels && !keepReason
      ? await progress('encoding', 0, (onProgress) =>
          compress(pixels, {
            model,
            effort,
            original,
            keepModel: isPng,
            preview: job.preview,
            ...described,
            threads,
            limitMemory,
            spareMemory,
            onProgress,
          }),
        )
      : store(original, shape, keepReason ?? reasonOf('samples'));
  const identical = coded.report.kind === 'kept' || isWholeRecipe(form?.format ?? null, recipe);
  const isAnew = coded.report.kind === 'image' && form?.format === 'tiff' && !identical;
  const told = isAnew ? ['packed anew'] : coded.report.changes;
  const changes = isPng && coded.report.kind === 'image' ? [PIXELS_ALONE] : told;
  return { ...coded, report: { ...coded.report, changes }, read, expected, identical };
}

/** The name under which pixels come back that came from no PNG file. */
function asPngName(input: string): string {
  if (input === STANDARD_STREAM) return input;
  return join(dirname(input), `${basename(input, extname(input))}.png`);
}

/** Writes the file under its name, once what the disk gives back is verified. */
export async function commit(
  { input, output, removes, ...job }: CompressJob,
  { file, report, read, expected, identical }: Coded,
  names: OutputNames,
  { progress, threads, memory: limitMemory, spareMemory }: Turn,
): Promise<Facts> {
  let seconds: number | null = null;
  const check = async (written: Uint8Array) => {
    seconds = await progress('verifying', 1, (onProgress) =>
      verify(written, expected, { threads, limitMemory, spareMemory, onProgress }),
    );
  };
  const { stats } = read;
  await writeOutput(output, file, {
    ...{ input, stats, names, lasting: removes },
    ...(job.verify ? { check } : {}),
  });
  if (removes && stats) await removeInput(input, stats, output);
  const { model, kind, ...facts } = report;
  return {
    ...facts,
    status: kind === 'kept' ? 'kept' : 'done',
    kind,
    model: await modelOf(model),
    seconds: { encode: report.seconds.encode, decode: null, verify: seconds },
    verified: job.verify,
    identical,
  };
}

const COLUMNS = [
  figureColumn('before', 8),
  figureColumn('after', 8),
  figureColumn('after/before', 7),
  figureColumn('bits/dim'),
  figureColumn('-ELBO'),
  figureColumn('raw', 5),
  nameColumn('coded by', []),
];

function cells({
  inputBytes,
  outputBytes,
  bitsPerDim,
  model,
  kind,
  reason,
  changes,
}: Entry): string[] | null {
  if (inputBytes === null || outputBytes === null) return null;
  const coder =
    kind === 'kept' ? `kept as it is: ${reason}` : shownModel(model?.name ?? '', model?.efforts ?? null);
  return [
    formatBytes(inputBytes),
    formatBytes(outputBytes),
    formatShare(outputBytes / inputBytes),
    formatBits(bitsPerDim?.file ?? null),
    formatBits(bitsPerDim?.negElbo ?? null),
    bitsPerDim?.baseline?.toFixed(1) ?? '-',
    changes.length > 0 ? `${coder}; ${changes.join(', ')}` : coder,
  ];
}
