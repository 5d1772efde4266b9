// The work of the commands `unpack` and `list`: what is in archives, and its files again.
import { realpathSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import picomatch from 'picomatch';
import { type Archive, openArchive, VaezipError } from '../../../library/index.ts';
import { openFileSource } from '../../archive/file-source.ts';
import { inThreads } from '../../archive/in-threads.ts';
import { type UnpackedFile, type UnpackTask, unpackGroup } from '../../archive/unpack-group.ts';
import { formatBytes, formatClock } from '../../text/format.ts';
import { printable } from '../../text/printable.ts';
import { fail } from '../common/failures.ts';
import { writeOutput } from '../common/output-file.ts';
import { OutputNames } from '../common/output-names.ts';
import { osPath } from '../common/path-names.ts';
import { tell } from '../common/stderr.ts';
import { print } from '../common/stdout.ts';

export interface ListArguments {
  archive: string;
  only?: string | undefined;
  json: boolean;
}

export interface UnpackArguments extends ListArguments {
  output: string;
  threads?: number | undefined;
  force: boolean;
  quiet: boolean;
}

/** A member that is wanted, and where it stands. */
interface Chosen {
  readonly name: string;
  readonly time: number | null;
  readonly group: number;
  readonly place: number;
}

export async function listArchive({ archive: path, only, json }: ListArguments): Promise<void> {
  await withArchive(path, async (archive) => {
    for (const { name, time } of await chosenOf(archive, path, only)) {
      const when = time === null ? null : new Date(1000 * time).toISOString();
      const row = `${(when ?? '-').slice(0, 19).replace('T', ' ').padEnd(19)}  ${printable(name)}`;
      print(json ? `${JSON.stringify({ name, time: when })}\n` : `${row}\n`);
    }
  });
}

export async function unpackArchive(args: UnpackArguments): Promise<void> {
  const { archive: path, output, force, json, quiet, threads = availableParallelism() } = args;
  const start = performance.now();
  await withArchive(path, async (archive) => {
    const chosen = await chosenOf(archive, path, args.only);
    const inputs = chosen.map(({ name }) => ({ path: basename(name), folder: dirname(name) }));
    const names = new OutputNames(inputs, { wanted: output.endsWith('/') ? output : `${output}/`, force });
    const groups = [...new Set(chosen.map(({ group }) => group))];
    const tasks = groups.map((group): UnpackTask => {
      const inGroup = chosen.filter((one) => one.group === group);
      return { path: osPath(path), group, wanted: inGroup.map(({ place }) => place), threads: 1 };
    });
    let [files, bytes] = [0, 0];
    const craft = { file: 'archive/unpack-worker.js', compute: unpackGroup };
    await inThreads(tasks, craft, threads, async (result, index) => {
      if ('lost' in result) return tellLost(path, groups[index], result.lost, result.message);
      for (const file of result.files) {
        const written = await writeMember(file, path, output, names);
        if (!written) continue;
        files++;
        bytes += file.bytes.length;
        if (json)
          print(`${JSON.stringify({ name: file.name, output: written, identical: file.identical })}\n`);
      }
    });
    const seconds = (performance.now() - start) / 1000;
    if (!quiet)
      tell(`${path}: ${files.toLocaleString('en')} files, ${formatBytes(bytes)} in ${formatClock(seconds)}`);
  });
}

/** Does work with an archive; what is wrong is told. */
async function withArchive(path: string, work: (archive: Archive) => Promise<void>): Promise<void> {
  try {
    const source = openFileSource(osPath(path));
    try {
      const archive = await openArchive(source);
      if (archive.scannedEnd !== null)
        tell(`${path}: its index is lost or was never written: ${archive.size} images were found without it`);
      await work(archive);
    } finally {
      source.close();
    }
  } catch (error) {
    fail(error, path);
  }
}

/** The members whose names fit the pattern, all without one; groups whose heads are damaged are told. */
async function chosenOf(archive: Archive, path: string, only: string | undefined): Promise<Chosen[]> {
  const fits = only === undefined ? () => true : picomatch(only, { dot: true });
  const chosen: Chosen[] = [];
  for (const group of archive.groups.keys()) {
    try {
      const { head } = await archive.group(group);
      for (const [place, { name, time }] of head.members.entries())
        if (fits(name)) chosen.push({ name, time, group, place });
    } catch (error) {
      if (!(error instanceof VaezipError)) throw error;
      tellLost(path, group, [], error.message);
    }
  }
  if (chosen.length === 0 && only !== undefined) fail(new Error(`no name in it fits ${only}`), path);
  return chosen;
}

function tellLost(path: string, group: number, names: readonly string[], message: string): void {
  const lost =
    names.length > 0 ? `lost are ${names.map(printable).join(', ')}` : 'the names in it are not known';
  fail(new Error(`group ${group + 1}: ${message}; ${lost}`), path);
}

/** Writes a member's file; its path, or null where it could not be written, which is told. */
async function writeMember(
  { name, time, bytes }: UnpackedFile,
  archive: string,
  folder: string,
  names: OutputNames,
): Promise<string | null> {
  try {
    const input = { path: basename(name), folder: dirname(name).split('/').join(sep) };
    const output = names.outputOf(input, [basename(name)]);
    names.claim(archive, output);
    checkWithin(folder, dirname(output));
    await writeOutput(output, bytes, { input: archive, stats: null, names });
    if (time !== null) utimesSync(osPath(output), time, time);
    return output;
  } catch (error) {
    fail(error, join(folder, name));
    return null;
  }
}

/** Throws VaezipError 'exists' where a link leads out of the folder. */
function checkWithin(folder: string, place: string): void {
  const [root, real] = [realpathSync(osPath(folder)), realpathSync(osPath(place))];
  if (real !== root && !real.startsWith(root.endsWith(sep) ? root : root + sep))
    throw new VaezipError('exists', 'a link leads out of the folder');
}
