// The quick family: models of RGB or grey photographs of any size, of 8 or 16 bits, with small networks over fixed
// predictors. They go on learning while they code, the same in encoder and decoder, and start anew from the model's
// weights in each group of rows.

import type { Family, Model } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import { planesModel } from '../model.ts';
import type { OnlineFamily } from '../online/job.ts';
import { levels } from '../transforms/levels.ts';
import { QuickJob, quickPlan } from './job.ts';
import { metadataOf, type QuickArchitecture, readWeights, shapesOf } from './weights.ts';

export const quickFamily: Family & OnlineFamily<QuickArchitecture, QuickJob> = {
  name: 'vaezip-quick',
  score: ({ channels }) => (channels === 1 || channels === 3 ? 0.5 : 0),
  load: (name, id, file) => quickModel(name, id, file),
  shapes: shapesOf,
  metadata: metadataOf,
  read: readWeights,
  learn: (architecture, width, height, images = 1) =>
    new QuickJob(
      { architecture, planes: [] },
      quickPlan({ architecture }, width, images * height, 'learn', { images }),
    ),
};

/** `groupPixels`: as of planesModel. */
export function quickModel(name: string, id: string, file: Safetensors, groupPixels?: number): Model {
  const weights = readWeights(file);
  return planesModel(
    name,
    id,
    {
      planes: weights.architecture.planes,
      plan: (width, height, role, beside) => quickPlan(weights, width, height, role, beside),
      job: (plan, kernel) => new QuickJob(weights, plan, kernel),
      kl: (job) => (job as QuickJob).kl,
      seedBits: (job) => (job as QuickJob).seedBits,
      tileCosts: (job) => (job as QuickJob).tileCosts,
      transforms: [levels],
      takesChains: true,
      hasDeepLevels: true,
      leastThreadedPixels: 1 << 16,
    },
    groupPixels,
  );
}
