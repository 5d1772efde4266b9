import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bernoullis, bernoullisLog2Probability } from '../../../codec/distributions/bernoulli-vector.ts';
import { emptyMessage, filledMessage, randomNumbers, snapshot } from '../kernel/fixture.ts';

const logits = fc.array(
  fc.oneof(
    fc.float({ min: -30, max: 30, noNaN: true }),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  ),
  { minLength: 1, maxLength: 300 },
);

describe('vectors of bits', () => {
  it('come back for any logits, and leave the message as it was', () =>
    fc.assert(
      fc.property(logits, fc.nat(), (values, seed) => {
        const random = randomNumbers(seed);
        const codec = bernoullis(Float32Array.from(values));
        const bits = Uint8Array.from(values, () => (random() < 0.5 ? 1 : 0));
        const message = filledMessage(100);
        const before = snapshot(message);
        codec.push(message, bits);
        expect(codec.pop(message)).toEqual(bits);
        expect(snapshot(message)).toEqual(before);
      }),
    ));

  it('may be popped one by one', () => {
    const values = Float32Array.from({ length: 50 }, (_, i) => (i - 25) / 5);
    const bits = Uint8Array.from(values, (_, i) => i % 2);
    const message = filledMessage(10);
    bernoullis(values).push(message, bits);
    const popped = Array.from(values, (logit) => bernoullis(Float32Array.of(logit)).pop(message)[0]);
    expect(popped).toEqual([...bits]);
  });

  it('cost what their probabilities say', () => {
    const random = randomNumbers(5);
    const values = Float32Array.from({ length: 4000 }, () => 8 * (random() - 0.5));
    const bits = Uint8Array.from(values, (logit) => (random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0));
    const expected = values.reduce(
      (sum, logit, i) => sum + Math.log2(1 + Math.exp(bits[i] ? -logit : logit)),
      0,
    );
    const message = emptyMessage();
    const before = message.bits;
    bernoullis(values).push(message, bits);
    expect(Math.abs(message.bits - before - expected)).toBeLessThan(0.05);
    expect(-bernoullisLog2Probability(message, bits, values)).toBeCloseTo(expected, 6);
  });

  it('must be bits, as many as logits', () => {
    const codec = bernoullis(new Float32Array(2));
    expect(() => codec.push(emptyMessage(), Uint8Array.of(0, 2))).toThrow(/no bits/);
    expect(() => codec.push(emptyMessage(), Uint8Array.of(0))).toThrow(/no bits/);
  });
});
