// Latents with arbitrary but fixed weights, for models whose networks learn.

import type { Model } from '../../../../codec/model/model.ts';
import { type Safetensors, writeSafetensors } from '../../../../codec/network/safetensors.ts';
import { learningFamily } from '../../../../codec/planes/learning/family.ts';
import { shapesOf as learningShapes } from '../../../../codec/planes/learning/weights.ts';
import {
  type OriginWeights,
  statisticsCount,
  tensorsOfOrigin,
} from '../../../../codec/planes/online/origin.ts';
import { quickFamily } from '../../../../codec/planes/quick/family.ts';
import { shapesOf as quickShapes } from '../../../../codec/planes/quick/weights.ts';
import { countOf, type Shapes } from '../../../../codec/planes/weights.ts';
import { modelOf } from '../../coding.ts';
import { randomNumbers } from '../../kernel/fixture.ts';
import * as learning from '../learning/untrained.ts';
import * as quick from '../quick/untrained.ts';

/** Random weights of latents; `gain` of the posterior's, `reach` of the basis. */
export function untrainedOrigin(
  shapes: readonly Shapes[],
  { latents = 6, gain = 0.1, reach = 0.02 } = {},
): OriginWeights {
  const random = randomNumbers(2);
  const numbers = (length: number, most: number) =>
    Float32Array.from({ length }, () => most * (2 * random() - 1));
  const statistics = statisticsCount(shapes.length);
  return {
    latents,
    centre: numbers(statistics, 1),
    scale: numbers(statistics, 1),
    posterior: numbers((statistics + 1) * 2 * latents, gain),
    bases: shapes.map((ofPlane) => numbers(latents * countOf(ofPlane), reach)),
  };
}

type Size = Parameters<typeof untrainedOrigin>[1];

function withOrigin({ tensors, metadata }: Safetensors, shapes: readonly Shapes[], size: Size): Uint8Array {
  return writeSafetensors({
    tensors: { ...tensors, ...tensorsOfOrigin(shapes, untrainedOrigin(shapes, size)) },
    metadata,
  });
}

/** A model of the learning family. */
export function learningCodec(architecture: (typeof learning)['colour'], size?: Size): Model {
  const file = learning.contentOf(learning.untrainedWeights(architecture));
  return modelOf(learningFamily, 'untrained', withOrigin(file, learningShapes(architecture), size));
}

/** A model of the quick family. */
export function quickCodec(architecture: (typeof quick)['colour'], size?: Size): Model {
  const file = quick.contentOf(quick.untrainedWeights(architecture));
  return modelOf(quickFamily, 'untrained', withOrigin(file, quickShapes(architecture), size));
}
