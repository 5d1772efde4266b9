// Pixels as an image file of the kind that its name promises, or as it was.
import { type Metadata, type Pixels, VaezipError } from '../../library/index.ts';
import { writeBmp } from './bmp/write.ts';
import { loadSharp, READ_OPTIONS } from './common/sharp.ts';
import { writeGif } from './gif/write.ts';
import { writePam, writePnm } from './netpbm/write.ts';
import { foreignOfMetadata } from './png/foreign-metadata.ts';
import { type PlacedChunk, readPngMetadata } from './png/metadata.ts';
import { encodePng, writePng } from './png/write.ts';
import { writeTiff } from './tiff/write.ts';
import { withWebpMetadata } from './webp.ts';

interface Writer {
  /** Throws VaezipError 'bad-argument' for what such a file does not hold. */
  readonly write: (pixels: Pixels, metadata: Metadata) => Promise<Uint8Array>;
  /** Types of the PNG chunks of which it says what other formats say, too; null where it has all chunks. */
  readonly says: readonly string[] | null;
}

const WEBP_MAX_SIDE = 16383;

const WRITERS = {
  png: { write: writePng, says: null },
  tiff: { write: async (pixels, metadata) => writeTiff(pixels, metadata), says: ['iCCP', 'pHYs', 'iTXt'] },
  webp: { write: writeWebp, says: ['iCCP', 'eXIf', 'iTXt'] },
  pnm: { write: async (pixels) => writePnm(pixels), says: [] },
  pam: { write: async (pixels) => writePam(pixels), says: [] },
  bmp: { write: async (pixels) => writeBmp(pixels), says: [] },
  gif: { write: writeGif, says: [] },
} as const satisfies Record<string, Writer>;

/** A kind of file that is written here, by the name of its form (container/source-form.ts). */
export type WrittenKind = keyof typeof WRITERS;

const ENDINGS: readonly (readonly [RegExp, WrittenKind])[] = [
  [/\.png$/i, 'png'],
  [/\.tiff?$/i, 'tiff'],
  [/\.webp$/i, 'webp'],
  [/\.p[gpn]m$/i, 'pnm'],
  [/\.pam$/i, 'pam'],
  [/\.bmp$/i, 'bmp'],
  [/\.gif$/i, 'gif'],
];

/** The kind that a name promises; null where it is none that is written here. */
export function kindOfName(name: string): WrittenKind | null {
  return ENDINGS.find(([ending]) => ending.test(name))?.[1] ?? null;
}

export function isWritten(kind: string): kind is WrittenKind {
  return kind in WRITERS;
}

/** The image as a file of the kind. Throws VaezipError 'bad-argument' for what such a file does not hold. */
export function writeImage(kind: WrittenKind, pixels: Pixels, metadata: Metadata): Promise<Uint8Array> {
  return WRITERS[kind].write(pixels, metadata);
}

/** What a file of the kind does not say of an image with such metadata. */
export function lossesOf(kind: WrittenKind, { kind: form, data }: Metadata): string[] {
  const { says }: Writer = WRITERS[kind];
  if (form !== 'png' || data.length === 0 || says === null) return [];
  if (says.length === 0) return ['without metadata'];
  const isSaid = (chunk: PlacedChunk) =>
    says.includes(chunk.type) && Object.values(foreignOfMetadata([chunk])).some(Boolean);
  return readPngMetadata(data).every(isSaid) ? [] : ['without some metadata'];
}

/** Read again and compared. */
async function writeWebp(pixels: Pixels, metadata: Metadata): Promise<Uint8Array> {
  const { width, height, bitDepth } = pixels;
  if (bitDepth !== 8)
    throw new VaezipError('bad-argument', 'WebP holds 8 bits a sample: name a .tif or .png');
  if (Math.max(width, height) > WEBP_MAX_SIDE)
    throw new VaezipError('bad-argument', `WebP holds ${WEBP_MAX_SIDE} pixels a side: name a .tif or .png`);
  const sharp = await loadSharp();
  const png = await encodePng(pixels, 0, false);
  const file = await sharp(png, READ_OPTIONS).webp({ lossless: true, exact: true }).toBuffer();
  if (!(await holds(file, pixels)))
    throw new VaezipError('bad-argument', 'such a file would not hold the very pixels: name a .png');
  const placed = metadata.kind === 'png' ? readPngMetadata(metadata.data) : [];
  return withWebpMetadata(file, foreignOfMetadata(placed));
}

/** Whether a WebP file has the samples: grey ones as red, green and blue, alpha unless it is 255 everywhere. */
async function holds(file: Uint8Array, { data, channels }: Pixels): Promise<boolean> {
  const sharp = await loadSharp();
  const { data: samples, info } = await sharp(file, READ_OPTIONS).raw().toBuffer({ resolveWithObject: true });
  const alpha = channels % 2 === 0;
  if (info.channels < 3 || samples.length * channels !== data.length * info.channels) return false;
  for (let pixel = 0; pixel * channels < data.length; pixel++) {
    const [own, found] = [pixel * channels, pixel * info.channels];
    for (let colour = 0; colour < 3; colour++)
      if (samples[found + colour] !== data[own + (channels < 3 ? 0 : colour)]) return false;
    const opacity = info.channels === 4 ? samples[found + 3] : 255;
    if (opacity !== (alpha ? data[own + channels - 1] : 255)) return false;
  }
  return true;
}
