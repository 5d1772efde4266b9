// An image file's samples, untouched by colour profiles, gamma or rotation, and what else it says.

import type { Metadata as SharpMetadata } from 'sharp';
import {
  type Description,
  isContainer,
  type Metadata,
  type Pixels,
  type Reason,
  reasonOf,
  type SourceForm,
  VaezipError,
} from '../../library/index.ts';
import { metadataOfForeign } from './foreign-metadata.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { isIdx, readIdx } from './idx.ts';
import { isPng, type PngChunk, splitPng } from './png-chunks.ts';
import { metadataOfPng, type PlacedChunk, writePngMetadata } from './png-metadata.ts';
import { loadSharp, MAX_FILE_PIXELS, READ_OPTIONS } from './sharp.ts';

/** Formats that are read, as messages name them. */
export const READABLE = 'PNG, JPEG, WebP, TIFF, GIF, AVIF, SVG and idx';

/** An image file as read. */
export interface SourceImage {
  /** Size, channels and bits as the file has them; of several pages, the first one's. */
  readonly shape: Description;
  /** The samples; null where the format of .vz files cannot hold them. */
  readonly pixels: Pixels | null;
  readonly metadata: Metadata;
  /** The usual extension of the format, for files without a name. */
  readonly extension: string;
  /** What decoding cannot tell of it; null where it comes out as it was, or is kept. */
  readonly form: SourceForm | null;
  /** Why the file itself should be kept rather than its pixels coded; null where nothing speaks for that. */
  readonly keepReason: Reason | null;
}

/**
 * Reads a file's bytes.
 * @throws VaezipError 'bad-input' for what is not an image or a damaged one, 'too-large' beyond the limits.
 */
export async function readImage(bytes: Uint8Array): Promise<SourceImage> {
  if (bytes.length === 0) throw new VaezipError('bad-input', 'the file is empty');
  if (isContainer(bytes)) throw new VaezipError('bad-input', 'a .vz file already: decompress reads it');
  if (isIdx(bytes)) return sourceOfIdx(bytes, 'idx');
  if (isGzip(bytes)) return sourceOfIdx(await unzipIdx(bytes), 'gz');
  if (bytes[0] === 0x42 && bytes[1] === 0x4d)
    throw new VaezipError('bad-input', `BMP is not read, only ${READABLE}`);
  const chunks = isPng(bytes) ? splitPng(bytes) : null;
  return chunks ? sourceOfPng(bytes, chunks) : sourceOfOther(bytes);
}

function sourceOfIdx(bytes: Uint8Array, extension: string): SourceImage {
  const pixels = readIdx(bytes);
  const metadata = { kind: 'idx', data: new Uint8Array(0) } as const;
  const form = extension === 'gz' ? ({ format: 'idx.gz' } as const) : null;
  return { shape: pixels, pixels, metadata, extension, form, keepReason: null };
}

async function unzipIdx(bytes: Uint8Array): Promise<Uint8Array> {
  const unzipped = await gunzip(bytes);
  if (!isIdx(unzipped))
    throw new VaezipError('bad-input', 'a gzip file that holds no idx images; unpack it first');
  return unzipped;
}

async function sourceOfPng(bytes: Uint8Array, chunks: readonly PngChunk[]): Promise<SourceImage> {
  const metadata = await readMetadata(bytes, 'PNG');
  if (chunks.some(({ type }) => type === 'acTL'))
    return kept(metadata, await readShape(bytes, metadata), reasonOf('animation'));
  const pixels = await readPixels(bytes, metadata, 'warning').catch((error: VaezipError) => {
    if (!warnsOfMetadataOnly(error.cause)) throw error;
    return readPixels(bytes, metadata, 'error');
  });
  return coded(metadata, pixels, metadataOfPng(chunks, pixels), pngForm(chunks[0].data, pixels));
}

async function sourceOfOther(bytes: Uint8Array): Promise<SourceImage> {
  const metadata = await readMetadata(bytes, 'image');
  const reason = reasonToKeep(bytes, metadata);
  if (reason) return kept(metadata, await readShape(bytes, metadata), reason);
  const form = { format: metadata.format === 'tiff' ? 'tiff' : 'webp' } as const;
  return coded(metadata, await readPixels(bytes, metadata, 'error'), metadataOfForeign(metadata), form);
}

/** How the pixels lay in a PNG file, by its header; null where they will lie so again. */
function pngForm(header: Uint8Array, { channels, bitDepth }: Pixels): SourceForm | null {
  const [depth, colourType, interlaced] = [header[8], header[9], header[12] !== 0];
  const usual = depth === bitDepth && colourType === [0, 0, 4, 2, 6][channels] && !interlaced;
  return usual ? null : { format: 'png', colourType, depth, interlaced };
}

function coded(
  metadata: SharpMetadata,
  pixels: Pixels,
  placed: readonly PlacedChunk[],
  form: SourceForm | null,
): SourceImage {
  return {
    shape: pixels,
    pixels,
    metadata: { kind: placed.length > 0 ? 'png' : 'none', data: writePngMetadata(placed) },
    extension: extensionOf(metadata),
    form,
    keepReason: null,
  };
}

function kept(metadata: SharpMetadata, shape: SourceShape, reason: Reason): SourceImage {
  const { pixels, ...description } = shape;
  return {
    shape: { ...description, images: Math.max(1, metadata.pages ?? 1) },
    pixels,
    metadata: { kind: 'none', data: new Uint8Array(0) },
    extension: extensionOf(metadata),
    form: null,
    keepReason: reason,
  };
}

function extensionOf({ format }: SharpMetadata): string {
  return format === 'jpeg' ? 'jpg' : format === 'heif' ? 'avif' : format;
}

/** Why a file that is no PNG is kept as it is. */
function reasonToKeep(bytes: Uint8Array, metadata: SharpMetadata): Reason | null {
  const { format, pages = 1, space, depth, hasAlpha, orientation = 1 } = metadata;
  if (pages > 1) return reasonOf(format === 'tiff' ? 'pages' : 'animation');
  if (format === 'jpeg' || format === 'heif')
    return reasonOf('lossy', `${format === 'jpeg' ? 'JPEG' : 'AVIF'} is lossy already`);
  if (format === 'webp' && !isLosslessWebp(bytes)) return reasonOf('lossy', 'lossy WebP');
  if (format === 'gif') return reasonOf('few-colours', 'GIF has few colours');
  if (format === 'svg') return reasonOf('drawing');
  if (!isSampleSpace(metadata)) return reasonOf('samples', `${space} samples of the type ${depth}`);
  if (format === 'tiff' && hasAlpha) return reasonOf('alpha', 'TIFF with alpha');
  if (format === 'tiff' && orientation !== 1) return reasonOf('rotated', 'a rotated TIFF');
  return null;
}

/** Whether the samples are grey or RGB, unsigned, of 8 or 16 bits. */
function isSampleSpace({ space, depth }: SharpMetadata): boolean {
  return depth === 'uchar'
    ? space === 'srgb' || space === 'b-w'
    : depth === 'ushort' && (space === 'rgb16' || space === 'grey16');
}

/** Looks for the chunk VP8L (WebP container specification). */
export function isLosslessWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(offset, offset + 4));
    if (type === 'VP8L') return true;
    const length = view.getUint32(offset + 4, true);
    offset += 8 + length + (length % 2);
  }
  return false;
}

type SourceShape = Description & { readonly pixels: Pixels | null };

/** What a kept file shows: its samples where they can be held, else size and type. */
async function readShape(bytes: Uint8Array, metadata: SharpMetadata): Promise<SourceShape> {
  if (isSampleSpace(metadata) && metadata.format !== 'svg') {
    const pixels = await readPixels(bytes, metadata, 'truncated');
    return { ...pixels, pixels };
  }
  const { width, height, channels, depth } = metadata;
  const bits: Partial<Record<string, number>> = { uchar: 8, char: 8, ushort: 16, short: 16, double: 64 };
  return { width, height, channels, images: 1, bitDepth: bits[depth] ?? 32, pixels: null };
}

async function readMetadata(bytes: Uint8Array, name: string): Promise<SharpMetadata> {
  const sharp = await loadSharp();
  const metadata = await sharp(bytes, READ_OPTIONS)
    .metadata()
    .catch((error) => {
      throw readError(error, name);
    });
  if (metadata.width * metadata.height > MAX_FILE_PIXELS)
    throw new VaezipError(
      'too-large',
      `${metadata.width}x${metadata.height} is beyond ${MAX_FILE_PIXELS} pixels`,
    );
  return metadata;
}

/** The samples, by the call for each kind that leaves them untouched. */
async function readPixels(
  bytes: Uint8Array,
  { format, space, depth, channels, hasAlpha }: SharpMetadata,
  failOn: 'truncated' | 'error' | 'warning',
): Promise<Pixels> {
  const sharp = await loadSharp();
  const image = sharp(bytes, { ...READ_OPTIONS, failOn });
  const wide = depth === 'ushort';
  const grey = space === 'b-w' || space === 'grey16';
  const wanted = (grey ? 1 : 3) + (hasAlpha ? 1 : 0);
  if (channels !== wanted)
    throw new VaezipError('bad-input', `${channels} channels of ${space} are not read`);
  if (wide) image.toColourspace(grey ? 'grey16' : 'rgb16');
  else if (grey && !hasAlpha) image.toColourspace('b-w');
  const { data, info } = await image
    .raw(wide ? { depth: 'ushort' } : {})
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw readError(error, (format ?? 'image').toUpperCase());
    });
  const samples = wide
    ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const shape = { width: info.width, height: info.height, bitDepth: wide ? 16 : 8, images: 1 } as const;
  if (info.channels === wanted) return { ...shape, channels: wanted as Pixels['channels'], data: samples };
  if (wanted === 2 && info.channels === 4) return { ...shape, channels: 2, data: greyAndAlpha(samples) };
  throw new VaezipError('bad-input', `its ${wanted} channels were read as ${info.channels}`);
}

/** Grey with alpha comes as R = G = B with alpha. */
function greyAndAlpha<T extends Uint8Array | Uint16Array>(rgba: T): T {
  const samples = rgba.slice(0, rgba.length / 2) as T;
  for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
    samples[2 * pixel] = rgba[4 * pixel];
    samples[2 * pixel + 1] = rgba[4 * pixel + 3];
  }
  return samples;
}

/** Chunks whose faults leave the pixels alone, such as the profile that Photoshop wrote wrongly for years. */
const METADATA_WARNING =
  /^(iCCP|cHRM|gAMA|sRGB|cICP|sBIT|bKGD|hIST|pHYs|sPLT|eXIf|tIME|tEXt|zTXt|iTXt|oFFs|pCAL|sCAL): /;

function warnsOfMetadataOnly(cause: unknown): boolean {
  const [head, ...warnings] = (cause instanceof Error ? cause.message : '').split('\n');
  return /^Warning treated as error/.test(head) && warnings.every((line) => METADATA_WARNING.test(line));
}

/** sharp's message as one line that says what is wrong. */
function readError(error: Error, name: string): VaezipError {
  const { message } = error;
  if (/exceeds pixel limit/.test(message))
    return new VaezipError('too-large', `it claims more than ${MAX_FILE_PIXELS} pixels`, { cause: error });
  if (/unsupported image format/.test(message))
    return new VaezipError('bad-input', `not an image that is read here (${READABLE})`, { cause: error });
  // Of several lines the last names the cause.
  const details = message.trim().split('\n').at(-1) ?? '';
  return new VaezipError('bad-input', `damaged ${name}: ${details.replace(/[:.]$/, '')}`, { cause: error });
}
