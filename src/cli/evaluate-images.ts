// Codes images without writing files and sets what they cost beside -ELBO, raw samples, PNG and WebP.
// A model's coding counts even where compress would rather keep the input file: the model is what is measured.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BitsPerDim, compress, type Report, store } from '../../codec/index.ts';
import { otherCodecs } from '../image/other-codecs.ts';
import { readImage } from '../image/read-image.ts';
import { formatBits } from '../report/format.ts';
import { type Measurement, summarise } from '../report/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../report/table.ts';
import { extensionOf, modelExists } from './compress-files.ts';
import type { EvaluateArguments } from './evaluate.ts';
import { fail, forEachName } from './failures.ts';
import { readInput } from './output-file.ts';
import { withProgress } from './progress.ts';

/** Files that a folder is searched for. */
const IMAGE_NAME = /(\.(png|jpe?g|webp|tiff?|gif|avif|idx)|-idx3-ubyte(\.gz)?)$/i;

export async function evaluateImages(args: EvaluateArguments): Promise<void> {
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const files: string[] = [];
  await forEachName(args.paths, async (path) => {
    const found = await imagesIn(path);
    if (found.length === 0) throw new Error('no images in this folder');
    files.push(...found);
  });
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const columns = [
    nameColumn('image', [...files, 'mean']),
    ...['likelihood', 'KL', '-ELBO', 'net', 'file', 'raw', 'PNG', 'WebP'].map((title) => figureColumn(title)),
  ];
  if (!args.json && files.length > 0) print(titleLine(columns));
  const measurements: Measurement[] = [];
  await forEachName(files, async (input) => {
    const { report, measurement } = await evaluate(input, args);
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
  args: EvaluateArguments,
): Promise<{ report: Report; measurement: Measurement }> {
  const bytes = await readInput(input, '');
  const source = await readImage(bytes);
  const { shape, metadata, keepReason } = source;
  // Of an animation the samples are those of one page: nothing to set beside the file's size.
  const pixels = source.pixels?.images === shape.images ? source.pixels : null;
  const original = { bytes, extension: extensionOf(input, source) };
  const { report } = pixels
    ? await withProgress(`${input}: coding`, args.json, (onProgress) =>
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
    ? await withProgress(`${input}: PNG and WebP`, args.json, (onProgress) => otherCodecs(pixels, onProgress))
    : { png: null, webp: null };
  const perDim = (size: number | null) => size && (size * 8) / report.dims;
  const bitsPerDim = { ...report.bitsPerDim, png: perDim(others.png), webp: perDim(others.webp) };
  return { report, measurement: { images: report.images, dims: report.dims, bitsPerDim } };
}

function cells(bits: BitsPerDim & { png: number | null; webp: number | null }): string[] {
  const { likelihood, kl, negElbo, net, file, baseline, png, webp } = bits;
  return [likelihood, kl, negElbo, net, file, baseline, png, webp].map(formatBits);
}

/** A file, or the images in a folder and the folders in it, sorted. */
async function imagesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const found = entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => {
      const child = join(path, entry.name);
      if (entry.isDirectory()) return imagesIn(child);
      return IMAGE_NAME.test(entry.name) ? [child] : [];
    });
  return (await Promise.all(found)).flat();
}
