// A .vz file read in parts, wherever its bytes are: what stands before its groups, and of several groups those alone
// that are asked for. Docs/FORMAT.md says how they lie.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import type { ByteSource } from './byte-sources.ts';
import {
  CHECKSUM_BYTES,
  damaged,
  type ImageHead,
  type KeptContainer,
  parseContainer,
  readContainer,
} from './container.ts';
import { type GroupIndex, isWholeGroup } from './sections.ts';

/** Bytes that are looked at first: enough for all before the groups of nearly every photo; then so many times more. */
const FIRST_BYTES = 2 ** 12;
const GROWTH = 8;

/** A file whose groups are to be read one by one. */
export interface Parts {
  readonly head: ImageHead | KeptContainer;
  /** Bytes of each group. */
  readonly groupBytes: readonly number[];
  /** A group's bytes. Throws VaezipError 'bad-file' for a damaged one. */
  group(number: number): Promise<Uint8Array>;
}

/** What a file says of itself: its groups, or the file that it keeps, are cut off. */
export type Head = Pick<Parts, 'head' | 'groupBytes'>;

/**
 * What stands before a file's groups, or before the file that it keeps, and no more. A small file, and what stands
 * before several groups, is checked by its checksum; of others nothing is but what can be read of them.
 * @throws VaezipError 'bad-file' for what is no such file.
 */
export async function readHead(file: ByteSource): Promise<Head> {
  for (let length = FIRST_BYTES; length < file.size; length *= GROWTH) {
    const start = await file.read(0, length);
    const parsed = parseStart(start, file.size);
    if (!parsed) continue;
    const { container, index } = parsed;
    if (container.kind === 'kept') return { head: container, groupBytes: [] };
    if (index) return partsOfGroups(container, index, start, file);
    const from = container.groups[0].byteOffset - start.byteOffset;
    return { head: container, groupBytes: [file.size - CHECKSUM_BYTES - from] };
  }
  return partsOfWhole(await file.read(0, file.size));
}

/**
 * The fields of a .vz file whose groups are to be read one by one: of several groups, each is read and checked when it
 * is asked for, and what stands before them now; a file of one group, or a kept one, as a whole.
 * @throws VaezipError as `readContainer`.
 */
export async function readInParts(file: ByteSource): Promise<Parts> {
  for (let length = FIRST_BYTES; length < file.size; length *= GROWTH) {
    const start = await file.read(0, length);
    const parsed = parseStart(start, file.size);
    if (parsed?.index && parsed.container.kind === 'image')
      return partsOfGroups(parsed.container, parsed.index, start, file);
    if (parsed) break;
  }
  const bytes = await file.read(0, file.size);
  const { container, index } = parseContainer(bytes);
  if (index && container.kind === 'image') return partsOfGroups(container, index, bytes, file);
  return partsOfWhole(bytes);
}

/** What a file's first bytes hold; null where they are too few to tell. */
function parseStart(start: Uint8Array, fileBytes: number) {
  try {
    return parseContainer(start, fileBytes);
  } catch (error) {
    if (error instanceof VaezipError) return null;
    throw error;
  }
}

/** `start`: of the file's bytes, those before the groups at least. */
function partsOfGroups(head: ImageHead, index: GroupIndex, start: Uint8Array, file: ByteSource): Parts {
  const { bytes, lengths, headChecksum } = index;
  const from = bytes.byteOffset + bytes.length - start.byteOffset;
  if (crc32(start.subarray(0, from - CHECKSUM_BYTES)) !== headChecksum) throw damaged();
  const ends = lengths.map((_, number) =>
    lengths.slice(0, number + 1).reduce((sum, length) => sum + length, from),
  );
  return {
    head,
    groupBytes: lengths,
    async group(number) {
      const begin = ends[number] - lengths[number];
      // Where the file was cut, a group lacks its end.
      const end = Math.min(ends[number], file.size - CHECKSUM_BYTES);
      const group = await file.read(begin, Math.max(begin, end));
      if (isWholeGroup(index, number, group)) return group;
      throw new VaezipError('bad-file', `the file is damaged, in the group ${number}`);
    },
  };
}

function partsOfWhole(bytes: Uint8Array): Parts {
  const container = readContainer(bytes);
  const groups = container.kind === 'image' ? container.groups : [];
  const groupBytes = groups.map(({ length }) => length);
  return { head: container, groupBytes, group: async (number) => groups[number] };
}
