// How long images take on a usual machine, before anything has been measured, by the first bytes of their files.
import { availableParallelism } from 'node:os';
import { colourShape } from '../../../codec/pixels/alpha.ts';
import type { Shape } from '../../../codec/pixels/pixels.ts';
import type { Header } from '../../../container/container.ts';
import { DEFAULT_EFFORT, SHIPPED, shippedModel } from '../../../models/catalogue.ts';
import { modelsFor } from '../../../models/choose.ts';
import { knownModel } from './models.ts';
import type { Task } from './workload.ts';

/** PNG and WebP at sharp's highest effort, together. */
export const OTHER_CODECS_MPX_PER_SECOND = 0.5;

/** What is not coded by a trained model: read, and filtered and deflated, or kept. */
const WITHOUT_MODEL = [20, 20] as const;

/** What a model counts as that does not ship: the first that is chosen where nothing else is asked for. */
const USUAL = SHIPPED.find(
  ({ efforts: [lowest, highest] }) => lowest <= DEFAULT_EFFORT && DEFAULT_EFFORT <= highest,
);

/** How images are coded. */
export interface Coding {
  readonly effort: number;
  readonly model?: string | undefined;
}

/**
 * The task of an image to encode; null for null, a shape that is not known before the file is read, or of what is kept
 * as it is. `phases` are the seconds of each phase, given the Mpx and how many of them are encoded, and likewise
 * decoded, a second.
 */
export async function encodingTask(
  shape: Shape | null,
  { effort, model }: Coding,
  phases: (mpx: number, mpxPerSecond: number) => readonly number[],
): Promise<Task | null> {
  if (!shape) return null;
  const coder = model ?? (await modelsFor(colourShape(shape), effort))[0]?.name ?? null;
  const pixels = shape.images * shape.width * shape.height;
  return { pixels, phases: phases(pixels / 1e6, nominalSpeed(coder)), memory: 40 * pixels };
}

/** The task of a .vz file to decode, of one phase; null for kept files. */
export async function decodingTask(header: Header): Promise<Task | null> {
  if (header.kind === 'kept') return null;
  const { shape, modelId } = header;
  const model = modelId === '' ? null : ((await knownModel(modelId))?.name ?? '');
  const pixels = shape.images * shape.width * shape.height;
  return { pixels, phases: [pixels / 1e6 / nominalSpeed(model)], memory: 40 * pixels };
}

/** Mpx/s of a model, by its name; of images that no trained one codes for null. */
function nominalSpeed(model: string | null, threads = availableParallelism()): number {
  const { speed } = (model === null ? null : (shippedModel(model) ?? USUAL)) ?? { speed: WITHOUT_MODEL };
  return speed[threads > 1 ? 1 : 0];
}
