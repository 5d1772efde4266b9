// The static family: VAEs of 8-bit RGB photographs of any size, whose weights stay as they are while they code.

import type { Family, Model } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import { planesModel } from '../model.ts';
import { Mode, StaticJob, staticPlan } from './job.ts';
import { staticWeights } from './weights.ts';

/** Share of the encoder's time that finding the posteriors takes. */
const PREPARE_SHARE = 0.3;

export const staticFamily: Family = {
  name: 'vaezip-static',
  score: ({ channels, bitDepth, images }) => (channels === 3 && bitDepth === 8 && images === 1 ? 0.5 : 0),
  load: (name, id, file) => staticModel(name, id, file),
};

/** `groupPixels`: as of planesModel. */
export function staticModel(name: string, id: string, file: Safetensors, groupPixels?: number): Model {
  const tensors = Object.entries(file.tensors).map(([key, { data }]) => [key, data] as const);
  const weights = staticWeights(new Map(tensors));
  return planesModel(
    name,
    id,
    {
      planes: 3,
      plan: (width, height, role, beside) => staticPlan(weights, width, height, role, beside),
      job: (plan, kernel) => new StaticJob(plan, kernel),
      prepare: { mode: Mode.prepare, share: PREPARE_SHARE },
      kl: (job) => (job as StaticJob).kl,
      tileCosts: (job) => (job as StaticJob).tileCosts,
      transforms: [],
      takesChains: false,
      hasDeepLevels: false,
      leastThreadedPixels: 1 << 16,
    },
    groupPixels,
  );
}
