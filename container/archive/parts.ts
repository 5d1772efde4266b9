// The parts of an archive (.vza) behind its signature, one after the other: groups, and behind them the index. Each
// begins with two letters and two lengths, so that what an index does not tell, or a lost one, is found by scanning.
//
//   part   letters 'V' and its kind, length of the head, length of the body, head, checksum of all that, body, checksum
//   end    behind an index: its bytes, four letters
import { crc32 } from '../../codec/bytes/checksum.ts';
import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { VaezipError } from '../../codec/error.ts';

/** As of .vz files, with another last byte. */
export const ARCHIVE_SIGNATURE = Uint8Array.of(0x89, 0x56, 0x5a, 0x41);
const LETTER = 0x56;
const KINDS = { group: 0x47, index: 0x49 } as const;
export type PartKind = keyof typeof KINDS;
/** Behind the index's length, at the very end. */
const END = Uint8Array.of(0x56, 0x5a, 0x41, 0x0a);
export const END_BYTES = 4 + END.length;

const CHECKSUM_BYTES = 4;
const MAX_HEAD_BYTES = 2 ** 27;
const MAX_BODY_BYTES = 2 ** 40;
/** Letters and lengths. */
export const MAX_PREFIX_BYTES = 2 + 7 + 7;

/** Where a part's bytes lie behind its beginning. */
export interface PartLayout {
  readonly kind: PartKind;
  readonly head: number;
  readonly headBytes: number;
  readonly body: number;
  readonly bodyBytes: number;
  /** Bytes of the whole part. */
  readonly bytes: number;
}

export function writePart(kind: PartKind, head: Uint8Array, body: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(Uint8Array.of(LETTER, KINDS[kind]));
  writer.varint(head.length);
  writer.varint(body.length);
  writer.bytes(head);
  writer.uint32(crc32(writer.finish()));
  writer.bytes(body);
  if (body.length > 0) writer.uint32(crc32(body));
  return writer.finish();
}

/** The index as a part, and what stands behind it. */
export function writeEnd(index: Uint8Array): Uint8Array {
  const part = writePart('index', index, new Uint8Array(0));
  const writer = new ByteWriter();
  writer.bytes(part);
  writer.uint32(part.length);
  writer.bytes(END);
  return writer.finish();
}

/** Bytes of the index that an archive's last END_BYTES tell of; null where they are none. */
export function indexBytes(end: Uint8Array): number | null {
  const reader = new ByteReader(end);
  const bytes = reader.uint32();
  return END.every((byte, at) => end[4 + at] === byte) ? bytes : null;
}

/** The layout of the part that begins with these bytes, MAX_PREFIX_BYTES of them if there are; null for no part. */
export function layoutOf(start: Uint8Array): PartLayout | null {
  const kind = (Object.keys(KINDS) as PartKind[]).find((name) => KINDS[name] === start[1]);
  if (start[0] !== LETTER || kind === undefined) return null;
  const reader = new ByteReader(start.subarray(2));
  try {
    const headBytes = reader.varint('length of a head', MAX_HEAD_BYTES);
    const bodyBytes = reader.varint('length of a body', MAX_BODY_BYTES);
    const head = start.length - reader.remaining;
    const body = head + headBytes + CHECKSUM_BYTES;
    const bytes = body + bodyBytes + (bodyBytes > 0 ? CHECKSUM_BYTES : 0);
    return { kind, head, headBytes, body, bodyBytes, bytes };
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}

/** The head in the part's bytes up to its body. Throws VaezipError 'bad-file' for a damaged one. */
export function headOf(start: Uint8Array, { head, headBytes, body }: PartLayout): Uint8Array {
  const end = head + headBytes;
  if (start.length < body || new ByteReader(start.subarray(end)).uint32() !== crc32(start.subarray(0, end)))
    throw new VaezipError('bad-file', 'the head of a group is damaged: its checksum does not fit');
  return start.subarray(head, end);
}

/** The body, of its bytes and its checksum. Throws VaezipError 'bad-file' for a damaged one. */
export function bodyOf(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - CHECKSUM_BYTES;
  if (end < 0 || new ByteReader(bytes.subarray(end)).uint32() !== crc32(bytes.subarray(0, end)))
    throw new VaezipError('bad-file', 'a group is damaged: its checksum does not fit');
  return bytes.subarray(0, end);
}
