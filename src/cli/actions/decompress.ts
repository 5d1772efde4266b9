// The work of the command `decompress`: reads .vz files and writes what they hold: PNG, idx, or the kept file.
import {
  type Header,
  type ImageContainer,
  MAX_HEADER_BYTES,
  peekHeader,
  readContainer,
} from '../../../container/container.ts';
import { restoredName } from '../../../container/names.ts';
import { type Inspection, inspectionOf, originalIn, pixelsIn } from '../../../library/contents.ts';
import { writeIdx } from '../../files/idx.ts';
import { readStart } from '../../files/peek-shape.ts';
import { writePng } from '../../files/write-png.ts';
import { formatBytes } from '../../text/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { decodingTask } from '../common/estimate.ts';
import { findInputs, readInput, STANDARD_STREAM, VZ_NAME } from '../common/inputs.ts';
import { OutputNames, printerBeside, writeOutput } from '../common/output-file.ts';

const FOLDER_REMEDY = '--recursive takes the .vz files in it';

export interface DecompressArguments {
  files: string[];
  output?: string | undefined;
  threads?: number | undefined;
  recursive: boolean;
  'skip-existing': boolean;
  force: boolean;
  json: boolean;
  quiet: boolean;
}

/** A .vz file to decode. */
export interface DecompressJob extends Job {
  readonly threads?: number | undefined;
}

/** What it held, as the bytes of a file. */
export interface Decoded {
  readonly result: Uint8Array;
  readonly inspection: Inspection;
  readonly seconds: number;
}

export async function decompressFiles(args: DecompressArguments): Promise<void> {
  const { json, quiet } = args;
  const inputs = await findInputs(args.files, { recursive: args.recursive, wanted: VZ_NAME });
  const names = new OutputNames(args.output, inputs, args.force);
  const paths = inputs.map(({ path }) => path);
  const print = json ? printJson : quiet ? () => {} : rowPrinter(paths);
  await runBatch(
    paths,
    {
      plan: (input) => plan(input, names, args),
      code,
      commit: async ({ input, output }, decoded) => {
        // Only what cannot be read has no name; reading it has told so.
        if (output === null) throw new Error('it has changed meanwhile: try again');
        const start = performance.now();
        await writeOutput(output, decoded.result, { input, names });
        const seconds = decoded.seconds + (performance.now() - start) / 1000;
        print(input, output, { ...decoded, seconds });
      },
    },
    { names, announced: !quiet, shown: !quiet && !json },
  );
}

/** What is to be done with a file; null where its result is there already and that is enough. */
export async function plan(
  input: string,
  names: OutputNames,
  { threads, ...args }: DecompressArguments,
): Promise<DecompressJob | null> {
  const header = await peek(input);
  if (!header) {
    const output = input === STANDARD_STREAM ? names.outputOf(input, (name) => name) : null;
    return { input, output, task: null, threads };
  }
  const output = names.outputOf(input, (name) => resultName(name, header));
  if (args['skip-existing'] && names.isDone(input, output)) return null;
  return { input, output, task: await decodingTask(header, threads), threads };
}

/** The header by the file's first bytes; null for stdin and for what is none: reading it tells what is wrong. */
async function peek(input: string): Promise<Header | null> {
  if (input === STANDARD_STREAM) return null;
  try {
    return peekHeader(await readStart(input, MAX_HEADER_BYTES));
  } catch {
    return null;
  }
}

/** Reads the file and decodes what it holds. */
export async function code({ input, threads }: DecompressJob, { claim, progress }: Turn): Promise<Decoded> {
  const file = await readInput(input, FOLDER_REMEDY);
  const container = readContainer(file);
  const inspection = inspectionOf(container, file.length);
  await claim();
  const start = performance.now();
  const result = await progress('decoding', 0, async (onProgress) => {
    if (container.kind === 'kept') return originalIn(container).bytes;
    const pixels = await pixelsIn(container, { threads, onProgress });
    return isIdx(container) ? writeIdx(pixels) : writePng(pixels, inspection.metadata);
  });
  return { result, inspection, seconds: (performance.now() - start) / 1000 };
}

function printJson(input: string, output: string, { result, inspection, seconds }: Decoded): void {
  const { width, height, images, channels, bitDepth, dims, kind, modelId, bytes } = inspection;
  const sizes = { inputBytes: bytes, outputBytes: result.length };
  const shape = { width, height, images, channels, bitDepth, dims };
  const entry = { input, output, ...sizes, ...shape, kind, modelId, seconds: { decode: seconds } };
  printerBeside(output)(JSON.stringify(entry));
}

function rowPrinter(files: readonly string[]) {
  const columns = [
    nameColumn('file', files),
    figureColumn('before', 8),
    figureColumn('after', 8),
    nameColumn('output', []),
  ];
  let titled = false;
  return (input: string, output: string, { result, inspection }: Decoded) => {
    const print = printerBeside(output);
    if (!titled) print(titleLine(columns));
    titled = true;
    print(rowLine(columns, [input, formatBytes(inspection.bytes), formatBytes(result.length), output]));
  };
}

/** The result's name: that of the file that went in, as far as it is known. */
function resultName(name: string, header: Header): string {
  const ending = header.kind === 'image' && isIdx(header) ? '.idx' : '.png';
  return Buffer.from(restoredName(Buffer.from(name), header.name, ending)).toString();
}

/** Several images that came from elsewhere than an idx file go into one as well: PNG holds a single image. */
function isIdx({ metadataKind, shape }: Pick<ImageContainer, 'metadataKind' | 'shape'>): boolean {
  return metadataKind === 'idx' || shape.images > 1;
}
