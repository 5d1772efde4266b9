// A coded image as a .vz file, and as a report of what it cost.

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import type { Coded, Model } from '../codec/model/model.ts';
import { bytesOfSamples, type Pixels } from '../codec/pixels/pixels.ts';
import { shortId, writeContainer } from '../container/container.ts';
import { MAX_METADATA_BYTES } from '../container/limits.ts';
import { packMetadata } from '../container/metadata/packed-metadata.ts';
import { changesOf } from '../container/source-form.ts';
import { type Outcome, type Report, reportOf } from './figures.ts';
import { type CompressOptions, type Metadata, NO_METADATA, type Original } from './options.ts';

/** What goes into a file beside what a model makes of the image. */
export type Beside = Pick<CompressOptions, 'name' | 'form' | 'recipe' | 'metadata'> & {
  /** The preview, as the file holds it. */
  readonly previewFile: Uint8Array | null;
};

/** What was coded, by which model, and what it came to. */
export type CodedImage = Pick<Outcome, 'file' | 'model' | 'lengths' | 'reason'>;

/** The file. Throws VaezipError 'too-large' for metadata beyond the limit. */
export function imageFile(
  pixels: Pixels,
  model: Model,
  { sides, groups, hasStart }: Coded,
  { name = null, form = null, recipe = null, metadata, previewFile }: Beside,
): Uint8Array {
  return writeContainer({
    kind: 'image',
    shape: pixels,
    modelId: shortId(model.id),
    sampleChecksum: crc32(bytesOfSamples(pixels.data)),
    ...{ name, form, ...metadataFields(metadata) },
    recipe: hasStart ? null : recipe,
    preview: previewFile,
    ...{ sides, groups, hasStart },
  });
}

/** The report of a file that is not verified yet. */
export function imageReport(
  pixels: Pixels,
  coded: CodedImage,
  { original, form = null, recipe = null, previewFile }: Pick<CompressOptions, 'original'> & Beside,
  encodeSeconds: number,
): Report {
  const inputBytes = inputBytesOf(pixels, original);
  const changes = recipe ? [] : changesOf(form, pixels);
  const previewBytes = previewFile?.length ?? null;
  return reportOf({
    ...coded,
    kind: 'image',
    shape: pixels,
    inputBytes,
    changes,
    previewBytes,
    encodeSeconds,
  });
}

export function inputBytesOf(pixels: Pixels, original: Original | undefined): number {
  return original ? original.bytes.length : pixels.data.byteLength;
}

function metadataFields({ kind, data }: Metadata = NO_METADATA) {
  if (data.length > MAX_METADATA_BYTES)
    throw new VaezipError(
      'too-large',
      `${data.length} bytes of metadata: the limit is ${MAX_METADATA_BYTES}`,
    );
  return { metadataKind: kind, metadata: kind === 'png' ? packMetadata(data) : new Uint8Array(0) };
}
