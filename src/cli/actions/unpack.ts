// The work of the command `unpack`: the files of an archive again.
import { realpathSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';
import { type Archive, VaezipError } from '../../../library/index.ts';
import { inThreads } from '../../archive/in-threads.ts';
import {
  type UnpackedFile,
  type UnpackResult,
  type UnpackTask,
  unpackGroup,
} from '../../archive/unpack-group.ts';
import { formatBytes, formatClock } from '../../text/format.ts';
import { chosenOf, tellLost, withArchive } from '../common/archives.ts';
import { fail } from '../common/failures.ts';
import { withGroupProgress } from '../common/group-progress.ts';
import { onInterrupt } from '../common/interrupt.ts';
import { writeOutput } from '../common/output-file.ts';
import { OutputNames } from '../common/output-names.ts';
import { osPath } from '../common/path-names.ts';
import { tell } from '../common/stderr.ts';
import { print } from '../common/stdout.ts';

export interface UnpackArguments {
  archive: string;
  only?: string | undefined;
  json: boolean;
  output: string;
  threads?: number | undefined;
  force: boolean;
  quiet: boolean;
}

export async function unpackArchive(args: UnpackArguments): Promise<void> {
  const { archive: path, output, force, json, quiet, threads = availableParallelism() } = args;
  const start = performance.now();
  await withArchive(path, async (archive) => {
    const within = new Set<string>();
    // Several as far as -o is concerned, whatever is in it: a folder.
    const names = new OutputNames([{ path, folder: '' }], {
      wanted: output.replace(/\/+$/, '') || '/',
      force,
    });
    const tasks = (await wantedOf(archive, path, args.only)).map(
      (wanted): UnpackTask => ({ path: osPath(path), ...wanted, threads: 1 }),
    );
    let [files, bytes] = [0, 0];
    const craft = { file: 'archive/unpack-worker.js', compute: unpackGroup };
    const take = async (result: UnpackResult, index: number) => {
      if ('lost' in result) return tellLost(path, tasks[index].group, result.lost, result.message);
      for (const file of result.files) {
        const written = await writeMember(file, path, output, names, within);
        if (!written) continue;
        files++;
        bytes += file.bytes.length;
        if (json)
          print(`${JSON.stringify({ name: file.name, output: written, identical: file.identical })}\n`);
      }
    };
    const shown = { path, doing: 'unpacking', groups: tasks.length, hidden: json || quiet };
    // Signals are handled throughout: to begin and to end that takes as long as to write a small file.
    const release = onInterrupt(() => {});
    try {
      await withGroupProgress(shown, (onGroup) =>
        inThreads(tasks, craft, threads, async (result, index) => {
          onGroup(index);
          await take(result, index);
        }),
      );
    } finally {
      release();
    }
    const seconds = (performance.now() - start) / 1000;
    if (!quiet)
      tell(`${path}: ${files.toLocaleString('en')} files, ${formatBytes(bytes)} in ${formatClock(seconds)}`);
  });
}

/** Groups, and the places in them that are wanted: all, without a pattern, for which no head has to be read before. */
async function wantedOf(
  archive: Archive,
  path: string,
  only: string | undefined,
): Promise<Pick<UnpackTask, 'group' | 'wanted'>[]> {
  if (only === undefined) return [...archive.groups.keys()].map((group) => ({ group, wanted: null }));
  const places = new Map<number, number[]>();
  for (const { group, place } of await chosenOf(archive, path, only)) {
    const inGroup = places.get(group) ?? [];
    inGroup.push(place);
    places.set(group, inGroup);
  }
  return [...places].map(([group, wanted]) => ({ group, wanted }));
}

/**
 * Writes a member's file; its path, or null where it could not be written, which is told. `within` are the folders of
 * this run that were seen to lie in the one that was named.
 */
async function writeMember(
  { name, time, bytes }: UnpackedFile,
  archive: string,
  folder: string,
  names: OutputNames,
  within: Set<string>,
): Promise<string | null> {
  try {
    const input = { path: basename(name), folder: dirname(name).split('/').join(sep) };
    const output = names.outputOf(input, [basename(name)]);
    names.claim(archive, output);
    const place = dirname(output);
    if (!within.has(place)) checkWithin(folder, place);
    within.add(place);
    await writeOutput(output, bytes, { input: archive, stats: null, names, lasting: 'no' });
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
