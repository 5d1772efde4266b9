// An archive that is open: its members by name or in their order, of which no more is read than that takes.
import { VaezipError } from '../codec/error.ts';
import { type IndexEntry, readIndex } from '../container/archive/index-part.ts';
import { type GroupHead, type Member, readGroupHead } from '../container/archive/members.ts';
import {
  ARCHIVE_SIGNATURE,
  bodyOf,
  END_BYTES,
  headOf,
  indexBytes,
  layoutOf,
  MAX_PREFIX_BYTES,
  type PartLayout,
} from '../container/archive/parts.ts';
import { type ByteInput, type ByteSource, sourceOf } from '../container/byte-sources.ts';
import { type ArchiveImage, decodeGroup } from './archive-group.ts';
import { scanArchive } from './archive-scan.ts';
import type { DecompressOptions } from './options.ts';

/** Read at once, in the hope that a group's head or the index is not longer. */
const GUESS_BYTES = 2 ** 13;

/** A group: where it lies, and what its head says. */
export interface OpenGroup {
  readonly entry: IndexEntry;
  readonly layout: PartLayout;
  readonly head: GroupHead;
}

/**
 * Opens an archive (.vza).
 * @throws VaezipError 'bad-file' for what is none; 'bad-input' for an address that gives no ranges of bytes. Where the
 * index is lost, all groups are looked for, which reads through the archive.
 */
export async function openArchive(input: ByteInput): Promise<Archive> {
  const source = await sourceOf(input);
  const start = await source.read(0, Math.min(source.size, ARCHIVE_SIGNATURE.length));
  if (!isArchive(start)) throw new VaezipError('bad-file', 'not a .vza archive');
  const indexed = await indexOf(source);
  if (indexed) return new Archive(source, indexed, null);
  const { entries, end } = await scanArchive(source);
  return new Archive(source, entries, end);
}

/** Whether the bytes start as an archive does. */
export function isArchive(bytes: Uint8Array): boolean {
  return (
    bytes.length >= ARCHIVE_SIGNATURE.length && ARCHIVE_SIGNATURE.every((byte, at) => bytes[at] === byte)
  );
}

/** Null where there is none at the end, or a damaged one. */
async function indexOf(source: ByteSource): Promise<IndexEntry[] | null> {
  const guessed = await source.read(Math.max(0, source.size - GUESS_BYTES), source.size);
  if (guessed.length < END_BYTES) return null;
  const bytes = indexBytes(guessed.subarray(guessed.length - END_BYTES));
  const end = source.size - END_BYTES;
  if (bytes === null || bytes > end) return null;
  const within = bytes + END_BYTES <= guessed.length;
  const part = within
    ? guessed.subarray(guessed.length - END_BYTES - bytes, guessed.length - END_BYTES)
    : await source.read(end - bytes, end);
  const layout = layoutOf(part.subarray(0, MAX_PREFIX_BYTES));
  if (layout?.kind !== 'index' || layout.bytes !== bytes) return null;
  try {
    return readIndex(headOf(part, layout));
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}

export class Archive {
  readonly #source: ByteSource;
  readonly #entries: readonly IndexEntry[];
  /** Number of each group's first member among all. */
  readonly #firsts: number[] = [];
  /** The group that was opened last. */
  #open: { readonly number: number; readonly group: Promise<OpenGroup> } | null = null;
  /** Members in it. */
  readonly size: number;
  /** Where the whole parts end, where the index is lost; null where it is not. */
  readonly scannedEnd: number | null;

  constructor(source: ByteSource, entries: readonly IndexEntry[], scannedEnd: number | null) {
    this.#source = source;
    this.#entries = entries;
    this.scannedEnd = scannedEnd;
    let size = 0;
    for (const { members } of entries) {
      this.#firsts.push(size);
      size += members;
    }
    this.size = size;
  }

  /** Groups, the units of reading and of damage, as the index tells of them. */
  get groups(): readonly IndexEntry[] {
    return this.#entries;
  }

  /**
   * The member of a name; null where there is none.
   * @throws VaezipError 'bad-file' where its group is damaged, and as `decompress`.
   */
  async get(name: string, options: DecompressOptions = {}): Promise<ArchiveImage | null> {
    let fault: VaezipError | null = null;
    for (const number of this.#groupsThatMayHold(name)) {
      try {
        const { head } = await this.group(number);
        const place = head.members.findIndex((member) => member.name === name);
        if (place < 0) continue;
        const [image] = await this.images(number, (_, index) => index === place, options);
        return image;
      } catch (error) {
        // Another run may hold it.
        if (!(error instanceof VaezipError) || error.code !== 'bad-file') throw error;
        fault ??= error;
      }
    }
    if (fault) throw fault;
    return null;
  }

  /** The member of a number, 0 to `size` - 1, in the order of writing. Throws as `get`; RangeError for others. */
  async at(number: number, options: DecompressOptions = {}): Promise<ArchiveImage> {
    if (!(number >= 0 && number < this.size)) throw new RangeError(`there is no member ${number}`);
    const group = this.#firsts.findLastIndex((first) => first <= number);
    const place = number - this.#firsts[group];
    const [image] = await this.images(group, (_, index) => index === place, options);
    return image;
  }

  /** All members, group by group, without their pixels. `lose` is told of groups whose heads are damaged. */
  async *members(lose?: (error: VaezipError) => void): AsyncGenerator<Omit<Member, 'sheet'>> {
    for (const number of this.#entries.keys()) {
      try {
        yield* (await this.group(number)).head.members;
      } catch (error) {
        if (!lose || !(error instanceof VaezipError)) throw error;
        lose(error);
      }
    }
  }

  /** All members with their pixels, group by group. Throws as `get`. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ArchiveImage> {
    for (const number of this.#entries.keys()) yield* await this.images(number);
  }

  /** Where a group lies, and what its head says. Throws VaezipError 'bad-file' for a damaged head. */
  group(number: number): Promise<OpenGroup> {
    if (this.#open?.number !== number) this.#open = { number, group: this.#openGroup(this.#entries[number]) };
    return this.#open.group;
  }

  /** The members of a group that are wanted, by default all. Throws as `get`. */
  async images(
    number: number,
    isWanted: (member: Member, index: number) => boolean = () => true,
    options: DecompressOptions = {},
  ): Promise<ArchiveImage[]> {
    const { entry, layout, head } = await this.group(number);
    const from = entry.offset + layout.body;
    const body = bodyOf(await this.#source.read(from, entry.offset + layout.bytes));
    return decodeGroup(head, body, isWanted, options);
  }

  async #openGroup(entry: IndexEntry): Promise<OpenGroup> {
    const { offset, bytes } = entry;
    if (offset + bytes > this.#source.size)
      throw new VaezipError('bad-file', 'a group is damaged: it would lie beyond the end of the archive');
    const guessed = await this.#source.read(offset, offset + Math.min(bytes, GUESS_BYTES));
    const layout = layoutOf(guessed.subarray(0, MAX_PREFIX_BYTES));
    if (layout?.kind !== 'group' || layout.bytes !== bytes)
      throw new VaezipError('bad-file', 'a group is damaged: it does not lie where the index says');
    const start =
      layout.body <= guessed.length ? guessed : await this.#source.read(offset, offset + layout.body);
    const head = readGroupHead(headOf(start, layout));
    if (head.members.length !== entry.members)
      throw new VaezipError('bad-file', 'a group does not have as many members as the index says');
    return { entry, layout, head };
  }

  /** In each run the group whose names may be around it. */
  #groupsThatMayHold(name: string): number[] {
    const found: number[] = [];
    let candidate = -1;
    for (const [number, { first, beginsRun }] of this.#entries.entries()) {
      if (beginsRun && candidate >= 0) found.push(candidate);
      if (beginsRun) candidate = -1;
      if (first <= name) candidate = number;
    }
    return candidate >= 0 ? [...found, candidate] : found;
  }
}
