// Models of the quick family with arbitrary but fixed weights: exactness must not depend on training.

import { ARITHMETIC } from '../../../../codec/model/arithmetic.ts';
import type { Model } from '../../../../codec/model/model.ts';
import { type Safetensors, writeSafetensors } from '../../../../codec/network/safetensors.ts';
import { quickFamily } from '../../../../codec/planes/quick/family.ts';
import {
  metadataOf,
  type QuickArchitecture,
  type QuickWeights,
  shapesOf,
} from '../../../../codec/planes/quick/weights.ts';
import { countOf, tensorsOfPlanes } from '../../../../codec/planes/weights.ts';
import { modelOf } from '../../coding.ts';
import { randomNumbers } from '../../kernel/fixture.ts';

export const colour: QuickArchitecture = { planes: 3, units: 8, rate: 0.001 };
export const wide: QuickArchitecture = { planes: 3, units: 24, rate: 0.001 };
export const grey: QuickArchitecture = { planes: 1, units: 16, rate: 0.001 };

/** Random weights: parameters uniform in [-gain, gain]. */
export function untrainedWeights(
  architecture: QuickArchitecture,
  { gain = 0.1, preconditioner = 10 } = {},
): QuickWeights {
  const random = randomNumbers(1);
  const planes = shapesOf(architecture).map((shapes) => ({
    parameters: Float32Array.from({ length: countOf(shapes) }, () => gain * (2 * random() - 1)),
    preconditioner: new Float32Array(countOf(shapes)).fill(preconditioner),
  }));
  return { architecture, planes };
}

/** What the weights' file holds. */
export function contentOf({ architecture, planes }: QuickWeights): Safetensors {
  return {
    tensors: tensorsOfPlanes(shapesOf(architecture), planes),
    metadata: { format: quickFamily.name, arithmetic: ARITHMETIC, ...metadataOf(architecture) },
  };
}

/** The weights' file. */
export function untrainedFile(...args: Parameters<typeof untrainedWeights>): Uint8Array {
  return writeSafetensors(contentOf(untrainedWeights(...args)));
}

export function untrainedCodec(...args: Parameters<typeof untrainedWeights>): Model {
  return modelOf(quickFamily, 'untrained', untrainedFile(...args));
}
