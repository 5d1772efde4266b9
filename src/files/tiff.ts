// TIFF and BigTIFF (TIFF 6.0, section 2): the tags of the first image, and whether the samples and a few PNG chunks say
// all that the file says. Only then are its pixels coded; any other tag, and bytes that nothing points to, keep it.
import { VaezipError } from '../../codec/error.ts';
import { type Reason, reasonOf, type Shape } from '../../library/index.ts';
import { allOf, firstOf } from '../text/lists.ts';
import type { FileParts } from './common/file-parts.ts';
import type { ForeignMetadata } from './foreign-metadata.ts';
import { tiffTagName } from './tiff-tags.ts';

/** A TIFF file that can be coded. */
export interface PlainTiff extends ForeignMetadata {
  readonly shape: Shape;
}

/** Bytes of a value of each type; 13 and 18 point to directories. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
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
const [BYTE, SHORT, LONG, RATIONAL, UNDEFINED, LONG8] = [1, 3, 4, 5, 7, 16];

const TAG = {
  ...{ subfileType: 254, width: 256, height: 257, bits: 258, compression: 259, photometric: 262 },
  ...{ fillOrder: 266, stripOffsets: 273, orientation: 274, samplesPerPixel: 277, rowsPerStrip: 278 },
  ...{ stripBytes: 279, xResolution: 282, yResolution: 283, planes: 284, resolutionUnit: 296 },
  ...{ predictor: 317, tileWidth: 322, tileHeight: 323, tileOffsets: 324, tileBytes: 325 },
  ...{ sampleFormat: 339, xmp: 700, profile: 34675 },
} as const;
const UNDERSTOOD: ReadonlySet<number> = new Set(Object.values(TAG));

/** Compressions without loss that are read here: none, LZW, Deflate (two numbers), PackBits. */
const LOSSLESS = [1, 5, 8, 32946, 32773];
const LOSSY: Readonly<Record<number, string>> = { 6: 'JPEG', 7: 'JPEG', 34892: 'JPEG', 50001: 'WebP' };
const PHOTOMETRIC: Readonly<Record<number, string>> = {
  ...{ 0: 'min-is-white', 3: 'palette', 4: 'mask', 5: 'CMYK', 6: 'YCbCr', 8: 'LAB', 9: 'LAB', 10: 'LAB' },
  ...{ 32803: 'raw', 32844: 'LogL', 32845: 'LogLuv', 34892: 'raw' },
};
const DNG_VERSION = 50706;
/** Zeros up to a multiple of 16 align what follows, and say nothing. */
const ALIGNMENT = 16;

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its values are in the file, and their bytes: not read before they are asked for. */
  readonly offset: number;
  readonly length: number;
}

/** From byte `start` on, before `end`. */
type Extent = readonly [start: number, end: number];

interface Directory {
  readonly parts: FileParts;
  readonly entries: readonly Entry[];
  readonly littleEndian: boolean;
  readonly extents: readonly Extent[];
  readonly next: number;
}

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function readTiff(parts: FileParts): PlainTiff | Reason {
  const directory = readDirectory(parts);
  const reason = reasonOfSamples(directory) ?? reasonOfTags(directory) ?? reasonOfExtents(directory);
  if (reason) return reason;
  const density = densityOf(directory);
  if (density === null) return reasonOf('extras', 'a resolution that PNG does not hold');
  const shape: Shape = {
    width: numberOf(directory, TAG.width, 0),
    height: numberOf(directory, TAG.height, 0),
    images: 1,
    channels: numberOf(directory, TAG.samplesPerPixel, 1) === 3 ? 3 : 1,
    bitDepth: numberOf(directory, TAG.bits, 1) === 16 ? 16 : 8,
  };
  const [icc, xmp] = [TAG.profile, TAG.xmp].map((tag) => {
    const entry = entryOf(directory, tag);
    return entry && bytesOf(directory, entry);
  });
  return { shape, icc, xmp, density };
}

/** Why the samples are not coded; null for grey or RGB of 8 or 16 unsigned bits, upright, packed without loss. */
function reasonOfSamples(directory: Directory): Reason | null {
  if (directory.next !== 0) return reasonOf('pages');
  if (entryOf(directory, DNG_VERSION)) return reasonOf('undecoded', 'DNG is not decoded here');
  const compression = numberOf(directory, TAG.compression, 1);
  if (LOSSY[compression]) return reasonOf('lossy', `${LOSSY[compression]} in TIFF is lossy already`);
  const photometric = numberOf(directory, TAG.photometric, -1);
  const channels = photometric === 1 ? 1 : photometric === 2 ? 3 : 0;
  if (channels === 0)
    return reasonOf('samples', `${PHOTOMETRIC[photometric] ?? `photometric ${photometric}`} samples`);
  const bits = numbersOf(directory, TAG.bits) ?? [1];
  if (bits.some((depth) => depth !== bits[0]) || (bits[0] !== 8 && bits[0] !== 16))
    return reasonOf('samples', `TIFF of ${allOf([...new Set(bits)].map(String))}-bit samples`);
  if ((numbersOf(directory, TAG.sampleFormat) ?? [1]).some((format) => format !== 1))
    return reasonOf('samples', 'TIFF samples that are signed or of floating point');
  if (!LOSSLESS.includes(compression))
    return reasonOf('undecoded', `TIFF's compression ${compression} is not decoded here`);
  const samples = numberOf(directory, TAG.samplesPerPixel, 1);
  if (samples === channels + 1) return reasonOf('alpha', 'TIFF with alpha');
  if (samples !== channels) return reasonOf('samples', `TIFF with ${samples} channels`);
  return numberOf(directory, TAG.orientation, 1) === 1 ? null : reasonOf('rotated', 'a rotated TIFF');
}

/** Tags that are not understood, or twice there, or of a value that says more than samples do. */
function reasonOfTags(directory: Directory): Reason | null {
  const { entries } = directory;
  const seen = new Set<number>();
  const foreign = entries.filter(({ tag, type }) => {
    if (!UNDERSTOOD.has(tag) || seen.has(tag)) return true;
    seen.add(tag);
    if (tag === TAG.subfileType) return numberOf(directory, tag, 0) !== 0;
    if (tag === TAG.fillOrder) return numberOf(directory, tag, 1) !== 1;
    if (tag === TAG.xmp || tag === TAG.profile) return type !== BYTE && type !== UNDEFINED;
    return false;
  });
  if (foreign.length === 0) return null;
  const names = firstOf(foreign.map(({ tag }) => tiffTagName(tag)));
  return reasonOf('extras', `TIFF ${foreign.length === 1 ? 'tag' : 'tags'} ${names}`);
}

/** Bytes that neither the directory nor its values nor the image data are. */
function reasonOfExtents(directory: Directory): Reason | null {
  const { parts } = directory;
  const { offsets, lengths, used } = imageData(directory);
  const data = offsets.map((offset, index): Extent => [offset, offset + lengths[index]]);
  const [packed, raw] = [sum(lengths.slice(0, used)), rawBytes(directory)];
  if (raw !== null && packed < raw) throw damaged('its image data are too short');
  let beside = sum(lengths.slice(used)) + (raw === null ? 0 : packed - raw);
  let end = 0;
  for (const [start, stop] of [...directory.extents, ...data, [parts.size, parts.size] as const].sort(
    ([a], [b]) => a - b,
  )) {
    if (stop > parts.size) throw damaged('its image data end beyond the file');
    const gap = start - end;
    if (gap > 0 && (gap >= ALIGNMENT || parts.at(end, gap).some((byte) => byte !== 0))) beside += gap;
    end = Math.max(end, stop);
  }
  return beside > 0 ? reasonOf('extras', `${beside} bytes beside the tags and pixels of the TIFF`) : null;
}

/** Offsets and lengths of all strips or tiles, and how many of them the image is made of. */
function imageData(directory: Directory) {
  const tiled = entryOf(directory, TAG.tileOffsets) !== undefined;
  const offsets = numbersOf(directory, tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const lengths = numbersOf(directory, tiled ? TAG.tileBytes : TAG.stripBytes);
  if (!offsets || !lengths || offsets.length !== lengths.length)
    throw damaged('its image data are not there');
  const [width, height] = [numberOf(directory, TAG.width, 0), numberOf(directory, TAG.height, 0)];
  if (width === 0 || height === 0) throw damaged('it has no pixels');
  const across = tiled ? Math.ceil(width / numberOf(directory, TAG.tileWidth, 1)) : 1;
  const down = Math.ceil(height / numberOf(directory, tiled ? TAG.tileHeight : TAG.rowsPerStrip, height));
  const planes = numberOf(directory, TAG.planes, 1) === 2 ? numberOf(directory, TAG.samplesPerPixel, 1) : 1;
  return { offsets, lengths, used: across * down * planes };
}

/** What image data take that are not packed; null where they are, or tiles reach beyond the image. */
function rawBytes(directory: Directory): number | null {
  if (numberOf(directory, TAG.compression, 1) !== 1 || entryOf(directory, TAG.tileOffsets)) return null;
  const samples =
    numberOf(directory, TAG.width, 0) *
    numberOf(directory, TAG.height, 0) *
    numberOf(directory, TAG.samplesPerPixel, 1);
  return (samples * numberOf(directory, TAG.bits, 1)) / 8;
}

/**
 * Dots an inch that come back from a PNG file's whole dots a metre; undefined where the file says none, null where they
 * do not.
 */
function densityOf(directory: Directory): number | null | undefined {
  const [x, y] = [TAG.xResolution, TAG.yResolution].map((tag) => entryOf(directory, tag));
  const unit = numberOf(directory, TAG.resolutionUnit, 2);
  if (!x && !y) return unit === 2 ? undefined : null;
  if (x?.type !== RATIONAL || y?.type !== RATIONAL || (unit !== 2 && unit !== 3)) return null;
  const [across, down] = [x, y].map((entry) => {
    const view = viewOf(bytesOf(directory, entry));
    return view.getUint32(0, directory.littleEndian) / view.getUint32(4, directory.littleEndian);
  });
  const density = across * (unit === 2 ? 1 : 2.54);
  return across === down && density > 0 && comesBack(density) ? density : null;
}

/** Whether whole dots a metre tell the dots an inch, to the last digit or because these are whole, too. */
function comesBack(density: number): boolean {
  const back = Math.round(density / 0.0254) * 0.0254;
  return (
    Math.abs(back - density) < 1e-6 * density || (Number.isInteger(density) && Math.round(back) === density)
  );
}

function readDirectory(parts: FileParts): Directory {
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
  const extents: Extent[] = [
    [0, headerBytes],
    [offset, offset + countBytes + table.length],
  ];
  const entries = Array.from({ length: count }, (_, index): Entry => {
    const at = index * entryBytes;
    const [tag, type] = [number(table, at, 2), number(table, at + 2, 2)];
    const values = number(table, at + 4, wide);
    const length = values * (TYPE_BYTES[type] ?? 0);
    const inline = at + 4 + wide;
    const outside = length > wide;
    const place = outside ? number(table, inline, wide) : offset + countBytes + inline;
    if (place + length > parts.size) throw damaged(`its tag ${tag} ends beyond the file`);
    if (outside) extents.push([place, place + length]);
    return { tag, type, count: values, offset: place, length };
  });
  return { parts, entries, littleEndian, extents, next: number(table, count * entryBytes, wide) };
}

function bytesOf({ parts }: Directory, { offset, length }: Entry): Uint8Array {
  return parts.at(offset, length);
}

function entryOf({ entries }: Pick<Directory, 'entries'>, tag: number): Entry | undefined {
  return entries.find((entry) => entry.tag === tag);
}

/** A tag's first number, or what holds where it is not there. */
function numberOf(directory: Directory, tag: number, usual: number): number {
  return numbersOf(directory, tag)?.[0] ?? usual;
}

/** A tag's whole numbers; undefined where it is not there. Throws VaezipError 'bad-input' for what is not numbers. */
function numbersOf(directory: Directory, tag: number): number[] | undefined {
  const entry = entryOf(directory, tag);
  if (!entry) return undefined;
  const { type, count } = entry;
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', `damaged TIFF: ${what}`);
}
