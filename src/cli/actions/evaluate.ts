// The work of the command `evaluate`: codes images without writing files and sets what they cost
// beside -ELBO, raw samples, PNG and WebP. A model's coding counts even where compress would rather
// keep the input file: the model is what is measured.
import { type BitsPerDim, compress, type Report, reasonOf, store } from '../../../library/index.ts';
import { otherCodecs } from '../../files/other-codecs.ts';
import { readImage } from '../../files/read-image.ts';
import { formatBits } from '../../text/format.ts';
import { type Measurement, summarise } from '../../text/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Coding, encodingTask, OTHER_CODECS_MPX_PER_SECOND } from '../common/estimate.ts';
import { fail } from '../common/failures.ts';
import { findInputs, IMAGE_NAME, readInput } from '../common/inputs.ts';
import { modelExists } from '../common/models.ts';

export interface EvaluateArguments {
  paths: string[];
  effort: number;
  model?: string | undefined;
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
  const inputs = await findInputs(args.paths, { recursive: true, wanted: IMAGE_NAME });
  const files = inputs.map(({ path }) => path);
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const columns = [
    nameColumn('image', [...files, 'mean']),
    ...['likelihood', 'KL', '-ELBO', 'net', 'file', 'raw', 'PNG', 'WebP'].map((title) => figureColumn(title)),
  ];
  if (!args.json && files.length > 0) print(titleLine(columns));
  const measurements: Measurement[] = [];
  const commit = async ({ input }: EvaluateJob, { report, measurement }: Evaluated) => {
    measurements.push(measurement);
    const { bitsPerDim } = measurement;
    if (args.json) print(JSON.stringify({ input, output: null, ...report, bitsPerDim }));
    else print(rowLine(columns, [input, ...cells(bitsPerDim), ...(report.reason ? [report.reason] : [])]));
  };
  const steps = { plan: (input: string) => plan(input, args), code, commit };
  await runBatch(files, steps, { announced: true, shown: !args.json });
  if (measurements.length === 0) {
    if (process.exitCode === undefined) fail(new Error('no images'));
    return;
  }
  const summary = summarise(measurements);
  if (args.json) print(JSON.stringify({ summary }));
  else print(rowLine(columns, ['mean', ...cells(summary.bitsPerDim)]));
}

async function plan(
  input: string,
  { effort, model, threads, verify }: EvaluateArguments,
): Promise<EvaluateJob> {
  const coding = { effort, model, threads };
  const phases = (mpx: number, speed: number) => [
    ((verify ? 2 : 1) * mpx) / speed,
    mpx / OTHER_CODECS_MPX_PER_SECOND,
  ];
  return { input, output: null, task: await encodingTask(input, coding, phases), ...coding, verify };
}

async function code(job: EvaluateJob, { progress }: Turn): Promise<Evaluated> {
  const { input, effort, model, threads, verify } = job;
  const bytes = await readInput(input, '');
  const source = await readImage(bytes);
  const { shape, metadata, keepReason } = source;
  // Of an animation the samples are those of one page: nothing to set beside the file's size.
  const pixels = source.pixels?.images === shape.images ? source.pixels : null;
  const original = { bytes };
  const coding = { effort, model, threads, verify, original, metadata, keepModel: true };
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
