// What a .vz file says of itself, as every command tells it.
import type { Inspection } from '../../../library/index.ts';
import { readPngMetadata } from '../../files/png/metadata.ts';
import { isWholeRecipe } from '../../files/remake-file.ts';
import type { Entry } from './entry.ts';
import { modelOf } from './models.ts';

export type InspectionFacts = Pick<
  Entry,
  | 'reason'
  | 'inputBytes'
  | 'kind'
  | 'width'
  | 'height'
  | 'images'
  | 'channels'
  | 'bitDepth'
  | 'dims'
  | 'model'
  | 'format'
  | 'metadata'
  | 'changes'
  | 'identical'
  | 'previewBytes'
  | 'groups'
>;

export async function factsOf(inspection: Inspection): Promise<InspectionFacts> {
  const { width, height, images, channels, bitDepth, dims, kind, modelId, bytes } = inspection;
  const { format, metadata, reason, changes, previewBytes, groups } = inspection;
  const chunks = metadata.kind === 'png' ? readPngMetadata(metadata.data).map(({ type }) => type) : [];
  return {
    ...{
      reason: reason?.text ?? null,
      inputBytes: bytes,
      kind,
      width,
      height,
      images,
      channels,
      bitDepth,
      dims,
    },
    model: await modelOf(modelId),
    format,
    metadata: { kind: metadata.kind, chunks },
    ...{ changes, previewBytes, groups },
    identical: kind === 'kept' || isWholeRecipe(format, inspection.recipe),
  };
}
