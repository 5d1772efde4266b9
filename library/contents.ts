// What a .vz file holds, once it is parsed: pixels or the file that it keeps, metadata, and what it says of itself.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import { codedBytes } from '../codec/model/coded-bytes.ts';
import { bytesOfSamples, type Pixels, sampleCount } from '../codec/pixels/pixels.ts';
import {
  type Container,
  FORMAT_VERSION,
  type ImageContainer,
  type ImageHead,
  type KeptContainer,
} from '../container/container.ts';
import { unpackMetadata } from '../container/metadata/packed-metadata.ts';
import { type Reason, reasonOf } from '../container/reasons.ts';
import { recipeOfStart } from '../container/recipe-start.ts';
import { changesOf } from '../container/source-form.ts';
import { type DecodedChannels, decodeChannels } from './channels.ts';
import { namingMemory } from './memory.ts';
import { type DecompressOptions, type Metadata, NO_METADATA, type Original } from './options.ts';
import { planDecoding } from './plan.ts';

/** A recipe, or where it is; null for none. */
export type HeldRecipe = Uint8Array | 'in-stream' | null;

/** What a .vz file says of itself. */
export interface Inspection {
  readonly version: number;
  readonly bytes: number;
  /** Whether it holds an image's pixels, or a file as it was. */
  readonly kind: Container['kind'];
  /** 0, as the five below, where it is not known of a kept file. */
  readonly width: number;
  readonly height: number;
  readonly images: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly dims: number;
  /** First digits of the SHA-256 of the model's weights; empty for the plain model, null for a kept file. */
  readonly modelId: string | null;
  /** What is stored of the input file's name (docs/FORMAT.md, names); null where nothing is. */
  readonly name: Uint8Array | null;
  /** Why the file is kept, and the same in words; null for images. */
  readonly reason: Reason | null;
  /** What the input file was, as in 'png' or 'tiff'; null for kept files. */
  readonly format: string | null;
  /** What decoding writes differently from the input file, as in 'palette as RGB'. */
  readonly changes: readonly string[];
  readonly metadata: Metadata;
  /**
   * What makes the file that went in, or one of its form, again (docs/FORMAT.md); 'in-stream' where decoding tells, by
   * `decompressWithRecipe`; null where nothing does.
   */
  readonly recipe: HeldRecipe;
  /** Bytes of the preview; null where there is none. */
  readonly previewBytes: number | null;
  /** Bytes of each group. */
  readonly groups: readonly number[];
}

/** What decoding an image gives beside metadata. */
export interface DecodedImage {
  readonly pixels: Pixels;
  /** As of an inspection. */
  readonly recipe: Uint8Array | null;
}

/** Throws VaezipError as `decompress`. */
export async function pixelsIn(container: Container, options: DecompressOptions): Promise<Pixels> {
  const { pixels } = await imageIn(container, options);
  return pixels;
}

/** Throws VaezipError as `decompress`. */
export async function imageIn(container: Container, options: DecompressOptions): Promise<DecodedImage> {
  if (container.kind === 'kept')
    throw new VaezipError('bad-argument', 'it keeps a file as it was: extract() gives it');
  const { signal } = options;
  signal?.throwIfAborted();
  const { pixels, start } = await namingMemory(() => decode(container, options));
  signal?.throwIfAborted();
  const { data, width, height, channels, bitDepth, images } = pixels;
  const { shape } = container;
  const fits = width === shape.width && height === shape.height && channels === shape.channels;
  if (!fits || bitDepth !== shape.bitDepth || images !== shape.images || data.length !== sampleCount(shape))
    throw new VaezipError('bad-file', 'the streams decode to an image of another shape than the header says');
  if (crc32(bytesOfSamples(data)) !== container.sampleChecksum)
    throw new VaezipError(
      'bad-file',
      'the decoded pixels are not those of the header: their checksum differs',
    );
  return { pixels, recipe: start === null ? container.recipe : recipeOfStart(start) };
}

/** What is known of a recipe before decoding. */
export function recipeIn({ recipe, hasStart }: ImageHead): HeldRecipe {
  return hasStart ? 'in-stream' : recipe;
}

/** Throws VaezipError as `extract`. */
export function originalIn(container: Container): Original {
  if (container.kind !== 'kept')
    throw new VaezipError('bad-argument', 'it holds pixels, not a kept file: decompress() gives them');
  return { bytes: container.bytes, name: container.name };
}

/** Throws VaezipError 'bad-file' for damaged ones. */
export function metadataIn(container: ImageHead | KeptContainer): Metadata {
  if (container.kind === 'kept' || container.metadataKind === 'none') return NO_METADATA;
  const { metadataKind: kind, metadata } = container;
  return { kind, data: kind === 'png' ? unpackMetadata(metadata) : metadata };
}

/** What a file of so many bytes says of itself. */
export function inspectionOf(container: Container, bytes: number): Inspection {
  const groups = container.kind === 'image' ? container.groups : [];
  const groupBytes = groups.map(({ length }) => length);
  return inspectionOfHead(container, bytes, groupBytes);
}

/** The same without the groups but for their bytes. */
export function inspectionOfHead(
  container: ImageHead | KeptContainer,
  bytes: number,
  groups: readonly number[],
): Inspection {
  const { width, height, images, channels, bitDepth } = container.shape;
  const recipe = container.kind === 'image' ? recipeIn(container) : null;
  return {
    version: FORMAT_VERSION,
    bytes,
    kind: container.kind,
    width,
    height,
    images,
    channels,
    bitDepth,
    dims: images * width * height * channels,
    modelId: container.kind === 'image' ? container.modelId : null,
    name: container.name,
    reason: container.kind === 'kept' ? reasonOf(container.reason) : null,
    format: container.kind === 'image' ? formatOf(container) : null,
    changes: container.kind === 'image' && !recipe ? changesOf(container.form, container.shape) : [],
    recipe,
    metadata: metadataIn(container),
    previewBytes: container.kind === 'image' ? (container.preview?.length ?? null) : null,
    groups,
  };
}

/** The format that decoding writes, unless the file says that it was another. */
function formatOf({ form, metadataKind }: ImageHead): string {
  return form?.format ?? (metadataKind === 'idx' ? 'idx' : 'png');
}

async function decode(container: ImageContainer, options: DecompressOptions): Promise<DecodedChannels> {
  const { groups, sides } = container;
  const fileBytes = codedBytes({ groups, sides });
  const plan = await planDecoding(container, options, fileBytes);
  plan.signal?.throwIfAborted();
  return decodeChannels(container, plan);
}
