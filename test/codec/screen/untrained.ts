// Models of the screen family with arbitrary but fixed weights: exactness must not depend on training.

import { ARITHMETIC } from '../../../codec/model/arithmetic.ts';
import type { Model } from '../../../codec/model/model.ts';
import { type Safetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { countOf } from '../../../codec/planes/weights.ts';
import { screenFamily } from '../../../codec/screen/family.ts';
import {
  firstTables,
  metadataOf,
  type ScreenArchitecture,
  type ScreenWeights,
  shapesOf,
  tensorsOf,
} from '../../../codec/screen/weights.ts';
import { modelOf } from '../coding.ts';
import { randomNumbers } from '../kernel/fixture.ts';

export const small: ScreenArchitecture = { units: 8, rate: 0.001 };

/** Random networks, parameters uniform in [-gain, gain], or none; tables that have seen no image. */
export function untrainedWeights(
  architecture: ScreenArchitecture | null,
  { gain = 0.1, preconditioner = 10 } = {},
): ScreenWeights {
  const random = randomNumbers(1);
  const shapes = architecture ? shapesOf(architecture) : [];
  const planes = shapes.map((ofPlane) => ({
    parameters: Float32Array.from({ length: countOf(ofPlane) }, () => gain * (2 * random() - 1)),
    preconditioner: new Float32Array(countOf(ofPlane)).fill(preconditioner),
  }));
  return { architecture, planes, tables: firstTables() };
}

/** What the weights' file holds. */
export function contentOf(weights: ScreenWeights): Safetensors {
  const sizes = weights.architecture ? metadataOf(weights.architecture) : {};
  return {
    tensors: tensorsOf(weights),
    metadata: { format: screenFamily.name, arithmetic: ARITHMETIC, ...sizes },
  };
}

/** The weights' file. */
export function untrainedFile(...args: Parameters<typeof untrainedWeights>): Uint8Array {
  return writeSafetensors(contentOf(untrainedWeights(...args)));
}

export function untrainedCodec(...args: Parameters<typeof untrainedWeights>): Model {
  return modelOf(screenFamily, 'untrained', untrainedFile(...args));
}
