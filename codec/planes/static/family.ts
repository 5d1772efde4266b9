// The static family: VAEs of 8-bit RGB photographs of any size, whose weights stay as they are while they code.

import type { Family } from '../../model/model.ts';
import { planesModel } from '../model.ts';
import { Mode, StaticJob, staticPlan } from './job.ts';
import { staticWeights } from './weights.ts';

/** Share of the encoder's time that finding the posteriors takes. */
const PREPARE_SHARE = 0.3;

export const staticFamily: Family = {
  name: 'vaezip-static',
  score: ({ channels, bitDepth, images }) => (channels === 3 && bitDepth === 8 && images === 1 ? 0.5 : 0),
  load(name, id, { tensors }) {
    const weights = staticWeights(new Map(Object.entries(tensors).map(([key, { data }]) => [key, data])));
    return planesModel(name, id, {
      planes: 3,
      plan: (width, height, role, coded) => staticPlan(weights, width, height, role, { coded }),
      job: (plan) => new StaticJob(plan),
      prepare: { mode: Mode.prepare, share: PREPARE_SHARE },
      kl: (job) => (job as StaticJob).kl,
      tileCosts: (job) => (job as StaticJob).tileCosts,
      transforms: [],
      leastThreadedPixels: 1 << 16,
    });
  },
};
