// TIFF and BigTIFF (TIFF 6.0): whether the samples of the first image and a few PNG chunks say
// all that the file says. Only then are its pixels coded; any other tag, and bytes that nothing points to, keep it.
import { type Reason, reasonOf, type Shape } from '../../../library/index.ts';
import { allOf, firstOf } from '../../text/lists.ts';
import type { FileParts } from '../common/file-parts.ts';
import type { ForeignMetadata } from '../png/foreign-metadata.ts';
import {
  BYTE,
  bytesOf,
  type Directory,
  damaged,
  type Extent,
  entryOf,
  numberOf,
  numbersOf,
  RATIONAL,
  readDirectory,
  TAG,
  UNDEFINED,
  viewOf,
} from './directory.ts';
import { tiffTagName } from './tags.ts';

const NOT_READ: readonly number[] = [TAG.colourMap, TAG.extraSamples, TAG.dngVersion];
const UNDERSTOOD: ReadonlySet<number> = new Set(Object.values(TAG).filter((tag) => !NOT_READ.includes(tag)));

/** A TIFF file that can be coded. */
export interface PlainTiff extends ForeignMetadata {
  readonly shape: Shape;
}

/** Compressions without loss that sharp reads: none, LZW, Deflate (two numbers), PackBits. */
const LOSSLESS = [1, 5, 8, 32946, 32773];
const LOSSY: Readonly<Record<number, string>> = { 6: 'JPEG', 7: 'JPEG', 34892: 'JPEG', 50001: 'WebP' };
const PHOTOMETRIC: Readonly<Record<number, string>> = {
  ...{ 0: 'min-is-white', 3: 'palette', 4: 'mask', 5: 'CMYK', 6: 'YCbCr', 8: 'LAB', 9: 'LAB', 10: 'LAB' },
  ...{ 32803: 'raw', 32844: 'LogL', 32845: 'LogLuv', 34892: 'raw' },
};
/** Zeros up to a multiple of 16 align what follows, and say nothing. */
const ALIGNMENT = 16;

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
  if (entryOf(directory, TAG.dngVersion)) return reasonOf('undecoded', 'DNG is not decoded here');
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
export function densityOf(directory: Directory): number | null | undefined {
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
