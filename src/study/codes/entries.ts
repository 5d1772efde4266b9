// The discrete code on disk: a row of entries of the codebook, each by the prior that has seen those before it.

import { categorical } from '../../../codec/distributions/categorical.ts';
import type { Engine } from '../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { mlpInEngine } from '../mlp/engine.ts';
import type { Mlp } from '../mlp/shapes.ts';
import type { Code } from './coder.ts';
import { CODES, ENTRY_SIZE, priorInput } from './model.ts';

export function entriesCode(engine: Engine, prior: Mlp, { codebook }: NamedArrays): Code {
  const logitsOf = mlpInEngine(engine, prior);
  const weights = engine.buffer(prior.outputs);
  /** The distribution of a place, by the numbers of the places before it. */
  const entry = (numbers: Float32Array, place: number) => {
    const logits = logitsOf(priorInput(numbers, place));
    const most = logits.reduce((a, b) => Math.max(a, b));
    engine.write(
      weights,
      logits.map((logit) => logit - most),
    );
    engine.kernel.exports.networkExp(weights.address, prior.outputs);
    return categorical(engine.read(weights));
  };
  const put = (numbers: Float32Array, place: number, index: number) =>
    numbers.set(codebook.data.subarray(index * ENTRY_SIZE, (index + 1) * ENTRY_SIZE), place * ENTRY_SIZE);
  const numbersOf = (code: Uint16Array): Float32Array => {
    const numbers = new Float32Array(CODES * ENTRY_SIZE);
    for (const [place, index] of code.entries()) put(numbers, place, index);
    return numbers;
  };
  return {
    numbers: numbersOf,
    prior: {
      push(message, code) {
        const numbers = numbersOf(code);
        for (let place = CODES - 1; place >= 0; place--) entry(numbers, place).push(message, code[place]);
      },
      pop(message) {
        const code = new Uint16Array(CODES);
        const numbers = new Float32Array(CODES * ENTRY_SIZE);
        for (let place = 0; place < CODES; place++) {
          code[place] = entry(numbers, place).pop(message);
          put(numbers, place, code[place]);
        }
        return code;
      },
    },
  };
}
