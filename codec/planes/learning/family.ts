// The learning family: models of RGB or grey photographs of any size, of 8 or 16 bits, whose networks go on learning
// while they code, the same in encoder and decoder, and start anew from the model's weights in each group of rows.

import type { Family, Model } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import { planesModel } from '../model.ts';
import type { OnlineFamily } from '../online/job.ts';
import { levels } from '../transforms/levels.ts';
import { LearningJob, learningPlan } from './job.ts';
import { type Architecture, metadataOf, readWeights, shapesOf } from './weights.ts';

export const learningFamily: Family & OnlineFamily<Architecture, LearningJob> = {
  name: 'vaezip-learning',
  score: ({ channels }) => (channels === 1 || channels === 3 ? 0.5 : 0),
  load: (name, id, file) => learningModel(name, id, file),
  shapes: shapesOf,
  metadata: metadataOf,
  read: readWeights,
  learn: (architecture, width, height, images = 1) =>
    new LearningJob(
      { architecture, planes: [] },
      learningPlan({ architecture }, width, images * height, 'learn', { images }),
    ),
};

/** `groupPixels`: as of planesModel. */
export function learningModel(name: string, id: string, file: Safetensors, groupPixels?: number): Model {
  const weights = readWeights(file);
  return planesModel(
    name,
    id,
    {
      planes: weights.architecture.planes,
      plan: (width, height, role, beside) => learningPlan(weights, width, height, role, beside),
      job: (plan, kernel) => new LearningJob(weights, plan, kernel),
      kl: (job) => (job as LearningJob).kl,
      seedBits: (job) => (job as LearningJob).seedBits,
      tileCosts: (job) => (job as LearningJob).tileCosts,
      transforms: [levels],
      takesChains: true,
      hasDeepLevels: true,
      leastThreadedPixels: 1 << 14,
    },
    groupPixels,
  );
}
