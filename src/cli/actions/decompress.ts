// The work of the command `decompress`: reads .vz files and writes what they hold: PNG, idx, or the kept file.
import { basename, extname } from 'node:path';
import { VaezipError } from '../../../codec/error.ts';
import {
  type Container,
  type ImageHead,
  isContainer,
  type KeptContainer,
  readContainer,
  readDamaged,
} from '../../../container/container.ts';
import { readInParts } from '../../../container/parts.ts';
import {
  type DecodedImage,
  type Inspection,
  imageIn,
  inspectionOf,
  inspectionOfHead,
  originalIn,
} from '../../../library/contents.ts';
import { type Metadata, type Pixels, type Region, salvage } from '../../../library/index.ts';
import type { DecompressOptions } from '../../../library/options.ts';
import { regionIn } from '../../../library/region.ts';
import { sourceOfParts } from '../../files/common/file-parts.ts';
import { writeIdx } from '../../files/idx.ts';
import { remakeFile } from '../../files/remake-file.ts';
import { isWritten, kindOfName, lossesOf, type WrittenKind, writeImage } from '../../files/write-image.ts';
import { formatBytes } from '../../text/format.ts';
import { figureColumn, nameColumn } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Entry, type Facts, NO_VZ_FILE } from '../common/entry.ts';
import { decodingTask } from '../common/estimate.ts';
import { checkDecompressed, headerAt } from '../common/existing-results.ts';
import { factsOf } from '../common/facts.ts';
import { fail } from '../common/failures.ts';
import { findInputs, type Input, STANDARD_STREAM, statOf } from '../common/inputs.ts';
import { writeOutput } from '../common/output-file.ts';
import { OutputNames } from '../common/output-names.ts';
import { peek, type ReadInput, readInput, withFile } from '../common/read-input.ts';
import { removeInput } from '../common/remove-input.ts';
import { type Reporting, reporterOf } from '../common/reporter.ts';
import { isIdx, nameOfResult } from '../common/stored-names.ts';

/** Kinds of images that are not written here, but for a PBM file that was one. */
const OTHER_ENDINGS = /^\.(jpe?g|pbm|avif|heic|jxl)$/;
const FOLDER_REMEDY = '--recursive takes the .vz files in it';

export interface DecompressArguments extends Reporting {
  files: string[];
  output?: string | undefined;
  threads?: number | undefined;
  'limit-pixels'?: number | undefined;
  'limit-memory'?: number | undefined;
  recursive: boolean;
  'skip-existing': boolean;
  force: boolean;
  rm: boolean;
  salvage: boolean;
  region?: Region | undefined;
}

/** A .vz file to decode. */
export interface DecompressJob extends Job {
  /** Whether the input goes once its result is there. */
  readonly removes: boolean;
  /** Whether to write what is left of a damaged file. */
  readonly salvages: boolean;
  readonly limitPixels?: number | undefined;
  /** The part of the image that is wanted, if not all of it. */
  readonly region?: Region | undefined;
}

/** What a .vz file gives. */
interface DecodedFile {
  /** The bytes of a file. */
  readonly result: Uint8Array;
  readonly facts: Partial<Facts>;
  /** What is wrong with the .vz file, where that is salvaged. */
  readonly problems: readonly string[];
}

export interface Decoded extends DecodedFile {
  readonly read: Pick<ReadInput, 'stats'>;
  readonly output: string;
  readonly head: ImageHead | KeptContainer;
  readonly seconds: number;
}

export async function decompressFiles(args: DecompressArguments): Promise<void> {
  const found = await findInputs(args.files, args.recursive);
  const names = new OutputNames(found.inputs, { wanted: args.output, force: args.force });
  const report = reporterOf({ ...args, useStdout: names.useStdout }, found, { columns: COLUMNS, cells });
  const steps = {
    plan: (input: Input) => plan(input, names, args),
    code: (job: DecompressJob, turn: Turn) => code(job, names, turn),
    commit: (job: DecompressJob, decoded: Decoded) => commit(job, decoded, names),
  };
  await runBatch(found, steps, { ...args, report });
}

/** What is to be done with a file. */
export async function plan(
  { path, folder }: Input,
  names: OutputNames,
  args: Pick<DecompressArguments, 'skip-existing' | 'rm' | 'salvage' | 'limit-pixels' | 'region'>,
): Promise<DecompressJob | Facts> {
  const peeked = peek(path, (start, { stats }) => ({ stats, isContainer: isContainer(start) }));
  if (folder !== null && peeked && !peeked.isContainer) return { status: 'left out', reason: NO_VZ_FILE };
  const header = headerAt(path);
  const { rm: removes, salvage: salvages, 'limit-pixels': limitPixels, region } = args;
  const inputBytes = peeked?.stats.size ?? null;
  const job = { input: path, inputBytes, removes, salvages, limitPixels, region };
  // Of stdin and of what cannot be read, reading it tells the name, or what is wrong.
  if (!header && path !== STANDARD_STREAM) return { ...job, output: null, task: null };
  const resultNames = header ? [nameOfResult(basename(path), header)] : [basename(path)];
  const output = names.outputOf({ path, folder }, resultNames);
  if (args['skip-existing'] && peeked && statOf(output)) {
    await checkDecompressed({ input: path, stats: peeked.stats, output });
    return { status: 'skipped', output };
  }
  return { ...job, output, task: header && (await decodingTask(header, inputBytes ?? 0, region)) };
}

/** Reads the file, or what is needed of it, and decodes what it holds. */
export async function code(
  { input, salvages, limitPixels, region, ...job }: DecompressJob,
  names: OutputNames,
  { progress, threads, memory: limitMemory, spareMemory }: Turn,
): Promise<Decoded> {
  const options = { threads, limitMemory, spareMemory, limitPixels };
  const decode = async (
    read: Pick<ReadInput, 'stats'>,
    head: ImageHead | KeptContainer,
    work: (options: DecompressOptions, output: string) => Promise<DecodedFile>,
  ): Promise<Decoded> => {
    const output = job.output ?? outputByContent(input, head, names);
    names.claim(input, output);
    const start = performance.now();
    const decoded = await progress('decoding', 0, (onProgress) => work({ ...options, onProgress }, output));
    return { read, output, head, ...decoded, seconds: (performance.now() - start) / 1000 };
  };
  if (region)
    return withFile(input, FOLDER_REMEDY, async (file, stats) => {
      const parts = await readInParts(sourceOfParts(file));
      const { head, groupBytes } = parts;
      return decode({ stats }, head, async (options, output) => {
        const pixels = await regionIn(parts, region, options);
        const inspection = inspectionOfHead(head, file.size, groupBytes);
        const result = await fileOf(pixels, head, inspection.metadata, output);
        const facts = await factsOf(inspection);
        const changes = [...facts.changes, ...lossesOfFrame(head)];
        return { result, facts: { ...facts, changes, identical: false }, problems: [] };
      });
    });
  const read = await readInput(input, FOLDER_REMEDY);
  const { bytes } = read;
  const container = salvages ? readDamaged(bytes).container : readContainer(bytes);
  return decode(read, container, (options, output) =>
    salvages ? salvageFile(bytes, container, options, output) : decodeFile(bytes, container, options, output),
  );
}

/** Writes what it held under its name. */
export async function commit(
  { input, removes }: DecompressJob,
  { read: { stats }, output, result, head, facts, problems, seconds }: Decoded,
  names: OutputNames,
): Promise<Facts> {
  const check = async (written: Uint8Array) => {
    if (Buffer.compare(written, result) !== 0)
      throw new VaezipError('bad-file', `${output} does not read as what was written; please report this`);
  };
  const start = performance.now();
  await writeOutput(output, result, {
    ...{ input, stats, names, lasting: removes },
    ...(removes ? { check } : {}),
  });
  const told = {
    ...facts,
    output,
    outputBytes: result.length,
    changes: [...(facts.changes ?? []), ...changesByName(output, head)],
    seconds: { encode: null, decode: seconds + (performance.now() - start) / 1000, verify: null },
    verified: removes,
  };
  if (problems.length > 0) {
    const damage = new VaezipError(
      'bad-file',
      `damaged, and ${output} has what is left: ${problems.join('; ')}`,
    );
    return { ...told, status: 'failed', reason: fail(damage, input) };
  }
  if (removes && stats) await removeInput(input, stats, output);
  return { ...told, status: 'done' };
}

/** Of what was no regular file, such as a named pipe, and is known only now. */
function outputByContent(input: string, head: ImageHead | KeptContainer, names: OutputNames): string {
  const resultNames = [nameOfResult(basename(input), head)];
  return names.outputOf({ path: input, folder: null }, resultNames);
}

/** The bytes of the file that a whole .vz file gives. Throws VaezipError as `decompress`. */
async function decodeFile(
  bytes: Uint8Array,
  container: Container,
  options: DecompressOptions,
  output: string,
): Promise<DecodedFile> {
  const inspection = inspectionOf(container, bytes.length);
  if (container.kind === 'image')
    return imageFile(await imageIn(container, options), container, inspection, output);
  return { result: originalIn(container).bytes, facts: await factsOf(inspection), problems: [] };
}

/** The bytes of the file of an image's pixels: as it was, where there is a recipe for that. */
async function imageFile(
  { pixels, recipe }: DecodedImage,
  head: ImageHead,
  inspection: Inspection,
  output: string,
): Promise<DecodedFile> {
  const facts = await factsOf(inspection);
  const { metadata, format } = inspection;
  const kind = kindOfName(output);
  const isOther = !isIdx(head) && kind !== null && kind !== format;
  if (!recipe || isOther) {
    const result = await fileOf(pixels, head, metadata, output);
    const changes = isOther ? [...lossesOf(kind, metadata), ...lossesOfFrame(head)] : facts.changes;
    return { result, facts: { ...facts, changes, identical: false }, problems: [] };
  }
  const { file, isAsMeant } = await remakeFile(pixels, head.form, metadata, recipe);
  const changes = isAsMeant ? facts.changes : [...facts.changes, 'the same pixels packed anew'];
  return { result: file, facts: { ...facts, changes }, problems: [] };
}

/** What can be had of a damaged .vz file. Throws VaezipError 'bad-file' where that is nothing. */
async function salvageFile(
  bytes: Uint8Array,
  container: Container,
  options: DecompressOptions,
  output: string,
): Promise<DecodedFile> {
  const salvaged = await salvage(bytes, options);
  const { kind, problems } = salvaged;
  const facts = { kind, inputBytes: bytes.length };
  if (salvaged.kind === 'kept') return { result: salvaged.original.bytes, facts, problems };
  // Of a whole file all that it gives.
  if (problems.length === 0) return decodeFile(bytes, container, options, output);
  return { result: await fileOf(salvaged.pixels, container, salvaged.metadata, output), facts, problems };
}

async function fileOf(
  pixels: Pixels,
  head: ImageHead | KeptContainer,
  metadata: Metadata,
  output: string,
): Promise<Uint8Array> {
  return isIdx(head) ? writeIdx(pixels) : writeImage(writtenKind(output, head), pixels, metadata);
}

/** What of a file that has a frame goes with it: tags and comments. */
function lossesOfFrame(head: ImageHead | KeptContainer): string[] {
  if (head.kind === 'kept' || !head.recipe) return [];
  const format = head.form?.format;
  return format === 'tiff' || format === 'gif' || format === 'bmp'
    ? [`without what only the ${format.toUpperCase()} says`]
    : [];
}

/** By the name, or as the file was; PNG where that is not written here. */
function writtenKind(output: string, head: ImageHead | KeptContainer): WrittenKind {
  const own = (head.kind === 'image' && head.form?.format) || 'png';
  return kindOfName(output) ?? (isWritten(own) ? own : 'png');
}

/** A name that promises another kind of file than the one that is written. */
function changesByName(output: string, head: ImageHead | KeptContainer): string[] {
  const ending = extname(output).toLowerCase();
  const isOther = OTHER_ENDINGS.test(ending) || (isIdx(head) && kindOfName(output) !== null);
  if (head.kind === 'kept' || !isOther) return [];
  if (ending === '.pbm' && head.form?.format === 'pnm') return [];
  if (isIdx(head)) return [`an idx file under a name in ${ending}`];
  return [`${(head.form?.format ?? 'png').toUpperCase()} under a name in ${ending}`];
}

const COLUMNS = [figureColumn('before', 8), figureColumn('after', 8), nameColumn('output', [])];

function cells({ inputBytes, outputBytes, output, changes }: Entry): string[] | null {
  if (inputBytes === null || outputBytes === null || output === null) return null;
  const note = changes.length > 0 ? ` (${changes.join(', ')})` : '';
  return [formatBytes(inputBytes), formatBytes(outputBytes), output + note];
}
