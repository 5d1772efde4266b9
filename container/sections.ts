// The sections of a .vz file: a type, a length, the bytes; the last one's length is what is left. An image's groups are
// a section each way: one group as it is, several behind an index with a length and a checksum of each, so that a
// damaged one is named, the others can be had, and each can be read alone. The index ends with a checksum of all before
// it, so that such a reader knows the header and the tables to be whole, too. Each way has a second type, for groups
// with a start (codec/model/model.ts): so a file says it without a byte more.
import { crc32 } from '../codec/bytes/checksum.ts';
import { ByteReader } from '../codec/bytes/reader.ts';
import type { ByteWriter } from '../codec/bytes/writer.ts';
import { VaezipError } from '../codec/error.ts';
import type { Coded } from '../codec/model/model.ts';
import { MAX_GROUPS, MAX_SECTIONS } from './limits.ts';

/** A reader that does not know such a type may leave the section out. */
const MAY_BE_SKIPPED = 0x80;
/** No length follows: the section reaches to the last checksum. */
const LAST = 0x40;

/** Types of sections, by what they hold, in the order in which they stand. */
const TYPES = {
  name: MAY_BE_SKIPPED | 3,
  form: MAY_BE_SKIPPED | 4,
  png: MAY_BE_SKIPPED | 1,
  idx: MAY_BE_SKIPPED | 2,
  recipe: MAY_BE_SKIPPED | 5,
  preview: MAY_BE_SKIPPED | 6,
  alpha: 3,
  scan: 5,
  depth: 6,
  levels: 4,
  group: 0,
  groups: 1,
  groupWithStart: 7,
  groupsWithStart: 8,
  kept: 2,
} as const;
type TypeName = keyof typeof TYPES;
const NAMES = Object.keys(TYPES) as TypeName[];

const MAX_LENGTH = Number.MAX_SAFE_INTEGER;

/** Types of an image's groups, of which it has one. */
type GroupsType = 'group' | 'groups' | 'groupWithStart' | 'groupsWithStart';

/** The sections' bytes by name; groups taken apart. */
export type Sections = Partial<Record<Exclude<TypeName, GroupsType>, Uint8Array>> &
  Partial<Pick<Coded, 'groups' | 'hasStart'>>;

/** Sections as read. */
export interface ReadSections {
  readonly sections: Sections;
  /** Of several groups; null where there is one, or none. */
  readonly index: GroupIndex | null;
}

/** What stands before several groups. */
export interface GroupIndex {
  /** Of each group, as they are stated. */
  readonly lengths: readonly number[];
  readonly checksums: readonly number[];
  /** Of all bytes of the file before it. */
  readonly headChecksum: number;
  /** Bytes of it, with the checksum. */
  readonly bytes: Uint8Array;
}

/** What describes the file comes first, then metadata, the groups or the kept file last. */
export function writeSections(writer: ByteWriter, { groups, hasStart, ...others }: Sections): void {
  const several = groups !== undefined && groups.length > 1;
  const [one, many] = hasStart
    ? (['groupWithStart', 'groupsWithStart'] as const)
    : (['group', 'groups'] as const);
  const all: Partial<Record<TypeName, Uint8Array>> = {
    ...others,
    ...(groups?.length === 1 && { [one]: groups[0] }),
  };
  const entries = NAMES.flatMap((name) => {
    const bytes = all[name];
    return bytes ? [[name, bytes] as const] : [];
  });
  for (const [index, [name, bytes]] of entries.entries()) {
    const last = !several && index === entries.length - 1;
    writer.uint8(TYPES[name] | (last ? LAST : 0));
    if (!last) writer.varint(bytes.length);
    writer.bytes(bytes);
  }
  if (several) writeGroups(writer, TYPES[many], groups);
}

/**
 * All sections to the reader's end.
 * @throws VaezipError 'bad-file' for one that comes twice, or that is not known and may not be left out.
 */
export function readSections(reader: ByteReader): ReadSections {
  const sections: Partial<Record<TypeName, Uint8Array>> = {};
  for (let last = false, count = 0; !last; count++) {
    if (count === MAX_SECTIONS)
      throw new VaezipError('bad-file', `there are more than ${MAX_SECTIONS} sections`);
    const byte = reader.uint8();
    last = (byte & LAST) !== 0;
    const type = byte & ~LAST;
    const length = last ? reader.remaining : reader.varint('length of a section', reader.remaining);
    const bytes = reader.take(length);
    const name = NAMES.find((known) => TYPES[known] === type);
    if (name === undefined) {
      if (type & MAY_BE_SKIPPED) continue;
      throw new VaezipError(
        'bad-file',
        `section ${count} of type ${type} is not known here: a newer vaezip may read it`,
      );
    }
    if (sections[name]) throw new VaezipError('bad-file', `there are two sections of type ${type}`);
    sections[name] = bytes;
  }
  const { group, groups, groupWithStart, groupsWithStart, ...others } = sections;
  if ([group, groups, groupWithStart, groupsWithStart].filter(Boolean).length > 1)
    throw new VaezipError('bad-file', 'there are groups of two types');
  const one = group ?? groupWithStart;
  const several = groups ?? groupsWithStart;
  const beside = { ...others, ...((groupWithStart || groupsWithStart) && { hasStart: true }) };
  if (one) return { sections: { ...beside, groups: [one] }, index: null };
  if (!several) return { sections: beside, index: null };
  const { parts, index } = readGroups(several);
  return { sections: { ...beside, groups: parts }, index };
}

/** Whether a group is as it was written. */
export function isWholeGroup({ lengths, checksums }: GroupIndex, number: number, group: Uint8Array): boolean {
  return group.length === lengths[number] && crc32(group) === checksums[number];
}

/** What stands before the streams, of a file's first bytes alone: the last section may be cut. */
export function peekSections(reader: ByteReader): {
  readonly name: Uint8Array | null;
  readonly form: Uint8Array | null;
  readonly kind: TypeName | undefined;
} {
  let name: Uint8Array | null = null;
  let form: Uint8Array | null = null;
  for (;;) {
    const byte = reader.uint8();
    const kind = NAMES.find((known) => TYPES[known] === (byte & ~LAST));
    if (byte & LAST || (kind !== 'name' && kind !== 'form')) return { name, form, kind };
    const bytes = reader.take(reader.varint('length of a section', reader.remaining));
    if (kind === 'name') name = bytes;
    else form = bytes;
  }
}

function writeGroups(writer: ByteWriter, type: number, groups: readonly Uint8Array[]): void {
  writer.uint8(type | LAST);
  writer.varint(groups.length);
  for (const group of groups) {
    writer.varint(group.length);
    writer.uint32(crc32(group));
  }
  writer.uint32(crc32(writer.finish()));
  for (const group of groups) writer.bytes(group);
}

function readGroups(bytes: Uint8Array): { parts: Uint8Array[]; index: GroupIndex } {
  const reader = new ByteReader(bytes);
  const count = reader.varint('number of groups', MAX_GROUPS);
  if (count < 2) throw new VaezipError('bad-file', `${count} groups are not several`);
  const lengths: number[] = [];
  const checksums: number[] = [];
  for (let group = 0; group < count; group++) {
    lengths.push(reader.varint('length of a group', MAX_LENGTH));
    checksums.push(reader.uint32());
  }
  const headChecksum = reader.uint32();
  const index = {
    ...{ lengths, checksums, headChecksum },
    bytes: bytes.subarray(0, bytes.length - reader.remaining),
  };
  // Where the file was cut, groups lack their ends or all they had.
  const parts = lengths.map((length) => reader.take(Math.min(length, reader.remaining)));
  reader.end();
  return { parts, index };
}
