// Reads images, codes them, checks what was written, tells what it cost.
import { extname, parse } from 'node:path';
import { type Compressed, compress, type Report, store, verify } from '../../../library/index.ts';
import { findModel } from '../../../models/models.ts';
import { readImage, type SourceImage } from '../../files/read-image.ts';
import { formatBits, formatBytes, formatShare } from '../../text/format.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../text/table.ts';
import type { CompressArguments } from '../commands/compress.ts';
import { fail, WRONG_USAGE } from '../common/failures.ts';
import { findInputs, IMAGE_NAME } from '../common/inputs.ts';
import { OutputNames, readInput, STANDARD_STREAM, writeOutput } from '../common/output-file.ts';
import { withProgress } from '../common/progress.ts';
import { knownModel, shownModel } from '../common/show-model.ts';
import { inputsNotDone } from '../common/skip.ts';
import { encodingTasks } from '../common/tasks.ts';
import { Workload } from '../common/workload.ts';

const FOLDER_REMEDY = '--recursive takes the images in it';

export async function compressFiles(args: CompressArguments): Promise<void> {
  const { json, quiet } = args;
  const inputs = await findInputs(args.files, { recursive: args.recursive, wanted: IMAGE_NAME });
  const names = new OutputNames(args.output, inputs, args.force);
  if (args.model !== undefined && !(await modelExists(args.model))) return;
  const resultName = (name: string) => `${parse(name).name}.vz`;
  const files = await inputsNotDone(inputs, args, async (input) => names.isDone(input, resultName));
  const workload = new Workload(files, await tasks(files, args));
  if (!quiet) workload.announce();
  const printRow = rowPrinter(files);
  await workload.forEach(async (input) => {
    const output = await names.choose(input, resultName);
    const bytes = await readInput(input, FOLDER_REMEDY);
    const source = await readImage(bytes);
    const phase = { input, workload };
    let { file, report } = await withProgress(
      { ...phase, name: 'encoding', index: 0 },
      quiet || json,
      (onProgress) => encode(source, { bytes, extension: extensionOf(input, source) }, args, onProgress),
    );
    const check = async (written: Uint8Array) => {
      if (!args.verify) return;
      const seconds = await withProgress(
        { ...phase, name: 'verifying', index: 1 },
        quiet || json,
        (onProgress) =>
          verify(
            written,
            { pixels: source.pixels ?? undefined, metadata: source.metadata, original: bytes },
            { threads: args.threads, onProgress },
          ),
      );
      report = { ...report, seconds: { ...report.seconds, verify: seconds }, verified: true };
    };
    await writeOutput(output, file, { input, names, check });
    // The result has stdout to itself.
    const print = (line: string) =>
      (output === STANDARD_STREAM ? process.stderr : process.stdout).write(`${line}\n`);
    const efforts = report.model && ((await knownModel(report.model.id))?.efforts ?? null);
    const model = report.model && { ...report.model, efforts };
    if (json) print(JSON.stringify({ input, output, ...report, model }));
    else if (!quiet) printRow(input, report, model ? shownModel(model.name, model.efforts) : null, print);
  });
}

/** Whether there is such a model; says so otherwise, as wrong usage. */
export async function modelExists(name: string): Promise<boolean> {
  try {
    await findModel(name);
    return true;
  } catch (error) {
    fail(error);
    process.exitCode = WRONG_USAGE;
    return false;
  }
}

/** The extension that a .vz file keeps: that of the file's name, which may have none, or the format's for stdin. */
export function extensionOf(input: string, source: SourceImage): string {
  if (input === STANDARD_STREAM) return source.extension;
  const extension = extname(input).slice(1);
  return /^[A-Za-z0-9]{1,15}$/.test(extension) ? extension : '';
}

async function encode(
  source: SourceImage,
  original: { bytes: Uint8Array; extension: string },
  args: CompressArguments,
  onProgress: ((share: number) => void) | undefined,
): Promise<Compressed> {
  const { pixels, shape, metadata, keepReason } = source;
  if (!pixels || keepReason)
    return store(original, shape, keepReason ?? 'its samples are of no kind coded here');
  return compress(pixels, {
    model: args.model,
    effort: args.effort,
    original,
    metadata,
    threads: args.threads,
    onProgress,
  });
}

function tasks(files: readonly string[], { effort, model, threads, verify }: CompressArguments) {
  const phases = (mpx: number, speed: number) => Array<number>(verify ? 2 : 1).fill(mpx / speed);
  return encodingTasks(files, { effort, model, threads, phases });
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
  return (input: string, report: Report, model: string | null, print: (line: string) => void) => {
    if (!titled) print(titleLine(columns));
    titled = true;
    const { inputBytes, outputBytes, bitsPerDim, reason } = report;
    print(
      rowLine(columns, [
        input,
        formatBytes(inputBytes),
        formatBytes(outputBytes),
        formatShare(outputBytes / inputBytes),
        formatBits(bitsPerDim.file),
        formatBits(bitsPerDim.negElbo),
        bitsPerDim.baseline.toFixed(1),
        model ?? `stored as it is: ${reason}`,
      ]),
    );
  };
}
