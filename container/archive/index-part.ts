// The index of an archive: where its groups lie, how many members they have, and the name of each one's first. Names
// ascend within a run, which one writing of an archive makes, so that a member is found without its group's neighbours.
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { packLearned, unpackLearned } from '../metadata/learned.ts';
import { readNames, writeNames } from './member-names.ts';
import { MAX_MEMBERS } from './members.ts';

/** A group as the index tells of it. */
export interface IndexEntry {
  /** Of its first byte. */
  readonly offset: number;
  readonly bytes: number;
  readonly members: number;
  readonly first: string;
  /** Whether a run begins with it. */
  readonly beginsRun: boolean;
}

const MAX_GROUPS = 2 ** 24;
const MAX_INDEX_BYTES = 2 ** 28;
const MAX_OFFSET = 2 ** 48;

export function writeIndex(entries: readonly IndexEntry[]): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(entries.length);
  let end = 0;
  for (const { offset, bytes } of entries) {
    writer.varint(offset - end);
    writer.varint(bytes);
    end = offset + bytes;
  }
  for (const { members, beginsRun } of entries) writer.varint(2 * members + (beginsRun ? 1 : 0));
  writeNames(
    writer,
    entries.map(({ first }) => first),
  );
  return packLearned(writer.finish());
}

/** Undoes `writeIndex`. Throws VaezipError 'bad-file' for anything that it does not write. */
export function readIndex(packed: Uint8Array): IndexEntry[] {
  const reader = new ByteReader(unpackLearned(packed, MAX_INDEX_BYTES));
  const count = reader.varint('number of groups', Math.min(MAX_GROUPS, reader.remaining));
  const each = <Value>(read: () => Value): Value[] => Array.from({ length: count }, read);
  let end = 0;
  const places = each(() => {
    const offset = end + reader.varint('offset of a group', MAX_OFFSET);
    const bytes = reader.varint('bytes of a group', MAX_OFFSET);
    end = offset + bytes;
    return { offset, bytes };
  });
  const counts = each(() => reader.varint('members of a group', 2 * MAX_MEMBERS + 1));
  const names = readNames(reader, count);
  reader.end();
  return places.map((place, index) => ({
    ...place,
    members: Math.floor(counts[index] / 2),
    first: names[index],
    beginsRun: counts[index] % 2 === 1,
  }));
}
