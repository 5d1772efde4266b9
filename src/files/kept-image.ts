// What of files that are kept is described: size and type, as far as sharp opens them, and why they are kept.
import type { Metadata as SharpMetadata } from 'sharp';
import {
  type Description,
  type Metadata,
  type Pixels,
  type Reason,
  reasonOf,
  type Shape,
} from '../../library/index.ts';
import { loadSharp, READ_OPTIONS, reasonOfSize } from './common/sharp.ts';
import { metadataOfForeign } from './png/foreign-metadata.ts';
import { writePngMetadata } from './png/metadata.ts';
import { readSamples } from './samples.ts';

/** Of a file that nobody here opens. */
const UNKNOWN: Description = { width: 0, height: 0, images: 0, channels: 0, bitDepth: 0 };

/** Bits of sharp's types of samples. */
const BITS: Readonly<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16, double: 64 };

/** What sharp says of a file by its header; null for what it does not open. No pixel is decoded. */
export async function openBySharp(bytes: Uint8Array): Promise<SharpMetadata | null> {
  const sharp = await loadSharp();
  return sharp(bytes, { ...READ_OPTIONS, limitInputPixels: false })
    .metadata()
    .catch(() => null);
}

/** Size, channels and bits; of several pages the first one's, and their number. */
export function descriptionOf(metadata: SharpMetadata | null): Description {
  if (!metadata) return UNKNOWN;
  const { width, height, channels, depth, pages = 1 } = metadata;
  return { width, height, channels, bitDepth: BITS[depth] ?? 32, images: pages };
}

/** Why a file of a format whose pixels are never coded is kept. */
export function reasonOfFormat(format: string, metadata: SharpMetadata | null): Reason {
  if (format === 'SVG') return reasonOf('drawing');
  if (!metadata) return reasonOf('damaged', `a damaged ${format}, or one that is not decoded here`);
  if ((metadata.pages ?? 1) > 1) return reasonOf('animation');
  const tooLarge = reasonOfSize(metadata);
  if (tooLarge) return tooLarge;
  return reasonOf('lossy', `${format} is lossy already`);
}

/** What of a file that should be kept can be coded all the same: its samples, profile, EXIF and XMP; null for none. */
export async function pixelsOfKept(bytes: Uint8Array): Promise<KeptPixels | null> {
  const opened = await openBySharp(bytes);
  const pixels = opened && (await samplesOfKept(bytes, opened));
  if (!pixels) return null;
  const { icc, exif, xmp } = opened;
  const data = writePngMetadata(metadataOfForeign({ icc, exif, xmp }));
  return { pixels, metadata: { kind: data.length > 0 ? 'png' : 'none', data } };
}

export interface KeptPixels {
  readonly pixels: Pixels;
  readonly metadata: Metadata;
}

/** The samples of a kept file of one page, of grey or RGB of 8 or 16 bits; null for others, and damaged ones. */
export async function samplesOfKept(bytes: Uint8Array, metadata: SharpMetadata): Promise<Pixels | null> {
  const { width, height, space, depth, pages = 1 } = metadata;
  const kinds = depth === 'uchar' ? ['b-w', 'srgb'] : depth === 'ushort' ? ['grey16', 'rgb16'] : [];
  if (pages > 1 || metadata.format === 'svg' || !kinds.includes(space) || reasonOfSize(metadata)) return null;
  const channels = ((kinds[0] === space ? 1 : 3) + (metadata.hasAlpha ? 1 : 0)) as Shape['channels'];
  const shape: Shape = { width, height, channels, bitDepth: depth === 'ushort' ? 16 : 8, images: 1 };
  return readSamples(bytes, shape, metadata.format, 'truncated').catch(() => null);
}
