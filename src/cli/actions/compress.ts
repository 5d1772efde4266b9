// The work of the command `compress`: reads images, codes them, checks what was written, tells what it cost.
import { basename, parse } from 'node:path';
import { storedName } from '../../../container/names.ts';
import {
  type Compressed,
  compress,
  type Expected,
  type Report,
  reasonOf,
  store,
  verify,
} from '../../../library/index.ts';
import { readImage, type SourceImage } from '../../files/read-image.ts';
import { formatBits, formatBytes, formatShare } from '../../text/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Coding, encodingTask } from '../common/estimate.ts';
import { findInputs, IMAGE_NAME, readInput, STANDARD_STREAM } from '../common/inputs.ts';
import { knownModel, modelExists, shownModel } from '../common/models.ts';
import { OutputNames, printerBeside, writeOutput } from '../common/output-file.ts';

const FOLDER_REMEDY = '--recursive takes the images in it';

export interface CompressArguments {
  files: string[];
  output?: string | undefined;
  effort: number;
  model?: string | undefined;
  threads?: number | undefined;
  recursive: boolean;
  'skip-existing': boolean;
  force: boolean;
  verify: boolean;
  json: boolean;
  quiet: boolean;
}

/** An image to code. */
export interface CompressJob extends Job, Coding {
  readonly output: string;
  readonly verify: boolean;
}

/** What became of it, and what it must give back. */
export interface Coded extends Compressed {
  readonly expected: Expected;
}

export async function compressFiles(args: CompressArguments): Promise<void> {
  const { json, quiet } = args;
  const inputs = await findInputs(args.files, { recursive: args.recursive, wanted: IMAGE_NAME });
  const names = new OutputNames(args.output, inputs, args.force);
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const paths = inputs.map(({ path }) => path);
  const print = json ? jsonPrinter() : quiet ? async () => {} : rowPrinter(paths);
  await runBatch(
    paths,
    {
      plan: (input) => plan(input, names, args),
      code,
      commit: async (job, coded, turn) => print(job, await commit(job, coded, names, turn)),
    },
    { names, announced: !quiet, shown: !quiet && !json },
  );
}

/** What is to be done with an input; null where its result is there already and that is enough. */
export async function plan(
  input: string,
  names: OutputNames,
  args: CompressArguments,
): Promise<CompressJob | null> {
  const { effort, model, threads, verify } = args;
  const output = names.outputOf(input, (name) => `${parse(name).name}.vz`);
  if (args['skip-existing'] && names.isDone(input, output)) return null;
  const coding = { effort, model, threads };
  const phases = (mpx: number, speed: number) => Array<number>(verify ? 2 : 1).fill(mpx / speed);
  return { input, output, task: await encodingTask(input, coding, phases), ...coding, verify };
}

/** Reads the image and codes it. */
export async function code(
  { input, output, effort, model, threads }: CompressJob,
  { claim, progress }: Turn,
): Promise<Coded> {
  await claim();
  const bytes = await readInput(input, FOLDER_REMEDY);
  const source = await readImage(bytes);
  const { pixels, shape, metadata, form, keepReason } = source;
  const original = { bytes, name: keptName(input, output, source) };
  const name = imageName(input, output, source);
  const expected = { pixels: pixels ?? undefined, metadata, original: bytes };
  const coded =
    pixels && !keepReason
      ? await progress('encoding', 0, (onProgress) =>
          compress(pixels, { model, effort, original, metadata, name, form, threads, onProgress }),
        )
      : store(original, shape, keepReason ?? reasonOf('samples'));
  return { ...coded, expected };
}

/** What is stored of the name of a file that is kept. */
function keptName(input: string, output: string, { extension }: SourceImage): Uint8Array | null {
  if (input === STANDARD_STREAM || output === STANDARD_STREAM) return Buffer.from(`/.${extension}`);
  return storedName(nameBytes(input), nameBytes(output), '.png');
}

/** What is stored of the name of a file whose pixels are coded, unless it comes out in another format. */
function imageName(input: string, output: string, { metadata, form }: SourceImage): Uint8Array | null {
  if (input === STANDARD_STREAM || output === STANDARD_STREAM) return null;
  const name = form?.format === 'idx.gz' ? input.replace(/\.gz$/i, '') : input;
  if (form?.format === 'tiff' || form?.format === 'webp') return null;
  return storedName(nameBytes(name), nameBytes(output), metadata.kind === 'idx' ? '.idx' : '.png');
}

function nameBytes(path: string): Uint8Array {
  return Buffer.from(basename(path));
}

/** Writes the file under its name, once what the disk gives back is verified. */
export async function commit(
  { input, output, threads, ...job }: CompressJob,
  { file, report, expected }: Coded,
  names: OutputNames,
  { progress }: Turn,
): Promise<Report> {
  if (!job.verify) {
    await writeOutput(output, file, { input, names });
    return report;
  }
  let seconds = 0;
  const check = async (written: Uint8Array) => {
    seconds = await progress('verifying', 1, (onProgress) =>
      verify(written, expected, { threads, onProgress }),
    );
  };
  await writeOutput(output, file, { input, names, check });
  return { ...report, seconds: { ...report.seconds, verify: seconds }, verified: true };
}

function jsonPrinter() {
  return async ({ input, output }: CompressJob, report: Report) => {
    const efforts = report.model && ((await knownModel(report.model.id))?.efforts ?? null);
    const model = report.model && { ...report.model, efforts };
    printerBeside(output)(JSON.stringify({ input, output, ...report, model }));
  };
}

function rowPrinter(files: readonly string[]) {
  const columns = [
    nameColumn('file', files),
    figureColumn('before', 8),
    figureColumn('after', 8),
    figureColumn('after/before', 7),
    figureColumn('bits/dim'),
    figureColumn('-ELBO'),
    figureColumn('raw', 5),
    nameColumn('coded by', []),
  ];
  let titled = false;
  return async ({ input, output }: CompressJob, report: Report) => {
    const { inputBytes, outputBytes, bitsPerDim, model, reason } = report;
    const efforts = model && ((await knownModel(model.id))?.efforts ?? null);
    const print = printerBeside(output);
    if (!titled) print(titleLine(columns));
    titled = true;
    print(
      rowLine(columns, [
        input,
        formatBytes(inputBytes),
        formatBytes(outputBytes),
        formatShare(outputBytes / inputBytes),
        formatBits(bitsPerDim.file),
        formatBits(bitsPerDim.negElbo),
        bitsPerDim.baseline?.toFixed(1) ?? '-',
        model ? shownModel(model.name, efforts) : `kept as it is: ${reason}`,
      ]),
    );
  };
}
