// How fast images are coded on a usual machine, for estimates before anything has been measured.
import { availableParallelism } from 'node:os';
import { DEFAULT_EFFORT, SHIPPED, shippedModel } from '../../../models/catalogue.ts';

/** What is not coded by a model: read, and deflated or stored. */
const WITHOUT_MODEL = [20, 20] as const;

/** What a model counts as that does not ship: the first that is chosen where nothing else is asked for. */
const USUAL = SHIPPED.find(
  ({ efforts: [lowest, highest] }) => lowest <= DEFAULT_EFFORT && DEFAULT_EFFORT <= highest,
);

/** PNG and WebP at sharp's highest effort, together. */
export const OTHER_CODECS_MPX_PER_SECOND = 0.5;

/** Mpx/s of a model, by its name; of images that none codes for null. */
export function nominalSpeed(model: string | null, threads = availableParallelism()): number {
  const { speed } = (model === null ? null : (shippedModel(model) ?? USUAL)) ?? { speed: WITHOUT_MODEL };
  return speed[threads > 1 ? 1 : 0];
}
