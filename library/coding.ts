// The coder by itself, for codecs of one's own: a message is a stack, a codec pushes values onto it and pops them back,
// and `bitsBack` makes a codec of a latent variable model.
//
//   const kernel = instantiateKernel(kernelMemory(2 ** 20));
//   const codec = chain(bitsBack({ prior, likelihood: (z) => ..., posterior: (x) => ... }), images.length);
//
//   const message = Message.create(kernel, new Arena(kernel));
//   codec.push(message, images);
//   const bytes = message.toBytes();
//
//   const received = Message.fromBytes(kernel, new Arena(kernel), bytes); // in the memory where `message` lay
//   codec.pop(received); // the images
//   received.assertRestored(); // throws for damaged bytes
//
// A new Arena begins at the same memory: messages that are needed at the same time share one.
// One rule: what an encoder computes a distribution from, the decoder must compute to the last bit, too. Math.exp and
// the like may differ between JavaScript engines; + - * / and Math.sqrt do not, nor does anything in here.
// docs/coding.md and test/library/coding.test.ts are whole examples.

export type { Codec } from '../codec/ans/codec.ts';
export { Message, messageBytes } from '../codec/ans/message.ts';
export { bitSwap } from '../codec/bitsback/bit-swap.ts';
export { bitsBack, type LatentModel, type Layer } from '../codec/bitsback/bits-back.ts';
export { chain, dependent, mapped, sequence } from '../codec/bitsback/combinators.ts';
export { bernoulli } from '../codec/distributions/bernoulli.ts';
export { bernoullis, bernoullisLog2Probability } from '../codec/distributions/bernoulli-vector.ts';
export { categorical } from '../codec/distributions/categorical.ts';
export {
  type DiscretizedGaussians,
  discretizedGaussians,
  gaussiansLog2Probability,
} from '../codec/distributions/discretized-gaussian.ts';
export {
  discretizedLogistics,
  type LogisticMixtures,
  logisticsLog2Probability,
} from '../codec/distributions/discretized-logistic.ts';
export {
  type Bins,
  type DiagonalGaussian,
  equalMassLatents,
  gaussianLatents,
  gaussianLog2Density,
  latentValues,
  standardBins,
} from '../codec/distributions/gaussian.ts';
export { PRECISION, TOTAL } from '../codec/distributions/precision.ts';
export { uniform } from '../codec/distributions/uniform.ts';
export { type ErrorCode, VaezipError } from '../codec/error.ts';
export { Arena } from '../codec/kernel/arena.ts';
export { instantiateKernel, type Kernel, kernelMemory } from '../codec/kernel/kernel.ts';
