// Adaptive models with arbitrary but fixed weights: exactness must not depend on training.

import { ARITHMETIC } from '../../../../codec/model/arithmetic.ts';
import type { Model } from '../../../../codec/model/model.ts';
import { type Safetensors, writeSafetensors } from '../../../../codec/network/safetensors.ts';
import { learningFamily, learningModel } from '../../../../codec/planes/learning/family.ts';
import {
  type Architecture,
  type LearningWeights,
  metadataOf,
  parameterCount,
  tensorsOf,
} from '../../../../codec/planes/learning/weights.ts';
import { modelOf } from '../../coding.ts';
import { randomNumbers } from '../../kernel/fixture.ts';

const COMMON = {
  bundle: 2,
  forgetting: [0.7, 0.8, 0.88, 0.96],
  ridge: [16, 16, 16, 16],
  rate: 0.001,
} as const;

export const colour: Architecture = {
  ...COMMON,
  planes: 3,
  hidden: [32, 32],
  neighbours: [
    { own: 10, coded: 0, later: 1 },
    { own: 5, coded: 6, later: 1 },
    { own: 4, coded: 4, later: 0 },
  ],
};
/** Sizes that differ from plane to plane and from layer to layer, up to what the kernel has room for. */
export const uneven: Architecture = {
  ...COMMON,
  bundle: 4,
  planes: 3,
  hidden: [64, 48],
  neighbours: [
    { own: 20, coded: 0, later: 6 },
    { own: 5, coded: 10, later: 1 },
    { own: 2, coded: 1, later: 6 },
  ],
};
/** As large as the model of the highest effort but for the predictor from similar contexts. */
export const large: Architecture = {
  ...COMMON,
  planes: 3,
  hidden: [96, 48],
  neighbours: [
    { own: 24, coded: 0, later: 2 },
    { own: 13, coded: 8, later: 3 },
    { own: 8, coded: 8, later: 0 },
  ],
};
export const grey: Architecture = {
  ...COMMON,
  planes: 1,
  hidden: [32, 16],
  neighbours: [{ own: 12, coded: 0, later: 0 }],
};

/** With a predictor from similar contexts, which takes some of the neighbours. */
export const similar: Architecture = {
  ...COMMON,
  planes: 3,
  hidden: [32, 32],
  neighbours: [
    { own: 18, coded: 0, later: 1 },
    { own: 9, coded: 9, later: 2 },
    { own: 8, coded: 6, later: 0 },
  ],
  similar: [
    { own: 16, coded: 0 },
    { own: 8, coded: 8 },
    { own: 6, coded: 5 },
  ],
};
export const similarGrey: Architecture = {
  ...COMMON,
  planes: 1,
  hidden: [32, 16],
  neighbours: [{ own: 20, coded: 0, later: 0 }],
  similar: [{ own: 16, coded: 0 }],
};
/** As large as the model that takes longest. */
export const largeSimilar: Architecture = { ...large, similar: similar.similar };

export interface Size {
  /** Parameters are uniform in [-gain, gain]. */
  readonly gain?: number;
  readonly preconditioner?: number;
}

/** Random weights of a model. */
export function untrainedWeights(
  architecture: Architecture,
  { gain = 0.1, preconditioner = 10 }: Size = {},
): LearningWeights {
  const random = randomNumbers(1);
  const planes = architecture.neighbours.map((_, plane) => {
    const length = parameterCount(architecture, plane);
    return {
      parameters: Float32Array.from({ length }, () => gain * (2 * random() - 1)),
      preconditioner: new Float32Array(length).fill(preconditioner),
    };
  });
  return { architecture, planes };
}

/** What the weights' file holds. */
export function contentOf(weights: LearningWeights): Safetensors {
  const metadata = { format: 'vaezip-learning', arithmetic: ARITHMETIC, ...metadataOf(weights.architecture) };
  return { tensors: tensorsOf(weights), metadata };
}

/** The weights' file. */
export function untrainedFile(architecture: Architecture, size?: Size): Uint8Array {
  return writeSafetensors(contentOf(untrainedWeights(architecture, size)));
}

export function untrainedCodec(architecture: Architecture, size?: Size): Model {
  return modelOf(learningFamily, 'untrained', untrainedFile(architecture, size));
}

/** A model whose groups of rows have so many pixels at least. */
export function groupedCodec(architecture: Architecture, groupPixels: number): Model {
  return learningModel('grouped', '9'.repeat(64), contentOf(untrainedWeights(architecture)), groupPixels);
}
