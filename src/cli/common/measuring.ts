// What the commands have in common that code images to draw where their bits go. As in evaluate, the model's coding
// counts even where compress would rather keep the input file.
import { basename } from 'node:path';
import { codeLengths, type MeasuredImage, type Pixels, VaezipError } from '../../../library/index.ts';
import { readImage, type SourceImage } from '../../files/read-image.ts';
import { formatBits } from '../../text/format.ts';
import { figureColumn, nameColumn } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from './batch.ts';
import type { Entry, Facts } from './entry.ts';
import { type Coding, encodingTask } from './estimate.ts';
import { findInputs, type Input } from './inputs.ts';
import { modelExists, modelOf, shownModel } from './models.ts';
import { writeOutput } from './output-file.ts';
import { OutputNames, resultNames } from './output-names.ts';
import { peekImage } from './peek-image.ts';
import { type ReadInput, readInput } from './read-input.ts';
import { type Reporting, reporterOf } from './reporter.ts';

export interface MeasureArguments extends Reporting, Coding {
  files: string[];
  output?: string | undefined;
  threads?: number | undefined;
  'limit-memory'?: number | undefined;
  force: boolean;
}

/** An image of which is known where its bits go. */
export interface Subject {
  /** Its path. */
  readonly input: string;
  /** Of its file. */
  readonly bytes: Uint8Array;
  readonly source: SourceImage;
  readonly pixels: Pixels;
  readonly measured: MeasuredImage;
}

export interface Drawing {
  /** What follows the stem in the results' names. */
  readonly ending: string;
  /** Mpx/s that are drawn on a usual machine. */
  readonly speed: number;
  /** A file. */
  draw(subject: Subject, onProgress?: (share: number) => void): Promise<Uint8Array>;
}

interface MeasureJob extends Job, Coding {
  readonly output: string;
}

interface Drawn {
  readonly read: ReadInput;
  readonly measured: MeasuredImage;
  readonly result: Uint8Array;
}

/** Measures each image and writes what is drawn of it. */
export async function measureFiles(args: MeasureArguments, drawing: Drawing): Promise<void> {
  const found = await findInputs(args.files, false);
  const names = new OutputNames(found.inputs, { wanted: args.output, force: args.force });
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const report = reporterOf({ ...args, useStdout: names.useStdout }, found, { columns: COLUMNS, cells });
  const steps = {
    plan: (input: Input) => plan(input, args, names, drawing),
    code: (job: MeasureJob, turn: Turn) => code(job, turn, names, drawing),
    commit: (job: MeasureJob, drawn: Drawn) => commit(job, drawn, names),
  };
  await runBatch(found, steps, { ...args, report });
}

async function plan(
  input: Input,
  { effort, model }: MeasureArguments,
  names: OutputNames,
  { ending, speed }: Drawing,
): Promise<MeasureJob> {
  const { path } = input;
  const peeked = peekImage(path);
  const output = names.outputOf(input, resultNames(basename(path), ending), () => 'unknown');
  const phases = (mpx: number, mpxPerSecond: number) => [mpx / mpxPerSecond, mpx / speed];
  const task = await encodingTask(peeked?.shape ?? null, { effort, model }, phases, 'measure');
  return { input: path, output, inputBytes: peeked?.stats.size ?? null, task, effort, model };
}

async function code(
  { input, output, effort, model }: MeasureJob,
  { progress, threads, memory: limitMemory, spareMemory }: Turn,
  names: OutputNames,
  drawing: Drawing,
): Promise<Drawn> {
  names.claim(input, output);
  const read = await readInput(input, 'name the images in it');
  const { bytes } = read;
  const source = await readImage(bytes, { decodeKept: true });
  const { metadata, form, recipe } = source;
  const pixels = onePicture(source);
  const options = {
    effort,
    model,
    threads,
    limitMemory,
    spareMemory,
    original: { bytes },
    metadata,
    form,
    recipe,
  };
  const measured = await progress('coding', 0, (onProgress) =>
    codeLengths(pixels, { ...options, onProgress }),
  );
  const subject = { input, bytes, source, pixels, measured };
  const result = await progress('drawing', 1, (onProgress) => drawing.draw(subject, onProgress));
  return { read, measured, result };
}

/** Throws VaezipError 'bad-input' where there are no pixels, or those of several images. */
function onePicture({ pixels, shape, keepReason }: SourceImage): Pixels {
  const { images } = pixels ?? shape;
  if (images > 1) throw new VaezipError('bad-input', `it holds ${images} images: this draws one`);
  if (!pixels)
    throw new VaezipError('bad-input', `no pixels to measure: ${keepReason?.text ?? 'none are read'}`);
  return pixels;
}

async function commit(
  { input, output }: MeasureJob,
  { read, measured, result }: Drawn,
  names: OutputNames,
): Promise<Facts> {
  await writeOutput(output, result, { input, stats: read.stats, names });
  // The bytes are those of the .vz file, which is not what was written.
  const { model, seconds, outputBytes: _, ...facts } = measured.report;
  return { ...facts, status: 'done', model: await modelOf(model), seconds: { ...seconds, decode: null } };
}

const COLUMNS = [
  figureColumn('bits/dim'),
  figureColumn('-ELBO'),
  figureColumn('net'),
  nameColumn('coded by', []),
];

function cells({ bitsPerDim, model }: Entry): string[] | null {
  if (!bitsPerDim) return null;
  const { file, negElbo, net } = bitsPerDim;
  return [...[file, negElbo, net].map(formatBits), shownModel(model?.name ?? '', model?.efforts ?? null)];
}
