// An image file's samples, untouched by colour profiles, gamma or rotation, and what else it says. One rule: whatever
// decoding would not give back is kept beside the pixels, or the file is kept as it was, with the reason. What a viewer
// may open is never refused.
import {
  type Description,
  isArchive,
  isContainer,
  type Metadata,
  type Pixels,
  type Reason,
  reasonOf,
  type SourceForm,
  VaezipError,
} from '../../library/index.ts';
import { partsOf } from './common/file-parts.ts';
import { reasonOfSize } from './common/sharp.ts';
import { type FileFormat, sniff } from './formats.ts';
import { readFramed } from './frames/framed-files.ts';
import { FRAME_READERS } from './frames-of-formats.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { isIdx, readIdx } from './idx.ts';
import { descriptionOf, openBySharp, pixelsOfKept, reasonOfFormat, samplesOfKept } from './kept-image.ts';
import { shapeOf } from './peek-shape.ts';
import { metadataOfForeign } from './png/foreign-metadata.ts';
import { type PlacedChunk, writePngMetadata } from './png/metadata.ts';
import { readPng } from './png/read.ts';
import { recipeOfPng } from './png/remake.ts';
import { readPngSamples, readSamples } from './samples.ts';
import { readWebp } from './webp.ts';

/** An image file as read. */
export interface SourceImage {
  /** Size, channels and bits as the file has them; of several pages, the first one's. 0 for what is not read. */
  readonly shape: Description;
  /** The samples; null of files to keep, unless they are asked for and there are any of grey or RGB. */
  readonly pixels: Pixels | null;
  readonly metadata: Metadata;
  /** The usual extension of the format, for files without a name. */
  readonly extension: string;
  /** What decoding cannot tell of it; null where it comes out as it was, or is kept. */
  readonly form: SourceForm | null;
  /** What makes a PNG file's bytes, or its form, again; null where nothing does, and of other files. */
  readonly recipe: Uint8Array | null;
  /** Why the file itself should be kept rather than its pixels coded; null where nothing speaks for that. */
  readonly keepReason: Reason | null;
}

export interface ReadOptions {
  /** Images of more pixels are kept and not decoded. */
  readonly limitPixels?: number | undefined;
  /** Whether to decode also what is to be kept, as far as it can be: for measurements. */
  readonly decodeKept?: boolean;
}

/**
 * What is coded of a file that should be kept, where its pixels are wanted all the same and there are any of grey or
 * RGB: to come back as PNG. Of others the same as before.
 */
export async function asPixels(source: SourceImage, bytes: Uint8Array): Promise<SourceImage> {
  const { keepReason } = source;
  const isWhole = keepReason !== null && keepReason.kind !== 'damaged' && keepReason.kind !== 'too-large';
  const found = isWhole ? await pixelsOfKept(bytes) : null;
  if (!found) return source;
  const { pixels, metadata } = found;
  return { shape: pixels, pixels, metadata, extension: 'png', form: null, recipe: null, keepReason: null };
}

const ZIPPED_IDX: FileFormat = { name: 'idx', extension: 'gz', decoded: true };

/**
 * Reads a file's bytes.
 * @throws VaezipError 'bad-input' for what has no image file's signature.
 */
export async function readImage(bytes: Uint8Array, options: ReadOptions = {}): Promise<SourceImage> {
  if (bytes.length === 0) throw new VaezipError('bad-input', 'the file is empty');
  if (isArchive(bytes)) throw new VaezipError('bad-input', 'an archive already: unpack writes what is in it');
  if (isContainer(bytes)) throw new VaezipError('bad-input', 'a .vz file already: decompress reads it');
  const zipped = isGzip(bytes);
  const format = zipped ? ZIPPED_IDX : sniff(bytes);
  if (!format)
    throw new VaezipError('bad-input', 'not an image that is read here: it begins as no image file does');
  const source =
    reasonOfLimit(bytes, options) ??
    (await (zipped ? sourceOfZipped(bytes) : decode(bytes, format).catch(reasonOfError)));
  return source === null || 'kind' in source ? keep(bytes, format, source, options) : source;
}

function reasonOfLimit(bytes: Uint8Array, { limitPixels }: ReadOptions): Reason | null {
  const shape = limitPixels === undefined ? null : shapeOf(partsOf(bytes));
  if (!shape || limitPixels === undefined) return null;
  const { width, height, images } = shape;
  return width * height * images > limitPixels
    ? reasonOf('too-large', `more than the limit of ${limitPixels} pixels`)
    : null;
}

/**
 * What is coded of a file, or why it is kept; null where that depends on what sharp says of it.
 * Throws VaezipError for a damaged one.
 */
async function decode(
  bytes: Uint8Array,
  { name, extension, decoded }: FileFormat,
): Promise<SourceImage | Reason | null> {
  if (!decoded) return reasonOf('undecoded', `${name} is not decoded here`);
  switch (name) {
    case 'idx':
      return sourceOfIdx(bytes, extension, null);
    case 'PNG': {
      const png = await readPng(bytes);
      if ('kind' in png) return png;
      const pixels = await readPngSamples(bytes, png.shape);
      return {
        ...coded(pixels, png.placed, extension, png.form),
        recipe: await recipeOfPng({ ...png, bytes, pixels }),
      };
    }
    case 'TIFF':
    case 'PNM':
    case 'PAM':
    case 'BMP':
    case 'GIF': {
      const format = name.toLowerCase() as keyof typeof FRAME_READERS;
      const framed = await readFramed(bytes, FRAME_READERS[format]).catch((error) => {
        if (!(error instanceof VaezipError)) throw error;
        return reasonOf('damaged', `damaged ${name}: ${error.message}`);
      });
      if (!framed) return reasonOf('extras', `a ${name} whose pixels would not give its bytes back`);
      if ('kind' in framed) return framed;
      const { pixels, foreign, recipe } = framed;
      return { ...coded(pixels, metadataOfForeign(foreign), extension, { format }), recipe };
    }
    case 'WebP': {
      const image = readWebp(partsOf(bytes));
      const reason = 'kind' in image ? image : reasonOfSize(image.shape);
      if (reason || 'kind' in image) return reason;
      const pixels = await readSamples(bytes, image.shape, name, 'error');
      return coded(pixels, metadataOfForeign(image), extension, { format: 'webp' });
    }
    default:
      return null;
  }
}

function sourceOfIdx(bytes: Uint8Array, extension: string, form: SourceForm | null): SourceImage {
  const pixels = readIdx(bytes);
  const metadata = { kind: 'idx', data: new Uint8Array(0) } as const;
  return { shape: pixels, pixels, metadata, extension, form, recipe: null, keepReason: null };
}

/** Of a gzip file. Throws VaezipError 'bad-input' for a damaged one, and for one that holds anything else. */
async function sourceOfZipped(bytes: Uint8Array): Promise<SourceImage | Reason> {
  const { content, behind } = await gunzip(bytes);
  if (!isIdx(content))
    throw new VaezipError('bad-input', 'a gzip file that holds no idx images; unpack it first');
  if (behind > 0) return reasonOf('extras', `${behind} bytes behind the gzip data`);
  try {
    return sourceOfIdx(content, ZIPPED_IDX.extension, { format: 'idx.gz' });
  } catch (error) {
    return reasonOfError(error);
  }
}

/** Damage as the reason to keep a file; other errors are thrown on. */
function reasonOfError(error: unknown): Reason {
  if (error instanceof VaezipError) return reasonOf('damaged', error.message);
  throw error;
}

function coded(
  pixels: Pixels,
  placed: readonly PlacedChunk[],
  extension: string,
  form: SourceForm | null,
): SourceImage {
  const metadata = {
    kind: placed.length > 0 ? ('png' as const) : ('none' as const),
    data: writePngMetadata(placed),
  };
  return { shape: pixels, pixels, metadata, extension, form, recipe: null, keepReason: null };
}

async function keep(
  bytes: Uint8Array,
  { name, extension, decoded }: FileFormat,
  reason: Reason | null,
  { decodeKept = false }: ReadOptions,
): Promise<SourceImage> {
  const opened = decoded && name !== 'idx' ? await openBySharp(bytes) : null;
  return {
    shape: descriptionOf(opened),
    pixels: opened && decodeKept ? await samplesOfKept(bytes, opened) : null,
    metadata: { kind: 'none', data: new Uint8Array(0) },
    extension,
    form: null,
    recipe: null,
    keepReason: reason ?? reasonOfFormat(name, opened),
  };
}
