// The members of a group, coded and decoded. Images of one shape make a sheet, a chain that one model codes: what it
// learns goes on from image to image, and latents take their bits from the images before. Those that are tiles of a
// larger one are coded as that.

import { VaezipError } from '../codec/error.ts';
import { blankSamples, type Pixels, type Samples, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import { type GroupHead, type Member, type Tiling, writeGroupHead } from '../container/archive/members.ts';
import { writePart } from '../container/archive/parts.ts';
import { bareFile, fileOfBare } from '../container/container.ts';
import { join } from '../container/metadata/icc-tags.ts';
import { type Reason, reasonOf } from '../container/reasons.ts';
import type { SourceForm } from '../container/source-form.ts';
import { compress, store } from './compress.ts';
import { decompress, extract, inspect } from './decompress.ts';
import type { DecompressOptions, WorkOptions } from './options.ts';
import { arrange, cutTiles, joinTiles } from './tiles.ts';

/** What goes into an archive. */
export interface ArchiveEntry {
  /** Path in the archive, parts joined by '/'. */
  readonly name: string;
  /** Seconds since 1970. */
  readonly time?: number | null | undefined;
  /** One image; null for what is kept as a file. */
  readonly pixels: Pixels | null;
  /** The file that it came from; null for pixels alone. */
  readonly original: Uint8Array | null;
  /** Why it is kept, of a file without pixels. */
  readonly reason?: Reason | null | undefined;
  readonly form?: SourceForm | null | undefined;
  /** PNG chunks (docs/FORMAT.md, metadata). */
  readonly metadata?: Uint8Array | undefined;
  readonly recipe?: Uint8Array | null | undefined;
}

export interface GroupOptions extends WorkOptions {
  readonly effort?: number | undefined;
  readonly model?: string | undefined;
}

/** A member as it is read: its pixels, or the file that is kept; and all that is known of it. */
export interface ArchiveImage extends Omit<Member, 'sheet'> {
  readonly pixels: Pixels | null;
  readonly original: Uint8Array | null;
}

const NOTHING = new Uint8Array(0);

/** A group as a part of an archive. Throws as `compress`. */
export async function encodeGroup(
  entries: readonly ArchiveEntry[],
  options: GroupOptions,
): Promise<Uint8Array> {
  const sheets: { readonly file: Uint8Array; readonly tiling: Tiling | null }[] = [];
  const sheetOf = new Map<ArchiveEntry, number>();
  for (const { alike, tiling } of sheetsOf(
    entries.filter(({ pixels }) => pixels !== null),
    options,
  )) {
    const file = await encodeSheet(alike, tiling, options);
    if (!isSmaller(file, alike)) continue;
    for (const entry of alike) sheetOf.set(entry, sheets.length);
    sheets.push({ file: bareFile(file), tiling });
  }
  const coded = new Set(sheetOf.keys());
  for (const entry of entries) {
    if (coded.has(entry)) continue;
    sheetOf.set(entry, sheets.length);
    sheets.push({ file: bareFile(keep(entry)), tiling: null });
  }
  const members = entries.map((entry): Member => {
    const { name, time = null, form = null, metadata = NOTHING, recipe = null } = entry;
    const sheet = sheetOf.get(entry) as number;
    if (!coded.has(entry)) return { name, time, sheet, form: null, metadata: NOTHING, recipe: null };
    return { name, time, sheet, form, metadata, recipe };
  });
  const described = sheets.map(({ file, tiling }) => ({ bytes: file.length, tiling }));
  const head = writeGroupHead({ members, sheets: described });
  return writePart('group', head, join(...sheets.map(({ file }) => file)));
}

/** What is coded together: entries in their order, and how they lie in one image; null in a chain. */
interface Alike {
  readonly alike: readonly ArchiveEntry[];
  readonly tiling: Tiling | null;
}

/** Images of one shape together. A model that is asked for by name gets them as they are. */
function sheetsOf(entries: readonly ArchiveEntry[], { model }: GroupOptions): Alike[] {
  return shapesOf(entries).flatMap((alike): Alike[] => {
    if (model !== undefined) return [{ alike, tiling: null }];
    const arranged = arrange(alike.map(({ pixels }) => pixels as Pixels));
    return arranged.map(({ places, tiling }) => ({ alike: places.map((place) => alike[place]), tiling }));
  });
}

function shapesOf(entries: readonly ArchiveEntry[]): ArchiveEntry[][] {
  const sheets = new Map<string, ArchiveEntry[]>();
  for (const entry of entries) {
    const { width, height, channels, bitDepth } = entry.pixels as Pixels;
    const shape = [width, height, channels, bitDepth].join();
    sheets.set(shape, [...(sheets.get(shape) ?? []), entry]);
  }
  return [...sheets.values()];
}

async function encodeSheet(
  entries: readonly ArchiveEntry[],
  tiling: Tiling | null,
  options: GroupOptions,
): Promise<Uint8Array> {
  const all = entries.map(({ pixels }) => pixels as Pixels);
  const { file } = await compress(tiling ? joinTiles(all, tiling) : chainOf(all), options);
  return file;
}

function chainOf(all: readonly Pixels[]): Pixels {
  const { width, height, channels, bitDepth } = all[0];
  const data = blankSamples(bitDepth, all.length * sampleCount(all[0]));
  for (const [index, pixels] of all.entries()) data.set(pixels.data, index * sampleCount(pixels));
  return { width, height, channels, bitDepth, images: all.length, data };
}

/** Whether a sheet is smaller than the files that its images came from; pixels that came from none have to be coded. */
function isSmaller(file: Uint8Array, entries: readonly ArchiveEntry[]): boolean {
  if (entries.some(({ original }) => original === null)) return true;
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const before = sum(entries.map(({ original }) => (original as Uint8Array).length));
  const beside = sum(entries.map(({ recipe, metadata }) => (recipe?.length ?? 0) + (metadata?.length ?? 0)));
  return file.length + Math.min(beside, before) < before;
}

function keep({ original, pixels, reason }: ArchiveEntry): Uint8Array {
  if (!original) throw new VaezipError('bad-argument', 'an image has neither pixels nor a file');
  const shape = pixels ?? { width: 0, height: 0, images: 0, channels: 0, bitDepth: 0 };
  return store({ bytes: original }, shape, reason ?? reasonOf('not-smaller')).file;
}

/** Members of a group, those that are wanted alone. Throws VaezipError as `decompress`. */
export async function decodeGroup(
  { members, sheets }: GroupHead,
  body: Uint8Array,
  isWanted: (member: Member, index: number) => boolean,
  options: DecompressOptions,
): Promise<ArchiveImage[]> {
  const ends: number[] = [];
  for (const { bytes } of sheets) ends.push((ends.at(-1) ?? 0) + bytes);
  if (ends.at(-1) !== body.length)
    throw new VaezipError('bad-file', 'the sheets of a group are not its body');
  const images: ArchiveImage[] = [];
  for (const [number, { bytes, tiling }] of sheets.entries()) {
    const inSheet = [...members.entries()].filter(([, { sheet }]) => sheet === number);
    const wanted = new Set(
      inSheet.filter(([index, member]) => isWanted(member, index)).map(([index]) => index),
    );
    if (wanted.size === 0) continue;
    const read = await readSheet(
      fileOfBare(body.subarray(ends[number] - bytes, ends[number])),
      inSheet.length,
      tiling,
      options,
    );
    for (const [place, [index, { sheet, ...member }]] of inSheet.entries())
      if (wanted.has(index)) images[index] = { ...member, ...read(place) };
  }
  return members.flatMap((_, index) => images[index] ?? []);
}

/** What stands in each place of a sheet of so many members. */
async function readSheet(file: Uint8Array, count: number, tiling: Tiling | null, options: DecompressOptions) {
  const { kind } = await inspect(file);
  if (kind === 'kept') {
    if (count !== 1 || tiling)
      throw new VaezipError('bad-file', 'a file that is kept stands for several members');
    const { bytes } = await extract(file);
    return () => ({ pixels: null, original: bytes });
  }
  const pixels = await decompress(file, options);
  if (tiling) {
    const tile = cutTiles(pixels, count, tiling);
    return (place: number) => ({ pixels: tile(place), original: null });
  }
  const { width, height, images, channels, bitDepth, data } = pixels;
  if (images !== count) throw new VaezipError('bad-file', `a sheet does not hold ${count} images`);
  const each: Shape = { width, height, images: 1, channels, bitDepth };
  const size = sampleCount(each);
  const samples = (place: number): Samples => data.slice(place * size, (place + 1) * size);
  return (place: number) => ({ pixels: { ...each, data: samples(place) }, original: null });
}
