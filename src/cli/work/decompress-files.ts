// Reads .vz files and writes what they hold: PNG, idx, or the stored file.
import { MAX_HEADER_BYTES, peekHeader } from '../../../container/container.ts';
import {
  decompress,
  extract,
  type Inspection,
  inspect,
  isContainer,
  type MetadataKind,
  type Method,
} from '../../../library/index.ts';
import { writeIdx } from '../../files/idx.ts';
import { readStart } from '../../files/peek-shape.ts';
import { writePng } from '../../files/write-png.ts';
import { formatBytes } from '../../text/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import type { DecompressArguments } from '../commands/decompress.ts';
import { findInputs, VZ_NAME } from '../common/inputs.ts';
import { OutputNames, readInput, STANDARD_STREAM, writeOutput } from '../common/output-file.ts';
import { withProgress } from '../common/progress.ts';
import { inputsNotDone } from '../common/skip.ts';
import { decodingTasks } from '../common/tasks.ts';
import { Workload } from '../common/workload.ts';

const FOLDER_REMEDY = '--recursive takes the .vz files in it';

export async function decompressFiles(args: DecompressArguments): Promise<void> {
  const { json, quiet } = args;
  const inputs = await findInputs(args.files, { recursive: args.recursive, wanted: VZ_NAME });
  const names = new OutputNames(args.output, inputs, args.force);
  const files = await inputsNotDone(inputs, args, (input) => isDone(input, names));
  const workload = new Workload(files, await decodingTasks(files, args.threads));
  if (!quiet) workload.announce();
  const columns = [
    nameColumn('file', files),
    figureColumn('before', 8),
    figureColumn('after', 8),
    nameColumn('output', []),
  ];
  let titled = false;
  await workload.forEach(async (input) => {
    const file = await readInput(input, FOLDER_REMEDY);
    const inspection = await inspect(file);
    const contents = { ...inspection, metadataKind: inspection.metadata.kind };
    const output = await names.choose(input, (name) => resultName(name, contents));
    const start = performance.now();
    const result = await withProgress(
      { input, name: 'decoding', index: 0, workload },
      quiet || json,
      (onProgress) => content(file, inspection, { threads: args.threads, onProgress }),
    );
    await writeOutput(output, result, { input, names });
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

/** Whether the result is there already. What is no .vz file is not done: reading it tells what is wrong. */
async function isDone(input: string, names: OutputNames): Promise<boolean> {
  if (input === STANDARD_STREAM) return false;
  const start = await readStart(input, MAX_HEADER_BYTES).catch(() => new Uint8Array(0));
  if (!isContainer(start)) return false;
  const { shape, ...header } = peekHeader(start);
  return names.isDone(input, (name) => resultName(name, { ...shape, ...header }));
}

/** What the file holds, as the bytes of a file. */
async function content(
  file: Uint8Array,
  inspection: Inspection,
  options: { threads?: number; onProgress?: (share: number) => void },
): Promise<Uint8Array> {
  if (inspection.method === 'stored') return (await extract(file)).bytes;
  const pixels = await decompress(file, options);
  return isIdx({ ...inspection, metadataKind: inspection.metadata.kind })
    ? writeIdx(pixels)
    : writePng(pixels, inspection.metadata);
}

/** What decides a result's name. */
interface Contents {
  readonly method: Method;
  readonly extension: string | null;
  readonly metadataKind: MetadataKind;
  readonly images: number;
}

/** The result's name: that of the .vz file with the extension of what it holds. */
function resultName(name: string, contents: Contents): string {
  const stem = name.replace(/\.vz$/i, '');
  if (contents.method === 'stored') {
    if (contents.extension) return `${stem}.${contents.extension}`;
    return stem === name ? `${name}.out` : stem;
  }
  // MNIST's files have no extension but end in what they are.
  if (isIdx(contents)) return /-ubyte$/.test(stem) && stem !== name ? stem : `${stem}.idx`;
  return `${stem}.png`;
}

/** Several images that came from elsewhere than an idx file go into one as well: PNG holds a single image. */
function isIdx({ metadataKind, images }: Contents): boolean {
  return metadataKind === 'idx' || images > 1;
}
