// Binary digits on disk: what a network of the study makes of images in one chain.

import { bernoullis, bernoullisLog2Probability } from '../../../codec/distributions/bernoulli-vector.ts';
import type { Engine } from '../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import {
  BINS_LOG2,
  type CodedVae,
  codeChain,
  decodeRandomBits,
  type Likelihood,
  type OnDisk,
} from '../mlp/coder.ts';
import { CONTEXT_HIDDEN, type DigitsModel, digitsShapes, PIXELS } from './model.ts';
import { contextAt, contextOf } from './neighbours.ts';

export type { OnDisk };

/**
 * Codes images of bits in one chain, reads the bytes back and throws where another image comes out.
 * `binsLog2`: bits of a latent's bins.
 */
export function codeDigits(
  model: DigitsModel,
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  binsLog2 = BINS_LOG2,
): OnDisk {
  return codeChain(codedVae(model, tensors), images, binsLog2);
}

/** Images that random bits decode to, which are samples of the model, and the bits that each took. */
export function drawDigits(
  model: DigitsModel,
  tensors: NamedArrays,
  count: number,
  random: Random,
): { images: Uint8Array[]; bits: Float64Array } {
  const { data, bits } = decodeRandomBits(codedVae(model, tensors), count, random);
  return { images: data, bits };
}

function codedVae(model: DigitsModel, tensors: NamedArrays): CodedVae<Uint8Array> {
  const { encoder, decoder, sizes } = model;
  return {
    ...{ tensors, shapes: digitsShapes(model), encoder, decoder },
    inputs: (image: Uint8Array) => Float32Array.from(image),
    likelihood: (engine: Engine) =>
      sizes.neighbours === 0
        ? factorised
        : withNeighbours(engine, sizes.neighbours, tensors['context.output.weight'].data),
  };
}

function factorised(logits: Float32Array): Likelihood<Uint8Array> {
  return {
    ...bernoullis(logits),
    log2Probability: (message, image) => bernoullisLog2Probability(message, image, logits),
  };
}

function withNeighbours(
  engine: Engine,
  neighbours: number,
  weights: ArrayLike<number>,
): (fromLatents: Float32Array) => Likelihood<Uint8Array> {
  const fromContext = contextInEngine(engine, neighbours, weights);
  return (fromLatents) => {
    const logitsOf = (image: Uint8Array) =>
      fromContext(contextOf([image], neighbours)).map((logit, i) => logit + fromLatents[i]);
    return {
      push: (message, image) => bernoullis(logitsOf(image)).push(message, image),
      pop(message) {
        const image = new Uint8Array(PIXELS);
        for (let i = 0; i < PIXELS; i++) {
          const [logit] = fromContext(contextAt(image, i, neighbours));
          image[i] = bernoullis(Float32Array.of(logit + fromLatents[i])).pop(message)[0];
        }
        return image;
      },
      log2Probability: (message, image) => bernoullisLog2Probability(message, image, logitsOf(image)),
    };
  };
}

/** The context network of any number of rows, which do not depend on each other. */
function contextInEngine(
  engine: Engine,
  neighbours: number,
  weights: ArrayLike<number>,
): (context: Float32Array) => Float32Array {
  const input = engine.buffer(PIXELS * neighbours);
  const hidden = engine.buffer(PIXELS * CONTEXT_HIDDEN);
  return (context) => {
    const rows = context.length / neighbours;
    engine.write(input, context);
    engine.dense('context.hidden', hidden, input, rows, 'elu');
    const units = engine.read({ address: hidden.address, length: rows * CONTEXT_HIDDEN });
    return Float32Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let unit = 0; unit < CONTEXT_HIDDEN; unit++)
        sum += units[row * CONTEXT_HIDDEN + unit] * weights[unit];
      return sum;
    });
  };
}
