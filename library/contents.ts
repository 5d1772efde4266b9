// What a .vz file holds, once it is parsed: pixels or the file that it stores, metadata, and what it says of itself.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import { bytesOfSamples, type Pixels, sampleCount } from '../codec/pixels/pixels.ts';
import { decodeFilteredRows } from '../codec/plain/filtered-rows.ts';
import { type Container, FORMAT_VERSION, type Method } from '../container/container.ts';
import { unpackMetadata } from '../container/metadata/packed-metadata.ts';
import { decodeChannels } from './channels.ts';
import { type DecompressOptions, type Metadata, NO_METADATA, type Original } from './options.ts';
import { planDecoding } from './plan.ts';

/** What a .vz file says of itself. */
export interface Inspection {
  readonly version: number;
  readonly bytes: number;
  readonly method: Method;
  readonly width: number;
  readonly height: number;
  readonly images: number;
  readonly channels: number;
  readonly bitDepth: number;
  readonly dims: number;
  /** SHA-256 of the model's weights; null where no model is needed. */
  readonly modelId: string | null;
  /** Of the stored file's name, without the dot; null for other methods. */
  readonly extension: string | null;
  readonly metadata: Metadata;
  /** Bytes of each stream. */
  readonly streams: readonly number[];
}

/** Throws VaezipError as `decompress`. */
export async function pixelsIn(container: Container, options: DecompressOptions): Promise<Pixels> {
  if (container.method === 'stored')
    throw new VaezipError(
      'bad-argument',
      `it holds a stored ${container.extension} file: extract() gives it`,
    );
  const { signal } = options;
  signal?.throwIfAborted();
  const pixels = await decode(container, options);
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
  return pixels;
}

/** Throws VaezipError as `extract`. */
export function originalIn(container: Container): Original {
  if (container.method !== 'stored')
    throw new VaezipError('bad-argument', 'it holds pixels, not a stored file: decompress() gives them');
  return { bytes: onlyStream(container), extension: container.extension };
}

/** Throws VaezipError 'bad-file' for damaged ones. */
export function metadataIn({ metadataKind, metadata }: Container): Metadata {
  if (metadataKind === 'none') return NO_METADATA;
  return { kind: metadataKind, data: unpackMetadata(metadata) };
}

/** What a file of so many bytes says of itself. */
export function inspectionOf(container: Container, bytes: number): Inspection {
  const { width, height, images, channels, bitDepth } = container.shape;
  return {
    version: FORMAT_VERSION,
    bytes,
    method: container.method,
    width,
    height,
    images,
    channels,
    bitDepth,
    dims: images * width * height * channels,
    modelId: container.method === 'model' ? container.modelId : null,
    extension: container.method === 'stored' ? container.extension : null,
    metadata: metadataIn(container),
    streams: container.streams.map((stream) => stream.length),
  };
}

async function decode(
  container: Exclude<Container, { method: 'stored' }>,
  options: DecompressOptions,
): Promise<Pixels> {
  if (container.method === 'deflate') return decodeFilteredRows(onlyStream(container), container.shape);
  const plan = await planDecoding(container.modelId, container.shape, options);
  plan.signal?.throwIfAborted();
  // Copies, so that models may view them as words: a section of the file begins at any byte.
  const streams = container.streams.map((stream) => stream.slice());
  return decodeChannels(streams, plan);
}

function onlyStream(container: Container): Uint8Array {
  if (container.streams.length !== 1)
    throw new VaezipError('bad-file', `${container.streams.length} streams where the method has one`);
  return container.streams[0];
}
