// How fast images are coded on a usual machine, for estimates before anything has been measured.
import { availableParallelism } from 'node:os';

/** Mpx/s that are encoded, and likewise decoded, on one thread and on two or more. */
type Speed = readonly [oneThread: number, moreThreads: number];

/** The only such table; a model that is not in it counts as `photo`. */
const MODELS: Readonly<Record<string, Speed>> = {
  'photo-static': [0.6, 1.1],
  photo: [0.2, 0.36],
  'photo-large': [0.1, 0.18],
  'photo-max': [0.045, 0.08],
  'photo-grey': [0.8, 0.8],
  digits: [0.8, 0.8],
};

/** What is not coded by a model: read, and deflated or stored. */
const WITHOUT_MODEL: Speed = [20, 20];

/** PNG and WebP at sharp's highest effort, together. */
export const OTHER_CODECS_MPX_PER_SECOND = 0.5;

/** Mpx/s of a model; of images that none codes for null. */
export function nominalSpeed(model: string | null, threads = availableParallelism()): number {
  const speed = model === null ? WITHOUT_MODEL : (MODELS[model] ?? MODELS.photo);
  return speed[threads > 1 ? 1 : 0];
}
