// A .vz file in, its pixels out, or the file that it stores; and what its header says.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import type { CodingOptions, Model } from '../codec/model/model.ts';
import { colourShape } from '../codec/pixels/alpha.ts';
import { bytesOfSamples, type Pixels, sampleCount } from '../codec/pixels/pixels.ts';
import { decodeFilteredRows } from '../codec/plain/filtered-rows.ts';
import { type Container, FORMAT_VERSION, type Method, readContainer } from '../container/container.ts';
import { unpackMetadata } from '../container/metadata/packed-metadata.ts';
import { findModelById } from '../models/models.ts';
import { decodeChannels } from './channels.ts';
import { defaultThreads, type Metadata, NO_METADATA, type Original } from './compress.ts';

export interface DecompressOptions {
  /** The model, where the caller has it; by default the one whose id the file names is looked for. */
  readonly model?: Model | null;
  /** Threads to compute on, by default one a core. */
  readonly threads?: number;
  /** Called now and then with the share of the work done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

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

/**
 * The pixels that `compress` was given.
 * @throws VaezipError 'bad-file' for a damaged file, 'unknown-model' when its model is not here, 'bad-argument' for
 * one that holds a stored file: `extract` gives that.
 */
export async function decompress(file: Uint8Array, options: DecompressOptions = {}): Promise<Pixels> {
  const container = readContainer(file);
  if (container.method === 'stored')
    throw new VaezipError(
      'bad-argument',
      `it holds a stored ${container.extension} file: extract() gives it`,
    );
  const pixels = await decode(container, options);
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

/** The file that a .vz file of the method `stored` holds. Throws VaezipError 'bad-argument' for other methods. */
export async function extract(file: Uint8Array): Promise<Original> {
  const container = readContainer(file);
  if (container.method !== 'stored')
    throw new VaezipError('bad-argument', 'it holds pixels, not a stored file: decompress() gives them');
  return { bytes: onlyStream(container), extension: container.extension };
}

/** What a file says of itself, its checksums checked. Throws VaezipError 'bad-file' for a damaged one. */
export async function inspect(file: Uint8Array): Promise<Inspection> {
  const container = readContainer(file);
  const { width, height, images, channels, bitDepth } = container.shape;
  return {
    version: FORMAT_VERSION,
    bytes: file.length,
    method: container.method,
    width,
    height,
    images,
    channels,
    bitDepth,
    dims: images * width * height * channels,
    modelId: container.method === 'model' ? container.modelId : null,
    extension: container.method === 'stored' ? container.extension : null,
    metadata: readMetadata(container),
    streams: container.streams.map((stream) => stream.length),
  };
}

async function decode(
  container: Exclude<Container, { method: 'stored' }>,
  options: DecompressOptions,
): Promise<Pixels> {
  if (container.method === 'deflate') return decodeFilteredRows(onlyStream(container), container.shape);
  const { modelId, shape } = container;
  const given = options.model?.id === modelId ? options.model : null;
  const model = given ?? (await findModelById(modelId));
  if (!model.accepts(colourShape(shape)))
    throw new VaezipError('bad-file', `the model ${model.name} cannot have coded an image of such a shape`);
  const coding: CodingOptions = {
    threads: options.threads ?? (await defaultThreads()),
    onProgress: options.onProgress,
  };
  // Copies, so that models may view them as words: a section of the file begins at any byte.
  const streams = container.streams.map((stream) => stream.slice());
  return decodeChannels(model, streams, shape, coding);
}

function onlyStream(container: Container): Uint8Array {
  if (container.streams.length !== 1)
    throw new VaezipError('bad-file', `${container.streams.length} streams where the method has one`);
  return container.streams[0];
}

function readMetadata(container: Container): Metadata {
  if (container.metadataKind === 'none') return NO_METADATA;
  return { kind: container.metadataKind, data: unpackMetadata(container.metadata) };
}
