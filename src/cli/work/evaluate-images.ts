// Codes images without writing files and sets what they cost beside -ELBO, raw samples, PNG and WebP.
// A model's coding counts even where compress would rather keep the input file: the model is what is measured.
import { type BitsPerDim, compress, type Report, store } from '../../../library/index.ts';
import { otherCodecs } from '../../files/other-codecs.ts';
import { readImage } from '../../files/read-image.ts';
import { formatBits } from '../../text/format.ts';
import { type Measurement, summarise } from '../../text/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import type { EvaluateArguments } from '../commands/evaluate.ts';
import { fail } from '../common/failures.ts';
import { findInputs, IMAGE_NAME } from '../common/inputs.ts';
import { OTHER_CODECS_MPX_PER_SECOND } from '../common/nominal-speed.ts';
import { readInput } from '../common/output-file.ts';
import { withProgress } from '../common/progress.ts';
import { encodingTasks } from '../common/tasks.ts';
import { Workload } from '../common/workload.ts';
import { extensionOf, modelExists } from './compress-files.ts';

export async function evaluateImages(args: EvaluateArguments): Promise<void> {
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const inputs = await findInputs(args.paths, { recursive: true, wanted: IMAGE_NAME });
  const files = inputs.map(({ path }) => path);
  const workload = new Workload(files, await tasks(files, args));
  workload.announce();
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const columns = [
    nameColumn('image', [...files, 'mean']),
    ...['likelihood', 'KL', '-ELBO', 'net', 'file', 'raw', 'PNG', 'WebP'].map((title) => figureColumn(title)),
  ];
  if (!args.json && files.length > 0) print(titleLine(columns));
  const measurements: Measurement[] = [];
  await workload.forEach(async (input) => {
    const { report, measurement } = await evaluate(input, workload, args);
    measurements.push(measurement);
    const { bitsPerDim } = measurement;
    if (args.json) print(JSON.stringify({ input, output: null, ...report, bitsPerDim }));
    else print(rowLine(columns, [input, ...cells(bitsPerDim), ...(report.reason ? [report.reason] : [])]));
  });
  if (measurements.length === 0) {
    if (process.exitCode === undefined) fail(new Error('no images'));
    return;
  }
  const summary = summarise(measurements);
  if (args.json) print(JSON.stringify({ summary }));
  else print(rowLine(columns, ['mean', ...cells(summary.bitsPerDim)]));
}

async function evaluate(
  input: string,
  workload: Workload,
  args: EvaluateArguments,
): Promise<{ report: Report; measurement: Measurement }> {
  const bytes = await readInput(input, '');
  const source = await readImage(bytes);
  const { shape, metadata, keepReason } = source;
  // Of an animation the samples are those of one page: nothing to set beside the file's size.
  const pixels = source.pixels?.images === shape.images ? source.pixels : null;
  const original = { bytes, extension: extensionOf(input, source) };
  const { report } = pixels
    ? await withProgress({ input, name: 'coding', index: 0, workload }, args.json, (onProgress) =>
        compress(pixels, {
          model: args.model,
          effort: args.effort,
          keepModel: true,
          original,
          metadata,
          threads: args.threads,
          onProgress,
          verify: args.verify,
        }),
      )
    : store(original, shape, keepReason ?? 'its samples are of no kind coded here');
  const others = pixels
    ? await withProgress({ input, name: 'PNG and WebP', index: 1, workload }, args.json, (onProgress) =>
        otherCodecs(pixels, onProgress),
      )
    : { png: null, webp: null };
  const perDim = (size: number | null) => size && (size * 8) / report.dims;
  const bitsPerDim = { ...report.bitsPerDim, png: perDim(others.png), webp: perDim(others.webp) };
  return { report, measurement: { images: report.images, dims: report.dims, bitsPerDim } };
}

function tasks(files: readonly string[], { effort, model, threads, verify }: EvaluateArguments) {
  const phases = (mpx: number, speed: number) => [
    ((verify ? 2 : 1) * mpx) / speed,
    mpx / OTHER_CODECS_MPX_PER_SECOND,
  ];
  return encodingTasks(files, { effort, model, threads, phases });
}

function cells(bits: BitsPerDim & { png: number | null; webp: number | null }): string[] {
  const { likelihood, kl, negElbo, net, file, baseline, png, webp } = bits;
  return [likelihood, kl, negElbo, net, file, baseline, png, webp].map(formatBits);
}
