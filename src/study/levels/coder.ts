// Grey digits on disk: a network codes images in one chain, by Gaussians of one standard deviation or by its logistics.

import type { Message } from '../../../codec/ans/message.ts';
import {
  discretizedGaussians,
  gaussiansLog2Probability,
} from '../../../codec/distributions/discretized-gaussian.ts';
import {
  discretizedLogistics,
  logisticsLog2Probability,
} from '../../../codec/distributions/discretized-logistic.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { codeChain, type Likelihood, type OnDisk } from '../mlp/coder.ts';
import {
  decoderOf,
  ENCODER,
  type LikelihoodName,
  LOG_SCALE_LIMIT,
  LOG_UNIT,
  levelsShapes,
  PIXELS,
} from './model.ts';

const DEPTH = 8;
/** Posteriors of networks that hardly pay for z are narrow, and lie far out, where bins are wide. */
const BINS_LOG2 = 14;

/** Codes images of levels; `deviation`: of Gaussians, in levels. */
export function codeLevels(
  likelihood: LikelihoodName,
  tensors: NamedArrays,
  images: readonly Uint16Array[],
  deviation: number,
): OnDisk {
  const codec =
    likelihood === 'logistic' ? logistics : (outputs: Float32Array) => gaussians(outputs, deviation);
  return codeChain(
    {
      ...{ tensors, shapes: levelsShapes(likelihood), encoder: ENCODER, decoder: decoderOf(likelihood) },
      inputs: (image: Uint16Array) => Float32Array.from(image, (level) => level / 255),
      likelihood: () => codec,
    },
    images,
    BINS_LOG2,
  );
}

function gaussians(outputs: Float32Array, deviation: number): Likelihood<Uint16Array> {
  const mu = outputs.map((mean) => 255 * mean);
  const parameters = { mu, sigma: new Float32Array(PIXELS).fill(deviation), depth: DEPTH };
  return {
    ...discretizedGaussians(parameters),
    log2Probability: (message: Message, image) => gaussiansLog2Probability(message, image, parameters),
  };
}

function logistics(outputs: Float32Array): Likelihood<Uint16Array> {
  const parameters = new Float32Array(3 * PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    const logScale = Math.max(-LOG_SCALE_LIMIT, Math.min(LOG_SCALE_LIMIT, outputs[PIXELS + i]));
    parameters.set([255 * outputs[i], logScale + LOG_UNIT, 0], 3 * i);
  }
  const mixtures = { parameters, components: 1, depth: DEPTH };
  return {
    ...discretizedLogistics(mixtures),
    log2Probability: (message: Message, image) => logisticsLog2Probability(message, image, mixtures),
  };
}
