// What the commands `pack` and `add` share: which files make which groups, their coding, and what is told of it.
import { availableParallelism } from 'node:os';
import { basename, join, normalize, sep } from 'node:path';
import { ARCHIVE_SIGNATURE } from '../../../container/archive/parts.ts';
import { checkOwnName, Grouping, type Layout, weightOf } from '../../../library/archive-write.ts';
import { VaezipError } from '../../../library/index.ts';
import { inThreads } from '../../archive/in-threads.ts';
import {
  type Outcome,
  type PackResult,
  type PackTask,
  packGroup,
  type Wanted,
} from '../../archive/pack-group.ts';
import { formatBytes, formatClock, formatShare } from '../../text/format.ts';
import { fail } from './failures.ts';
import { withGroupProgress } from './group-progress.ts';
import { findInputs, type Input } from './inputs.ts';
import { osPath } from './path-names.ts';
import { peekImage } from './peek-image.ts';
import { tell } from './stderr.ts';
import { print } from './stdout.ts';

export interface PackingArguments {
  files: string[];
  effort: number;
  model?: string | undefined;
  group?: number | undefined;
  threads?: number | undefined;
  verify: boolean;
  json: boolean;
  quiet: boolean;
}

/** What a run comes to. */
export interface Sums {
  members: number;
  kept: number;
  failed: number;
  leftOut: number;
  inputBytes: number;
  outputBytes: number;
}

export interface Planned {
  readonly groups: readonly (readonly Wanted[])[];
  readonly sums: Sums;
}

/** Groups of files with names in the archive; what is wrong with them is told. */
export async function planGroups(
  { files, group }: PackingArguments,
  known: ReadonlySet<string>,
): Promise<Planned> {
  const { inputs, notTaken } = await findInputs(files, true);
  const sums: Sums = { members: 0, kept: 0, failed: 0, leftOut: 0, inputBytes: 0, outputBytes: 0 };
  for (const { status } of notTaken) sums[status === 'failed' ? 'failed' : 'leftOut']++;
  const members: { readonly wanted: Wanted; readonly weight: number }[] = [];
  for (const input of inputs) {
    try {
      const found = membersOf(input);
      if (!found) sums.leftOut++;
      else members.push(...found);
    } catch (error) {
      sums.failed++;
      fail(error, input.path);
    }
  }
  members.sort((a, b) => (a.wanted.name < b.wanted.name ? -1 : a.wanted.name > b.wanted.name ? 1 : 0));
  const grouping = new Grouping<Wanted>(group);
  const groups: (readonly Wanted[])[] = [];
  let last: string | null = null;
  for (const { wanted, weight } of members) {
    if (wanted.name === last || known.has(wanted.name)) {
      sums.failed++;
      fail(new VaezipError('exists', `the archive has a ${wanted.name} already`), String(wanted.path));
      continue;
    }
    last = wanted.name;
    const full = grouping.add(wanted, weight);
    if (full) groups.push(full);
  }
  const rest = grouping.rest();
  if (rest) groups.push(rest);
  if (groups.length === 0 && sums.failed === 0)
    fail(new Error('nothing for this command in the folders named'));
  return { groups, sums };
}

/** What a file comes to in the archive; null for what is no image, met in a folder. */
function membersOf(input: Input) {
  const { path } = input;
  const peeked = peekImage(path);
  if (!peeked) throw new VaezipError('bad-input', 'no regular file: archives are made of files');
  if (input.folder !== null && !peeked.isImage) return null;
  const { shape, stats } = peeked;
  const name = nameOf(input);
  const os = osPath(path);
  if (!shape || shape.images === 1) {
    checkOwnName(name, null);
    return [{ wanted: { path: os, name, image: null }, weight: weightOf(shape, stats.size) }];
  }
  const stem = name.replace(/\.gz$/i, '').replace(/\.idx$/i, '');
  const digits = String(shape.images - 1).length;
  return Array.from({ length: shape.images }, (_, image) => {
    const own = `${stem}/${String(image).padStart(digits, '0')}.png`;
    if (image === 0) checkOwnName(own, null);
    return { wanted: { path: os, name: own, image }, weight: weightOf(shape, 0) };
  });
}

/** As archives of files have them: of a folder that was named all paths begin with its name. */
function nameOf({ path, folder }: Input): string {
  const inside = folder === null ? basename(path) : join(folder, basename(path));
  const root = folder === null ? '.' : normalize(path.slice(0, path.length - inside.length) || '.');
  const name = basename(root);
  const prefix = /^\.{0,2}$/.test(name) ? '' : name;
  return join(prefix, inside).split(sep).join('/');
}

/** Packs groups and appends them, then the index; `sync` comes between. Returns whether there are any members. */
export async function appendGroups(
  name: string,
  { groups, sums }: Planned,
  layout: Layout,
  { effort, model, verify, json, quiet, threads = availableParallelism() }: PackingArguments,
  append: (bytes: Uint8Array) => void,
  sync = () => {},
): Promise<boolean> {
  const tasks = groups.map((wanted): PackTask => ({ wanted, effort, model, verify, threads: 1 }));
  const craft = { file: 'archive/pack-worker.js', compute: packGroup };
  const take = ({ part, names, outcomes }: PackResult, index: number) => {
    for (const [place, outcome] of outcomes.entries()) settle(groups[index][place], outcome, sums);
    if (!part) return;
    append(part);
    layout.add(names, part);
    sums.members += names.length;
    sums.outputBytes += part.length;
  };
  const shown = { path: name, doing: 'packing', groups: groups.length, hidden: json || quiet };
  await withGroupProgress(shown, (onGroup) =>
    inThreads(tasks, craft, threads, (result, index) => {
      onGroup(index);
      take(result, index);
    }),
  );
  if (sums.members === 0) return false;
  sync();
  const end = layout.finish();
  append(end);
  sync();
  sums.outputBytes += end.length + ARCHIVE_SIGNATURE.length;
  return true;
}

function settle({ path }: Wanted, outcome: Outcome, sums: Sums): void {
  if ('message' in outcome) {
    sums.failed++;
    fail(Object.assign(new Error(outcome.message), { code: outcome.code }), String(path));
    return;
  }
  sums.inputBytes += outcome.inputBytes;
  if (outcome.isKept) sums.kept++;
}

export function reportPacking(
  output: string,
  { json, quiet }: PackingArguments,
  sums: Sums,
  start: number,
): void {
  const seconds = (performance.now() - start) / 1000;
  if (json) print(`${JSON.stringify({ output, ...sums, seconds })}\n`);
  if (json || quiet) return;
  const { members, kept, failed, leftOut, inputBytes, outputBytes } = sums;
  const parts = [
    `${members.toLocaleString('en')} images`,
    ...(kept > 0 ? [`${kept} of them kept as they are`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
  ];
  const share = inputBytes > 0 ? ` (${formatShare(outputBytes / inputBytes)})` : '';
  const sizes = `${formatBytes(inputBytes)} -> ${formatBytes(outputBytes)}${share}`;
  tell(`${output}: ${parts.join(', ')}; ${sizes} in ${formatClock(seconds)}`);
}
