// Pixels in, a .vz file out: by a model where one accepts the image and makes it smaller, else without one.

import { OutOfMemory, VaezipError } from '../codec/error.ts';
import type { CodeLengths, Model } from '../codec/model/model.ts';
import { checkPixels, type Pixels } from '../codec/pixels/pixels.ts';
import { plainModel } from '../codec/plain/family.ts';
import { bareFile, type Description, writeContainer } from '../container/container.ts';
import { type Reason, reasonOf } from '../container/reasons.ts';
import { checkEffort } from '../models/choose.ts';
import { encodeChannels } from './channels.ts';
import { type Beside, imageFile, imageReport, inputBytesOf } from './coded-image.ts';
import { type Report, reportOf } from './figures.ts';
import { namingMemory } from './memory.ts';
import {
  type CompressOptions,
  codingOptions,
  NO_METADATA,
  type Original,
  type PixelsInput,
} from './options.ts';
import { checkEncodingMemory, planEncoding } from './plan.ts';
import type { Plan } from './planned.ts';
import { shrunk } from './shrink.ts';
import { verify } from './verify.ts';

export interface Compressed {
  readonly file: Uint8Array;
  readonly report: Report;
}

/**
 * Codes one image, or several of one shape as one chain.
 * @throws VaezipError 'bad-argument' or 'too-large' for pixels or an effort that are none, 'too-large' beyond the
 * limits or where memory is short, 'unknown-model' for a model named that is not here; the signal's reason when it is
 * raised.
 */
export async function compress(input: PixelsInput, options: CompressOptions = {}): Promise<Compressed> {
  const pixels: Pixels = { ...input, images: input.images ?? 1 };
  checkPixels(pixels);
  if (options.effort !== undefined) checkEffort(options.effort);
  // Decoding takes as long as encoding.
  const half = (begin: number) => (share: number) => options.onProgress?.(begin + share / 2);
  const onProgress = options.verify ? half(0) : options.onProgress;
  const { model, file, report } = await namingMemory(() => encode(pixels, { ...options, onProgress }));
  if (!options.verify) return { file, report };
  const { original, metadata = NO_METADATA, recipe = null, threads, signal } = options;
  const expected = { pixels, metadata, recipe, original: original?.bytes };
  const seconds = await verify(file, expected, { model, threads, signal, onProgress: half(0.5) });
  return { file, report: { ...report, seconds: { ...report.seconds, verify: seconds }, verified: true } };
}

/** Keeps a file as it is, which `extract` gives back; the shape (0: not known) and the reason only describe it. */
export function store(original: Original, shape: Description, reason: Reason): Compressed {
  const start = performance.now();
  const { bytes, name = null } = original;
  const file = writeContainer({ kind: 'kept', name, reason: reason.kind, shape, bytes });
  const encodeSeconds = (performance.now() - start) / 1000;
  const outcome = { file, inputBytes: bytes.length, shape, model: null, lengths: null, encodeSeconds };
  const rest = { kind: 'kept', changes: [], reason: reason.text, previewBytes: null } as const;
  return { file, report: reportOf({ ...outcome, ...rest }) };
}

/** What callers say, and what has been made of it. */
type Work = CompressOptions & Beside;

async function encode(
  pixels: Pixels,
  wanted: CompressOptions,
): Promise<Compressed & { readonly model: Model | null }> {
  const { original, signal } = wanted;
  signal?.throwIfAborted();
  const start = performance.now();
  const plan = await planEncoding(pixels, wanted);
  const options: Work = { ...wanted, previewFile: await encodePreview(pixels, wanted) };
  signal?.throwIfAborted();
  const coded = plan.model ? await byModel(pixels, plan, options) : plan.reason;
  signal?.throwIfAborted();
  if ('kind' in coded && original) return { model: null, ...store(original, pixels, coded) };
  const outcome =
    'kind' in coded
      ? { ...(await byPlainModel(pixels, options)), reason: coded.text }
      : { ...coded, reason: null };
  const report = imageReport(pixels, outcome, options, (performance.now() - start) / 1000);
  return { model: outcome.model, file: outcome.file, report };
}

/** Null where none is wanted, or needed. */
async function encodePreview(pixels: Pixels, options: CompressOptions): Promise<Uint8Array | null> {
  const small = options.preview ? shrunk(pixels) : null;
  if (!small) return null;
  const { effort, threads, limitMemory, signal } = options;
  const { file } = await encode(small, { effort, threads, limitMemory, signal });
  return bareFile(file);
}

/** The model's coding, or why there is none. */
async function byModel(pixels: Pixels, plan: Plan, options: Work): Promise<CodedFile | Reason> {
  try {
    const coded = await smallerForDeep(pixels, await encodeImage(pixels, plan, options), options);
    if (options.keepModel || coded.file.length < inputBytesOf(pixels, options.original)) return coded;
    return reasonOf('not-smaller');
  } catch (error) {
    // An image may outgrow the room that the model makes for it: it can be kept all the same. Not where memory is
    // short, so that the bytes do not depend on the machine.
    if (!(error instanceof VaezipError) || error.code !== 'too-large' || error instanceof OutOfMemory)
      throw error;
    return reasonOf('no-room', `the model ${plan.model.name} gave up: ${error.message}`);
  }
}

/**
 * The coding, or, of 16 bits, that of the plain model, where it is smaller: what was drawn or computed in 16 bits, as
 * test patterns and ramps, follows rules that models of photos learn slowly.
 */
async function smallerForDeep(pixels: Pixels, coded: CodedFile, options: Work): Promise<CodedFile> {
  if (pixels.bitDepth === 8 || options.keepModel || options.model) return coded;
  const plain = await byPlainModel(pixels, options);
  return plain.file.length < coded.file.length ? plain : coded;
}

/** For pixels that came from no file, where there is nothing to keep, and what is plain. */
function byPlainModel(pixels: Pixels, options: Work): Promise<CodedFile> {
  checkEncodingMemory(pixels, plainModel, options);
  const plan = {
    model: plainModel,
    shape: pixels,
    colours: pixels,
    scout: null,
    alphaModel: null,
    ...codingOptions(options),
  };
  return encodeImage(pixels, plan, options);
}

interface CodedFile {
  readonly model: Model;
  readonly file: Uint8Array;
  readonly lengths: CodeLengths;
}

async function encodeImage(pixels: Pixels, plan: Plan, options: Work): Promise<CodedFile> {
  const { lengths, ...coded } = await encodeChannels(pixels, plan);
  return { model: plan.model, file: imageFile(pixels, plan.model, coded, options), lengths };
}
