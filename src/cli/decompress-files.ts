// Reads .vz files and writes what they hold: PNG, idx, or the stored file.
import { decompress, extract, type Inspection, inspect } from '../../codec/index.ts';
import { writeIdx } from '../image/idx.ts';
import { writePng } from '../image/write-png.ts';
import { formatBytes } from '../report/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../report/table.ts';
import type { DecompressArguments } from './decompress.ts';
import { forEachName } from './failures.ts';
import { OutputNames, readInput, STANDARD_STREAM, writeOutput } from './output-file.ts';
import { withProgress } from './progress.ts';

const FOLDER_REMEDY = 'decompress takes files: name them, as in FOLDER/*.vz';

export async function decompressFiles(args: DecompressArguments): Promise<void> {
  const { files, json, quiet } = args;
  const names = new OutputNames(args.output, files, args.force);
  const columns = [
    nameColumn('file', files),
    figureColumn('before', 8),
    figureColumn('after', 8),
    nameColumn('output', []),
  ];
  let titled = false;
  await forEachName(files, async (input) => {
    const file = await readInput(input, FOLDER_REMEDY);
    const inspection = await inspect(file);
    const output = await names.choose(input, (name) => resultName(name, inspection));
    const start = performance.now();
    const result = await withProgress(`${input}: decoding`, quiet || json, (onProgress) =>
      content(file, inspection, { threads: args.threads, onProgress }),
    );
    await writeOutput(output, result, names);
    const decode = (performance.now() - start) / 1000;
    const print = (line: string) =>
      (output === STANDARD_STREAM ? process.stderr : process.stdout).write(`${line}\n`);
    if (json) {
      const { width, height, images, channels, bitDepth, dims, method, modelId } = inspection;
      const sizes = { inputBytes: file.length, outputBytes: result.length };
      const shape = { width, height, images, channels, bitDepth, dims };
      print(JSON.stringify({ input, output, ...sizes, ...shape, method, modelId, seconds: { decode } }));
    } else if (!quiet) {
      if (!titled) print(titleLine(columns));
      titled = true;
      print(rowLine(columns, [input, formatBytes(file.length), formatBytes(result.length), output]));
    }
  });
}

/** What the file holds, as the bytes of a file. */
async function content(
  file: Uint8Array,
  inspection: Inspection,
  options: { threads?: number; onProgress?: (share: number) => void },
): Promise<Uint8Array> {
  if (inspection.method === 'stored') return (await extract(file)).bytes;
  const pixels = await decompress(file, options);
  return isIdx(inspection) ? writeIdx(pixels) : writePng(pixels, inspection.metadata);
}

/** The result's name: that of the .vz file with the extension of what it holds. */
function resultName(name: string, inspection: Inspection): string {
  const stem = name.replace(/\.vz$/i, '');
  if (inspection.method === 'stored') {
    if (inspection.extension) return `${stem}.${inspection.extension}`;
    return stem === name ? `${name}.out` : stem;
  }
  // MNIST's files have no extension but end in what they are.
  if (isIdx(inspection)) return /-ubyte$/.test(stem) && stem !== name ? stem : `${stem}.idx`;
  return `${stem}.png`;
}

/** Several images that came from elsewhere than an idx file go into one as well: PNG holds a single image. */
function isIdx({ metadata, images }: Inspection): boolean {
  return metadata.kind === 'idx' || images > 1;
}
