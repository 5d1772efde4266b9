// Vectors of samples 0..2^depth - 1, each from a mixture of discretized logistics (Salimans et al. 2017, equation 2).

import type { Codec } from '../ans/codec.ts';
import type { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import { Constants } from '../kernel/layouts.ts';
import { place, take } from './arguments.ts';

/** One mixture a sample. */
export interface LogisticMixtures {
  /** For each sample K means (in sample units), then K log scales, then K logits: samples * 3 * K numbers. */
  readonly parameters: Float32Array;
  /** K, 1 to 16. */
  readonly components: number;
  /** Bits a sample, 1 to 16. */
  readonly depth: number;
}

const { COMPONENT_BYTES } = Constants['distributions/discretized-logistic'];

/** Codes as many samples as there are mixtures; every value has a frequency of at least 1 of 2^28. */
export function discretizedLogistics(mixtures: LogisticMixtures): Codec<Uint16Array> {
  const { components, depth } = mixtures;
  const count = checkedCount(mixtures);
  return {
    push(message, samples) {
      checkSamples(samples, count, depth);
      const [at, mixture, scratch] = placeMixtures(message, samples, mixtures);
      message.pushVector(count, (from, to) =>
        message.kernel.exports.logisticVectorPush(
          message.address,
          at + 2 * from,
          mixture + 12 * components * from,
          to - from,
          components,
          depth,
          scratch,
        ),
      );
    },
    pop(message) {
      const samples = new Uint16Array(count);
      const [at, mixture, scratch] = placeMixtures(message, samples, mixtures);
      message.popVector(count, (from, to) =>
        message.kernel.exports.logisticVectorPop(
          message.address,
          at + 2 * from,
          mixture + 12 * components * from,
          to - from,
          components,
          depth,
          scratch,
        ),
      );
      return take(message, at, samples);
    },
  };
}

/**
 * Sum of log2 of the real-valued probabilities of the samples: for reports. `message` lends
 * its kernel and scratch memory.
 */
export function logisticsLog2Probability(
  message: Message,
  samples: Uint16Array,
  mixtures: LogisticMixtures,
): number {
  const count = checkedCount(mixtures);
  checkSamples(samples, count, mixtures.depth);
  const [at, mixture, scratch] = placeMixtures(message, samples, mixtures);
  return message.kernel.exports.logisticVectorLog2Probability(
    at,
    mixture,
    count,
    mixtures.components,
    mixtures.depth,
    scratch,
  );
}

function placeMixtures(message: Message, samples: Uint16Array, { parameters, components }: LogisticMixtures) {
  return place(message, samples, parameters, new Float32Array((COMPONENT_BYTES / 4) * components));
}

function checkedCount({ parameters, components, depth }: LogisticMixtures): number {
  if (!(Number.isInteger(components) && components >= 1 && components <= 16))
    throw new VaezipError('bad-argument', `a mixture has 1 to 16 components, not ${components}`);
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= 16))
    throw new VaezipError('bad-argument', `samples have 1 to 16 bits, not ${depth}`);
  const count = parameters.length / (3 * components);
  if (!Number.isInteger(count))
    throw new VaezipError('bad-argument', `${parameters.length} parameters are no mixtures of ${components}`);
  return count;
}

function checkSamples(samples: Uint16Array, count: number, depth: number): void {
  if (samples.length !== count || !samples.every((sample) => sample >> depth === 0))
    throw new VaezipError(
      'bad-argument',
      `${samples.length} samples do not fit ${count} mixtures of ${depth} bits`,
    );
}
