import { expect, it } from 'vitest';
import { coarseBernoullis } from '../../src/study/precision/coarse-bernoulli.ts';
import { emptyMessage, filledMessage, randomNumbers, snapshot } from '../codec/kernel/fixture.ts';

const random = randomNumbers(3);
const logits = Float32Array.from({ length: 500 }, () => 40 * (random() - 0.5));
const bits = Uint8Array.from(logits, (logit) => (random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0));

it.each([1, 2, 8, 28])(
  'bits with frequencies of 2^%i come back, and leave the message as it was',
  (precision) => {
    const message = filledMessage(100);
    const before = snapshot(message);
    coarseBernoullis(logits, precision).push(message, bits);
    expect(coarseBernoullis(logits, precision).pop(message)).toEqual(bits);
    expect(snapshot(message)).toEqual(before);
  },
);

it('coarser frequencies cost more, one bit a pixel at the coarsest', () => {
  const cost = (precision: number) => {
    const message = emptyMessage();
    const before = message.bits;
    coarseBernoullis(logits, precision).push(message, bits);
    return message.bits - before;
  };
  expect(cost(1)).toBeCloseTo(logits.length, 6);
  expect(cost(4)).toBeLessThan(cost(2));
  expect(cost(24)).toBeLessThan(cost(4));
});
