// An archive as it is written: its signature, groups, and at the end the index.
import { VaezipError } from '../../codec/error.ts';
import { type IndexEntry, writeIndex } from '../../container/archive/index-part.ts';
import { faultOfName } from '../../container/archive/member-names.ts';
import { ARCHIVE_SIGNATURE, writeEnd } from '../../container/archive/parts.ts';
import { type ArchiveEntry, encodeGroup, type GroupOptions } from './group.ts';

/** Pixels of a group that holds several members, at most: the unit of reading and of damage. */
export const GROUP_PIXELS = 16_384;

/** Gathers members for groups of so many pixels, in their order. */
export class Grouping {
  readonly #pixels: number;
  #gathered: ArchiveEntry[] = [];
  #sum = 0;
  #last: string | null = null;

  constructor(pixels = GROUP_PIXELS) {
    this.#pixels = pixels;
  }

  /**
   * The group that is full, if the member has no room in it.
   * @throws VaezipError 'bad-argument' for a name that is none, or not behind the one before in the order of strings.
   */
  add(entry: ArchiveEntry): ArchiveEntry[] | null {
    checkOwnName(entry.name, this.#last);
    this.#last = entry.name;
    const { width, height } = entry.pixels ?? { width: 1, height: 1 };
    const full = this.#sum + width * height > this.#pixels ? this.rest() : null;
    this.#gathered.push(entry);
    this.#sum += width * height;
    return full;
  }

  /** What is left; null where nothing is. */
  rest(): ArchiveEntry[] | null {
    const gathered = this.#gathered;
    [this.#gathered, this.#sum] = [[], 0];
    return gathered.length > 0 ? gathered : null;
  }
}

function checkOwnName(name: string, last: string | null): void {
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
  add(group: readonly ArchiveEntry[], { length }: Uint8Array): void {
    const { name } = group[0];
    this.#entries.push({
      ...{ offset: this.#end, bytes: length, members: group.length, first: name, beginsRun: this.#begins },
    });
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
  const grouping = new Grouping(groupPixels);
  const layout = new Layout();
  yield ARCHIVE_SIGNATURE;
  const coded = async (group: readonly ArchiveEntry[]) => {
    const part = await encodeGroup(group, options);
    layout.add(group, part);
    return part;
  };
  for await (const entry of entries) {
    const full = grouping.add(entry);
    if (full) yield await coded(full);
  }
  const rest = grouping.rest();
  if (rest) yield await coded(rest);
  yield layout.finish();
}
