// A VAE of binary digits, whose encoder and decoder are perceptrons, and whose pixels may see some of the pixels before
// them:  logit_i = decoder(z)_i + context network of the causal neighbours of pixel i, the same at every pixel.
// Names and shapes of its tensors, which training, estimates and coding share.

import type { Mlp } from '../mlp/shapes.ts';
import { mlpShapes } from '../mlp/shapes.ts';
import { NEIGHBOURS } from './neighbours.ts';

export const SIDE = 28;
export const PIXELS = SIDE * SIDE;

export interface DigitsSizes {
  /** Of z, in fours. */
  readonly latents: number;
  /** Units of each hidden layer, in fours; the decoder's are in the reverse order. */
  readonly hidden: readonly number[];
  /** Causal neighbours that a pixel sees, the nearest first; 0: a factorised likelihood. */
  readonly neighbours: number;
}

/** Units of the context network. */
export const CONTEXT_HIDDEN = 16;

export interface DigitsModel {
  readonly sizes: DigitsSizes;
  /** Outputs are the means of z, then its log scales. */
  readonly encoder: Mlp;
  /** Outputs are logits. */
  readonly decoder: Mlp;
}

export function digitsModel(sizes: DigitsSizes): DigitsModel {
  const { latents, hidden, neighbours } = sizes;
  if (neighbours > NEIGHBOURS.length)
    throw new RangeError(`${neighbours} neighbours, of ${NEIGHBOURS.length}`);
  return {
    sizes,
    encoder: { name: 'encoder', inputs: PIXELS, hidden, outputs: 2 * latents },
    decoder: { name: 'decoder', inputs: latents, hidden: hidden.toReversed(), outputs: PIXELS },
  };
}

/** Shapes of all tensors; weights are [inputs, outputs]. */
export function digitsShapes({ encoder, decoder, sizes }: DigitsModel): Record<string, readonly number[]> {
  const { neighbours } = sizes;
  const context = {
    'context.hidden.weight': [neighbours, CONTEXT_HIDDEN],
    'context.hidden.bias': [CONTEXT_HIDDEN],
    'context.output.weight': [CONTEXT_HIDDEN, 1],
  };
  return { ...mlpShapes(encoder), ...mlpShapes(decoder), ...(neighbours > 0 ? context : {}) };
}
