// The head of a group of an archive: its members' names, times and what makes their files again, and the sheets that
// their pixels are coded in. Column by column, so that what is alike lies side by side.
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { equal } from '../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../codec/error.ts';
import { MAX_METADATA_BYTES } from '../limits.ts';
import { condense, expand } from '../metadata/condensed.ts';
import { packLearned, unpackLearned } from '../metadata/learned.ts';
import { byteOfForm, formOfByte, type SourceForm } from '../source-form.ts';
import { checkMemberName, readNames, writeNames } from './member-names.ts';

/** An image, or a file that is kept, in an archive. */
export interface Member {
  /** Path in the archive, parts joined by '/'. */
  readonly name: string;
  /** When the file was changed last, in seconds since 1970; null where nobody knows. */
  readonly time: number | null;
  /** Number of the sheet in the group that holds it; in the sheet members stand in their order. */
  readonly sheet: number;
  /** What the file was like, where decoding writes it differently. */
  readonly form: SourceForm | null;
  /** PNG chunks as in metadata of a .vz file; empty where there are none. */
  readonly metadata: Uint8Array;
  /** What makes the file's bytes of its pixels and metadata; null where nothing does. */
  readonly recipe: Uint8Array | null;
}

/** How members are tiles of one image. */
export interface Tiling {
  /** Members of a line, 1 at least; the image has as many lines as all members make. */
  readonly line: number;
  /** Whether lines are columns, from the left, with members from the top down; else rows, from the top. */
  readonly down: boolean;
}

/** A .vz file in a group. */
export interface Sheet {
  readonly bytes: number;
  /** Null where it holds a chain of images, or a kept file. */
  readonly tiling: Tiling | null;
}

export interface GroupHead {
  readonly members: readonly Member[];
  readonly sheets: readonly Sheet[];
}

/** Members of a group, and bytes of its head once unpacked. */
export const MAX_MEMBERS = 2 ** 16;
const MAX_HEAD_BYTES = 2 ** 27;
/** Seconds: the year 10,000. */
const MAX_TIME = 2 ** 38;
const MAX_SHEET_BYTES = 2 ** 40;

/** What metadata are: none, those of the member before, condensed, or as they are. */
const NONE = 0;
const SAME = 1;
const CONDENSED = 2;
const PLAIN = 3;

export function writeGroupHead({ members, sheets }: GroupHead): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(members.length);
  writer.varint(sheets.length);
  for (const { bytes } of sheets) writer.varint(bytes);
  for (const { tiling } of sheets) writer.varint(tiling ? 2 * tiling.line + (tiling.down ? 1 : 0) : 0);
  if (sheets.length > 1) for (const { sheet } of members) writer.varint(sheet);
  writeNames(
    writer,
    members.map(({ name }) => name),
  );
  let before = 0;
  for (const { time } of members) {
    writer.varint(time === null ? 0 : 1 + folded(time - before));
    before = time ?? before;
  }
  for (const { form } of members) writer.varint(form ? 1 + byteOfForm(form) : 0);
  for (const { recipe } of members) {
    writer.varint(recipe ? 1 + recipe.length : 0);
    if (recipe) writer.bytes(recipe);
  }
  for (const [index, { metadata }] of members.entries())
    writeMetadata(writer, metadata, members[index - 1]?.metadata ?? NOTHING);
  return packLearned(writer.finish());
}

/** Undoes `writeGroupHead`. Throws VaezipError 'bad-file' for anything that it does not write. */
export function readGroupHead(packed: Uint8Array): GroupHead {
  const reader = new ByteReader(unpackLearned(packed, MAX_HEAD_BYTES));
  const count = reader.varint('number of members', MAX_MEMBERS);
  const each = <Value>(read: (index: number) => Value): Value[] =>
    Array.from({ length: count }, (_, index) => read(index));
  const sizes = Array.from({ length: reader.varint('number of sheets', count) }, () =>
    reader.varint('bytes of a sheet', MAX_SHEET_BYTES),
  );
  const sheets = sizes.map((bytes): Sheet => ({ bytes, tiling: readTiling(reader) }));
  if (count === 0 || sheets.length === 0) throw new VaezipError('bad-file', 'a group has no members');
  const sheetOf = each(() => (sheets.length > 1 ? reader.varint('number of a sheet', sheets.length - 1) : 0));
  const names = readNames(reader, count);
  for (const name of names) checkMemberName(name);
  let before = 0;
  const times = each(() => {
    const time = reader.varint('time of a member', 2 * MAX_TIME);
    if (time === 0) return null;
    before += unfolded(time - 1);
    return before;
  });
  const forms = each(() => {
    const form = reader.varint('form of a member', 256);
    return form === 0 ? null : formOfByte(form - 1);
  });
  const recipes = each(() => {
    const length = reader.varint('length of a recipe', reader.remaining);
    return length === 0 ? null : reader.take(length - 1);
  });
  let metadata: Uint8Array = NOTHING;
  const allMetadata = each(() => {
    metadata = readMetadata(reader, metadata);
    return metadata;
  });
  reader.end();
  const members = each((index) => ({
    name: names[index],
    time: times[index],
    sheet: sheetOf[index],
    form: forms[index],
    metadata: allMetadata[index],
    recipe: recipes[index],
  }));
  return { members, sheets };
}

function readTiling(reader: ByteReader): Tiling | null {
  const value = reader.varint('tiling of a sheet', 2 * MAX_MEMBERS + 1);
  if (value === 0) return null;
  if (value === 1) throw new VaezipError('bad-file', 'a line of tiles has none');
  return { line: value >> 1, down: value % 2 === 1 };
}

const NOTHING = new Uint8Array(0);

function writeMetadata(writer: ByteWriter, metadata: Uint8Array, before: Uint8Array): void {
  if (metadata.length === 0) writer.uint8(NONE);
  else if (equal(metadata, before)) writer.uint8(SAME);
  else {
    const condensed = condensedOf(metadata);
    writer.uint8(condensed ? CONDENSED : PLAIN);
    writer.varint((condensed ?? metadata).length);
    writer.bytes(condensed ?? metadata);
  }
}

/** Null for what would not come back. */
function condensedOf(metadata: Uint8Array): Uint8Array | null {
  try {
    const condensed = condense(metadata);
    return equal(expand(condensed, MAX_METADATA_BYTES), metadata) ? condensed : null;
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}

function readMetadata(reader: ByteReader, before: Uint8Array): Uint8Array {
  const kind = reader.uint8();
  if (kind === NONE) return NOTHING;
  if (kind === SAME) return before;
  if (kind > PLAIN) throw new VaezipError('bad-file', `metadata of the kind ${kind} are not known here`);
  const bytes = reader.take(reader.varint('length of metadata', reader.remaining));
  return kind === CONDENSED ? expand(bytes, MAX_METADATA_BYTES) : bytes;
}

/** Whole numbers, negative ones too, as those from 0 on. */
function folded(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function unfolded(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}
