// Pixels in, a .vz file out: by a model where one accepts the image and makes it smaller, else without one.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import type { CodeLengths, Model } from '../codec/model/model.ts';
import { colourShape } from '../codec/pixels/alpha.ts';
import { bytesOfSamples, checkPixels, type Pixels } from '../codec/pixels/pixels.ts';
import { encodeFilteredRows } from '../codec/plain/filtered-rows.ts';
import { type Description, type MetadataKind, writeContainer } from '../container/container.ts';
import { MAX_METADATA_BYTES } from '../container/limits.ts';
import { packMetadata } from '../container/metadata/packed-metadata.ts';
import { checkEffort } from '../models/choose.ts';
import { chooseModel as chooseByEffort, findModel } from '../models/models.ts';
import { encodeChannels } from './channels.ts';
import { type Report, reportOf, verifiedReport } from './figures.ts';
import { verify } from './verify.ts';

/** Pixels as callers have them: one image unless `images` says otherwise. */
export type PixelsInput = Omit<Pixels, 'images'> & { readonly images?: number };

/** The file that an image came from. */
export interface Original {
  readonly bytes: Uint8Array;
  /** Of its name, without the dot: letters and digits, at most 15. */
  readonly extension: string;
}

/** What goes with the pixels and is not one: PNG chunks (docs/FORMAT.md) or the note that they were an idx file. */
export interface Metadata {
  readonly kind: MetadataKind;
  readonly data: Uint8Array;
}

export const NO_METADATA: Metadata = { kind: 'none', data: new Uint8Array(0) };

export interface CompressOptions {
  /** A model, or the name or id of one; null for none; by default the one made for such images, if there is any. */
  readonly model?: Model | string | null;
  /** Chooses among the models made for such images, from 1 (fast) to 9 (small), by default 6. */
  readonly effort?: number;
  /** Keeps the model's coding where it is larger than the input, too: for measurements. */
  readonly keepModel?: boolean;
  /** Stored as it is where no model makes the image smaller. Without it the samples are deflated then. */
  readonly original?: Original;
  readonly metadata?: Metadata;
  /** Threads to compute on, by default one a core. The bytes do not depend on it. */
  readonly threads?: number;
  /** Called now and then with the share of the work done, 0..1. */
  readonly onProgress?: (share: number) => void;
  /** Whether to decode the file again and compare. */
  readonly verify?: boolean;
}

export interface Compressed {
  readonly file: Uint8Array;
  readonly report: Report;
}

/** Number of threads where the caller names none: one a core. Node has a `navigator` from version 21 on alone. */
export async function defaultThreads(): Promise<number> {
  if (typeof process === 'object' && process.versions?.node)
    return (await import('node:os')).availableParallelism();
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/**
 * Codes one image, or several of one shape as one chain.
 * @throws VaezipError 'bad-argument' or 'too-large' for pixels or an effort that are none, 'unknown-model' for a model
 * named that is not here.
 */
export async function compress(input: PixelsInput, options: CompressOptions = {}): Promise<Compressed> {
  const pixels: Pixels = { ...input, images: input.images ?? 1 };
  checkPixels(pixels);
  if (options.effort !== undefined) checkEffort(options.effort);
  const start = performance.now();
  const model = await chooseModel(pixels, options);
  const attempt = await tryModel(pixels, model, options);
  let compressed: Compressed;
  if (typeof attempt === 'object') {
    compressed = finish(pixels, start, { method: 'model', reason: null, ...attempt }, options);
  } else {
    const reason = attempt;
    if (options.original) {
      compressed = store(options.original, pixels, reason);
    } else {
      const file = encodeByDeflate(pixels, options.metadata);
      compressed = finish(
        pixels,
        start,
        { file, method: 'deflate', model: null, lengths: null, reason },
        options,
      );
    }
  }
  if (!options.verify) return compressed;
  const verifyStart = performance.now();
  const { original, metadata = NO_METADATA } = options;
  await verify(compressed.file, { pixels, metadata, original: original?.bytes }, { ...options, model });
  const report = verifiedReport(compressed.report, (performance.now() - verifyStart) / 1000);
  return { file: compressed.file, report };
}

/** Keeps a file as it is; the shape only describes it. */
export function store(original: Original, shape: Description, reason: string): Compressed {
  const start = performance.now();
  const file = writeContainer({
    method: 'stored',
    shape,
    extension: original.extension,
    metadataKind: 'none',
    metadata: new Uint8Array(0),
    streams: [original.bytes],
  });
  const encodeSeconds = (performance.now() - start) / 1000;
  const inputBytes = original.bytes.length;
  const report = reportOf({
    file,
    inputBytes,
    shape,
    method: 'stored',
    model: null,
    lengths: null,
    encodeSeconds,
    reason,
  });
  return { file, report };
}

interface Coded {
  readonly file: Uint8Array;
  readonly method: 'model' | 'deflate';
  readonly model: Model | null;
  readonly lengths: CodeLengths | null;
  readonly reason: string | null;
}

function finish(pixels: Pixels, start: number, coded: Coded, options: CompressOptions): Compressed {
  const inputBytes = inputBytesOf(pixels, options.original);
  const encodeSeconds = (performance.now() - start) / 1000;
  return { file: coded.file, report: reportOf({ ...coded, shape: pixels, inputBytes, encodeSeconds }) };
}

async function chooseModel(pixels: Pixels, { model, effort }: CompressOptions): Promise<Model | null> {
  if (model === undefined) return (await chooseByEffort(colourShape(pixels), effort))?.model ?? null;
  return typeof model === 'string' ? findModel(model) : model;
}

/** The model's coding, or in words why there is none. */
async function tryModel(pixels: Pixels, model: Model | null, options: CompressOptions) {
  if (!model) return options.model === null ? 'no model wanted' : 'no model for such images';
  if (!model.accepts(colourShape(pixels))) return `the model ${model.name} does not take such images`;
  try {
    const coded = await encodeByModel(pixels, model, options);
    if (options.keepModel || coded.file.length < inputBytesOf(pixels, options.original)) return coded;
    return 'the model would not make it smaller';
  } catch (error) {
    // An image may outgrow the room that the model makes for it, or memory; it can be kept all the same.
    if (!(error instanceof VaezipError) || error.code !== 'too-large') throw error;
    return `the model ${model.name} gave up: ${error.message}`;
  }
}

async function encodeByModel(pixels: Pixels, model: Model, options: CompressOptions) {
  const { onProgress } = options;
  const metadata = metadataFields(options.metadata);
  const threads = options.threads ?? (await defaultThreads());
  const { streams, lengths } = await encodeChannels(model, pixels, { threads, onProgress });
  const file = writeContainer({
    method: 'model',
    shape: pixels,
    sampleChecksum: crc32(bytesOfSamples(pixels.data)),
    modelId: model.id,
    ...metadata,
    streams,
  });
  return { file, model, lengths };
}

function encodeByDeflate(pixels: Pixels, metadata?: Metadata): Uint8Array {
  return writeContainer({
    method: 'deflate',
    shape: pixels,
    sampleChecksum: crc32(bytesOfSamples(pixels.data)),
    ...metadataFields(metadata),
    streams: [encodeFilteredRows(pixels)],
  });
}

function metadataFields({ kind, data }: Metadata = NO_METADATA) {
  if (data.length > MAX_METADATA_BYTES)
    throw new VaezipError(
      'too-large',
      `${data.length} bytes of metadata: the limit is ${MAX_METADATA_BYTES}`,
    );
  return { metadataKind: kind, metadata: packMetadata(data) };
}

function inputBytesOf(pixels: Pixels, original: Original | undefined): number {
  return original ? original.bytes.length : pixels.data.byteLength;
}
