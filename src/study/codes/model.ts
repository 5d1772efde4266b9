// Autoencoders of binary digits whose code is a function of the image: a VQ-VAE's (van den Oord et al. 2017), whose
// code is a row of entries of a codebook, and plain ones, whose code is a row of numbers. Their tensors' names, shapes.

import { PIXELS } from '../digits/model.ts';
import { type Mlp, mlpShapes } from '../mlp/shapes.ts';

const HIDDEN = [128];
/** Places of an image's code: entries, or numbers of a plain one. */
export const CODES = 16;
/** Numbers of an entry of the codebook, which all places share. */
export const ENTRY_SIZE = 4;

export interface Autoencoder {
  readonly encoder: Mlp;
  /** Outputs are logits. */
  readonly decoder: Mlp;
  /** Of a discrete code: logits of a place's entry, from the entries before it (`priorInput`). */
  readonly prior?: Mlp;
}

/** `entries`: of the codebook, in fours; 0: a plain code of numbers. */
export function autoencoder(entries: number): Autoencoder {
  const size = entries > 0 ? CODES * ENTRY_SIZE : CODES;
  const halves = {
    encoder: { name: 'encoder', inputs: PIXELS, hidden: HIDDEN, outputs: size },
    decoder: { name: 'decoder', inputs: size, hidden: HIDDEN, outputs: PIXELS },
  };
  if (entries === 0) return halves;
  return { ...halves, prior: { name: 'prior', inputs: size + CODES, hidden: HIDDEN, outputs: entries } };
}

/** Shapes of all tensors. */
export function autoencoderShapes({
  encoder,
  decoder,
  prior,
}: Autoencoder): Record<string, readonly number[]> {
  const ofCodes = prior && { ...mlpShapes(prior), codebook: [prior.outputs, ENTRY_SIZE] };
  return { ...mlpShapes(encoder), ...mlpShapes(decoder), ...ofCodes };
}

/** What the prior sees at a place: the numbers of the entries before it, zeros from there on, and which place it is. */
export function priorInput(numbers: Float32Array, place: number): Float32Array {
  const input = new Float32Array(CODES * ENTRY_SIZE + CODES);
  input.set(numbers.subarray(0, place * ENTRY_SIZE));
  input[CODES * ENTRY_SIZE + place] = 1;
  return input;
}
