// The work of the command `evaluate`: codes images without writing files and sets what they cost
// beside -ELBO, raw samples, PNG and WebP. A model's coding counts even where compress would rather
// keep the input file: the model is what is measured.
import { type BitsPerDim, compress, type Report, reasonOf, store } from '../../../library/index.ts';
import { readImage } from '../../files/read-image.ts';
import { otherCodecs } from '../../other-codecs/png-and-webp.ts';
import { formatBits } from '../../text/format.ts';
import { type Measurement, summarise } from '../../text/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Entry, type Facts, NO_IMAGE } from '../common/entry.ts';
import { type Coding, encodingTask, OTHER_CODECS_MPX_PER_SECOND } from '../common/estimate.ts';
import { fail } from '../common/failures.ts';
import { findInputs, type Input } from '../common/inputs.ts';
import { modelExists, modelOf } from '../common/models.ts';
import { peekImage } from '../common/peek-image.ts';
import { readInput } from '../common/read-input.ts';
import { print } from '../common/stdout.ts';

export interface EvaluateArguments extends Coding {
  paths: string[];
  threads?: number | undefined;
  verify: boolean;
  json: boolean;
}

/** An image to measure. */
interface EvaluateJob extends Job, Coding {
  readonly verify: boolean;
}

interface Evaluated {
  readonly report: Report;
  readonly measurement: Measurement;
}

export async function evaluateImages(args: EvaluateArguments): Promise<void> {
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const found = await findInputs(args.paths, true);
  const table = [
    nameColumn('image', [...found.inputs.map(({ path }) => path), 'mean']),
    ...['likelihood', 'KL', '-ELBO', 'net', 'file', 'raw', 'PNG', 'WebP'].map((title) => figureColumn(title)),
  ];
  const measurements = new Map<string, Measurement>();
  const commit = async ({ input }: EvaluateJob, { report, measurement }: Evaluated): Promise<Facts> => {
    measurements.set(input, measurement);
    const { model, seconds, ...facts } = report;
    return { ...facts, status: 'done', model: await modelOf(model), seconds: { ...seconds, decode: null } };
  };
  const report = (entry: Entry) => {
    const measurement = measurements.get(entry.input);
    const bitsPerDim = measurement?.bitsPerDim ?? null;
    if (args.json) print(`${JSON.stringify({ ...entry, bitsPerDim })}\n`);
    else if (bitsPerDim) {
      if (measurements.size === 1) print(`${titleLine(table)}\n`);
      print(
        `${rowLine(table, [entry.input, ...cells(bitsPerDim), ...(entry.reason ? [entry.reason] : [])])}\n`,
      );
    }
  };
  const steps = { plan: (input: Input) => plan(input, args), code, commit };
  await runBatch(found, steps, { ...args, quiet: false, report });
  if (measurements.size === 0) {
    if (process.exitCode === undefined) fail(new Error('no images'));
    return;
  }
  const summary = summarise([...measurements.values()]);
  if (args.json) print(`${JSON.stringify({ summary })}\n`);
  else print(`${rowLine(table, ['mean', ...cells(summary.bitsPerDim)])}\n`);
}

async function plan(
  { path, folder }: Input,
  { effort, model, verify }: EvaluateArguments,
): Promise<EvaluateJob | Facts> {
  const peeked = peekImage(path);
  if (folder !== null && peeked && !peeked.isImage) return { status: 'left out', reason: NO_IMAGE };
  const phases = (mpx: number, speed: number) => [
    ((verify ? 2 : 1) * mpx) / speed,
    mpx / OTHER_CODECS_MPX_PER_SECOND,
  ];
  const task = await encodingTask(peeked?.shape ?? null, { effort, model }, phases);
  return { input: path, output: null, inputBytes: peeked?.stats.size ?? null, task, effort, model, verify };
}

async function code(job: EvaluateJob, { progress, threads, spareMemory }: Turn): Promise<Evaluated> {
  const { input, effort, model, verify } = job;
  const { bytes } = await readInput(input, '');
  const source = await readImage(bytes, { decodeKept: true });
  const { shape, metadata, form, recipe, keepReason } = source;
  // Of an animation the samples are those of one page: nothing to set beside the file's size.
  const pixels = source.pixels?.images === shape.images ? source.pixels : null;
  const original = { bytes };
  const coding = {
    effort,
    model,
    threads,
    spareMemory,
    verify,
    original,
    form,
    recipe,
    metadata,
    keepModel: true,
  };
  const { report } = pixels
    ? await progress('coding', 0, (onProgress) => compress(pixels, { ...coding, onProgress }))
    : store(original, shape, keepReason ?? reasonOf('samples'));
  const others = pixels
    ? await progress('PNG and WebP', 1, (onProgress) => otherCodecs(pixels, onProgress))
    : { png: null, webp: null };
  const perDim = (size: number | null) => size && (size * 8) / report.dims;
  const bitsPerDim = { ...report.bitsPerDim, png: perDim(others.png), webp: perDim(others.webp) };
  return { report, measurement: { images: report.images, dims: report.dims, bitsPerDim } };
}

function cells(bits: BitsPerDim & { png: number | null; webp: number | null }): string[] {
  const { likelihood, kl, negElbo, net, file, baseline, png, webp } = bits;
  return [likelihood, kl, negElbo, net, file, baseline, png, webp].map(formatBits);
}
