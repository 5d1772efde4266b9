// The directory of a TIFF or BigTIFF file's first image (TIFF 6.0, section 2): its tags, and where their values are.
import { VaezipError } from '../../../codec/error.ts';
import type { FileParts } from '../common/file-parts.ts';

/** Bytes of a value of each type; 13 and 18 point to directories. */
export const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...{
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
  },
};
export const [BYTE, SHORT, LONG, RATIONAL, UNDEFINED, LONG8] = [1, 3, 4, 5, 7, 16];

/** Of a tag: offsets of as many pieces as there may be. */
const MOST_VALUES = 2 ** 20;

export const TAG = {
  ...{ subfileType: 254, width: 256, height: 257, bits: 258, compression: 259, photometric: 262 },
  ...{ fillOrder: 266, stripOffsets: 273, orientation: 274, samplesPerPixel: 277, rowsPerStrip: 278 },
  ...{ stripBytes: 279, xResolution: 282, yResolution: 283, planes: 284, resolutionUnit: 296 },
  ...{ predictor: 317, tileWidth: 322, tileHeight: 323, tileOffsets: 324, tileBytes: 325 },
  ...{ colourMap: 320, extraSamples: 338, sampleFormat: 339, xmp: 700, profile: 34675, dngVersion: 50706 },
} as const;

export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its values are in the file, and their bytes: not read before they are asked for. */
  readonly offset: number;
  readonly length: number;
}

export interface Directory {
  readonly parts: FileParts;
  readonly entries: readonly Entry[];
  readonly littleEndian: boolean;
  readonly next: number;
}

export function readDirectory(parts: FileParts): Directory {
  const header = parts.at(0, 16);
  const littleEndian = header[0] === 0x49;
  const big = (littleEndian ? header[2] : header[3]) === 43;
  const field = (offset: number, length: number) => {
    const bytes = parts.at(offset, length);
    if (bytes.length < length) throw damaged('it ends too early');
    return bytes;
  };
  const number = (bytes: Uint8Array, offset: number, length: number) =>
    readNumber(viewOf(bytes), offset, length, littleEndian);
  const wide = big ? 8 : 4; // of offsets and counts
  const headerBytes = big ? 16 : 8;
  const offset = number(field(0, headerBytes), big ? 8 : 4, wide);
  const countBytes = big ? 8 : 2;
  const entryBytes = 4 + 2 * wide;
  const count = number(field(offset, countBytes), 0, countBytes);
  if (count === 0 || count > 65535) throw damaged(`it has ${count} tags`);
  const table = field(offset + countBytes, count * entryBytes + wide);
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const at = index * entryBytes;
    const [tag, type] = [number(table, at, 2), number(table, at + 2, 2)];
    const values = number(table, at + 4, wide);
    const length = values * (TYPE_BYTES[type] ?? 0);
    const inline = at + 4 + wide;
    const outside = length > wide;
    const place = outside ? number(table, inline, wide) : offset + countBytes + inline;
    if (place + length > parts.size) throw damaged(`its tag ${tag} ends beyond the file`);
    return { tag, type, count: values, offset: place, length };
  });
  return { parts, entries, littleEndian, next: number(table, count * entryBytes, wide) };
}

export function bytesOf({ parts }: Directory, { offset, length }: Entry): Uint8Array {
  return parts.at(offset, length);
}

export function entryOf({ entries }: Pick<Directory, 'entries'>, tag: number): Entry | undefined {
  return entries.find((entry) => entry.tag === tag);
}

/** A tag's first number, or what holds where it is not there. */
export function numberOf(directory: Directory, tag: number, usual: number): number {
  return numbersOf(directory, tag, 1)?.[0] ?? usual;
}

/** A tag's whole numbers; undefined where it is not there. Throws VaezipError 'bad-input' for what is not numbers. */
export function numbersOf(directory: Directory, tag: number, most = MOST_VALUES): number[] | undefined {
  const entry = entryOf(directory, tag);
  if (!entry) return undefined;
  const { type } = entry;
  const count = Math.min(entry.count, most);
  if (count === 0 || ![BYTE, SHORT, LONG, LONG8].includes(type))
    throw damaged(`its tag ${tag} is of the type ${type}`);
  const view = viewOf(bytesOf(directory, entry));
  const bytes = TYPE_BYTES[type];
  return Array.from({ length: count }, (_, index) =>
    readNumber(view, index * bytes, bytes, directory.littleEndian),
  );
}

function readNumber(view: DataView, offset: number, length: number, littleEndian: boolean): number {
  if (length === 1) return view.getUint8(offset);
  if (length === 2) return view.getUint16(offset, littleEndian);
  return length === 4
    ? view.getUint32(offset, littleEndian)
    : Number(view.getBigUint64(offset, littleEndian));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', what);
}
