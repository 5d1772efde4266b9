// An archive as it is written: its signature, groups, and at the end the index.
import { VaezipError } from '../codec/error.ts';
import type { Shape } from '../codec/pixels/pixels.ts';
import { GROUP_PIXELS } from '../container/archive/group-pixels.ts';
import { type IndexEntry, writeIndex } from '../container/archive/index-part.ts';
import { faultOfName } from '../container/archive/member-names.ts';
import { ARCHIVE_SIGNATURE, writeEnd } from '../container/archive/parts.ts';
import { type ArchiveEntry, encodeGroup, type GroupOptions } from './archive-group.ts';

/** Bytes of a file that is kept that count as a pixel. */
const BYTES_PER_PIXEL = 3;

/** What a member counts of a group's pixels: a shape's, or of what is kept as a file its bytes. */
export function weightOf(shape: Pick<Shape, 'width' | 'height'> | null, fileBytes: number): number {
  return shape ? shape.width * shape.height : Math.ceil(fileBytes / BYTES_PER_PIXEL);
}

/** Gathers members for groups of so many pixels, in their order. */
export class Grouping<Item> {
  readonly #pixels: number;
  #gathered: Item[] = [];
  #sum = 0;

  constructor(pixels = GROUP_PIXELS) {
    this.#pixels = pixels;
  }

  /** The group that is full, if what weighs so much has no room in it. */
  add(item: Item, weight: number): Item[] | null {
    const full = this.#sum + weight > this.#pixels ? this.rest() : null;
    this.#gathered.push(item);
    this.#sum += weight;
    return full;
  }

  /** What is left; null where nothing is. */
  rest(): Item[] | null {
    const gathered = this.#gathered;
    [this.#gathered, this.#sum] = [[], 0];
    return gathered.length > 0 ? gathered : null;
  }
}

/** Throws VaezipError 'bad-argument' for a name that no member may have, or that does not ascend. */
export function checkOwnName(name: string, last: string | null): void {
  const fault = faultOfName(name);
  if (fault) throw new VaezipError('bad-argument', `the name ${JSON.stringify(name)} has ${fault}`);
  if (last !== null && name <= last)
    throw new VaezipError('bad-argument', `names in an archive ascend: ${name} comes behind ${last}`);
}

/** Where groups lie in an archive that is being written, behind those that are there. */
export class Layout {
  readonly #entries: IndexEntry[];
  #end: number;
  #begins = true;

  constructor(entries: readonly IndexEntry[] = [], end = ARCHIVE_SIGNATURE.length) {
    this.#entries = [...entries];
    this.#end = end;
  }

  /** Notes a group's part, which is written there next. */
  add(names: readonly string[], { length }: Uint8Array): void {
    const place = { offset: this.#end, bytes: length };
    this.#entries.push({ ...place, members: names.length, first: names[0], beginsRun: this.#begins });
    this.#begins = false;
    this.#end += length;
  }

  /** What ends the archive. */
  finish(): Uint8Array {
    return writeEnd(writeIndex(this.#entries));
  }
}

export interface PackOptions extends GroupOptions {
  /** Pixels of a group. */
  readonly groupPixels?: number | undefined;
}

/**
 * The bytes of an archive of members whose names ascend, part by part.
 * @throws as `compress`.
 */
export async function* packArchive(
  entries: Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>,
  { groupPixels, ...options }: PackOptions = {},
): AsyncGenerator<Uint8Array> {
  const grouping = new Grouping<ArchiveEntry>(groupPixels);
  const layout = new Layout();
  yield ARCHIVE_SIGNATURE;
  const coded = async (group: readonly ArchiveEntry[]) => {
    const part = await encodeGroup(group, options);
    layout.add(
      group.map(({ name }) => name),
      part,
    );
    return part;
  };
  let last: string | null = null;
  for await (const entry of entries) {
    checkOwnName(entry.name, last);
    last = entry.name;
    const full = grouping.add(entry, weightOf(entry.pixels, entry.original?.length ?? 0));
    if (full) yield await coded(full);
  }
  const rest = grouping.rest();
  if (rest) yield await coded(rest);
  yield layout.finish();
}
