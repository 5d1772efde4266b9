// The work of the command `verify`: decodes .vz files, compares checksums, and writes nothing.
import { isContainer, readContainer } from '../../../container/container.ts';
import { inspectionOf, originalIn, pixelsIn } from '../../../library/contents.ts';
import { isArchive, openArchive, VaezipError } from '../../../library/index.ts';
import { formatBytes } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { figureColumn, nameColumn } from '../../text/table.ts';
import { type Job, runBatch, type Turn } from '../common/batch.ts';
import { type Entry, type Facts, NO_VZ_FILE } from '../common/entry.ts';
import { decodingTask } from '../common/estimate.ts';
import { headerAt } from '../common/existing-results.ts';
import { factsOf } from '../common/facts.ts';
import { findInputs, type Input } from '../common/inputs.ts';
import { shownModel } from '../common/models.ts';
import { peek, readInput } from '../common/read-input.ts';
import { type Reporting, reporterOf } from '../common/reporter.ts';

const FOLDER_REMEDY = '--recursive takes the .vz files in it';

export interface VerifyArguments extends Reporting {
  files: string[];
  threads?: number | undefined;
  'limit-memory'?: number | undefined;
  recursive: boolean;
}

export async function verifyFiles(args: VerifyArguments): Promise<void> {
  const found = await findInputs(args.files, args.recursive);
  const report = reporterOf({ ...args, useStdout: false }, found, { columns: COLUMNS, cells });
  await runBatch(found, { plan, code, commit: async (_, facts) => facts }, { ...args, report });
}

async function plan({ path, folder }: Input): Promise<Job | Facts> {
  const peeked = peek(path, (start, { stats }) => ({ stats, isContainer: isContainer(start) }));
  if (folder !== null && peeked && !peeked.isContainer) return { status: 'left out', reason: NO_VZ_FILE };
  const header = headerAt(path);
  const inputBytes = peeked?.stats.size ?? null;
  const task = header && (await decodingTask(header, inputBytes ?? 0));
  return { input: path, output: null, inputBytes, task };
}

/** Reads the file and decodes what it holds, which compares its checksums. */
async function code(
  { input }: Job,
  { progress, threads, memory: limitMemory, spareMemory }: Turn,
): Promise<Facts> {
  const { bytes } = await readInput(input, FOLDER_REMEDY);
  if (isArchive(bytes)) return verifyArchive(bytes);
  const container = readContainer(bytes);
  const inspection = inspectionOf(container, bytes.length);
  const start = performance.now();
  await progress('verifying', 0, async (onProgress) => {
    if (container.kind === 'kept') originalIn(container);
    else await pixelsIn(container, { threads, limitMemory, spareMemory, onProgress });
  });
  const seconds = (performance.now() - start) / 1000;
  return {
    ...(await factsOf(inspection)),
    status: 'done',
    seconds: { encode: null, decode: null, verify: seconds },
    verified: true,
  };
}

/** Throws VaezipError 'bad-file' where members are lost, and says which. */
async function verifyArchive(bytes: Uint8Array): Promise<Facts> {
  const start = performance.now();
  const archive = await openArchive(bytes);
  const faults = archive.scannedEnd === null ? [] : ['its index is lost'];
  for (const group of archive.groups.keys()) {
    try {
      await archive.images(group);
    } catch (error) {
      if (!(error instanceof VaezipError)) throw error;
      faults.push(`group ${group + 1}, from ${printable(archive.groups[group].first)} on: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new VaezipError('bad-file', faults.join('; '));
  const seconds = { encode: null, decode: null, verify: (performance.now() - start) / 1000 };
  return { status: 'done', inputBytes: bytes.length, images: archive.size, seconds, verified: true };
}

const COLUMNS = [figureColumn('size', 8), nameColumn('is whole, and holds', [])];

function cells({ inputBytes, kind, model, width, height, images, verified }: Entry): string[] | null {
  if (!verified || inputBytes === null) return null;
  if (kind === null) return [formatBytes(inputBytes), `${images?.toLocaleString('en')} images`];
  const held =
    kind === 'kept' ? 'a kept file' : `${width} x ${height} by ${shownModel(model?.name ?? '', null)}`;
  return [formatBytes(inputBytes), held];
}
