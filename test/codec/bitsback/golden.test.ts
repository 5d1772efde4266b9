// Pins the streams: a change here is a change of the format.
import { describe, expect, it } from 'vitest';
import type { Codec } from '../../../codec/ans/codec.ts';
import { chain } from '../../../codec/bitsback/combinators.ts';
import { bernoulli } from '../../../codec/distributions/bernoulli.ts';
import { categorical } from '../../../codec/distributions/categorical.ts';
import { discretizedLogistics } from '../../../codec/distributions/discretized-logistic.ts';
import { gaussianLatents, latentValues, standardBins } from '../../../codec/distributions/gaussian.ts';
import { uniform } from '../../../codec/distributions/uniform.ts';
import { emptyMessage } from '../kernel/fixture.ts';

/** FNV-1a of bytes, as 8 hexadecimal digits. */
function checksum(bytes: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Multiples of an odd number, modulo 2^16: the same on every machine. */
const integers = (count: number, factor: number) =>
  Array.from({ length: count }, (_, i) => (i * factor) % 65536);

function latentModel() {
  const mu = Float32Array.from(integers(500, 40503), (n) => n / 16384 - 2);
  const sigma = Float32Array.from(integers(500, 9973), (n) => (n + 1) / 65536);
  return gaussianLatents(standardBins(500, 12), { mu, sigma });
}

/** Checksum of an empty message that a value has been pushed onto. */
function pushed<T>(codec: Codec<T>, value: T): string {
  const message = emptyMessage();
  codec.push(message, value);
  return checksum(message.toBytes());
}

describe('the bytes are those of every earlier version', () => {
  const symbols = integers(200, 31);

  it('of uniform symbols', () => {
    expect(
      pushed(
        chain(uniform(1000), 200),
        symbols.map((n) => n % 1000),
      ),
    ).toBe('e79049fd');
  });

  it('of Bernoulli symbols', () => {
    expect(
      pushed(
        chain(bernoulli(0.1), 200),
        symbols.map((n) => n % 10 === 0),
      ),
    ).toBe('a4d5b3a4');
  });

  it('of categorical symbols', () => {
    expect(
      pushed(
        chain(categorical([0.1, 3, 1e-9, 7]), 200),
        symbols.map((n) => n % 4),
      ),
    ).toBe('26d080be');
  });

  it('of Gaussian latents', () => {
    expect(
      pushed(
        latentModel(),
        Uint16Array.from(integers(500, 12345), (n) => n >> 4),
      ),
    ).toBe('95b82486');
  });

  it('of discretized logistics', () => {
    const parameters = Float32Array.from(integers(1800, 40503), (n, i) =>
      i % 6 < 2 ? n / 256 : n / 16384 - 1,
    );
    const samples = Uint16Array.from(integers(300, 12345), (n) => n >> 8);
    expect(pushed(discretizedLogistics({ parameters, components: 2, depth: 8 }), samples)).toBe('4d4493d3');
  });

  it('of latents drawn from seed words, and of the values that they stand for', () => {
    const message = emptyMessage();
    const latents = latentModel().pop(message);
    const values = latentValues(message, latents, standardBins(500, 12));
    expect(checksum(new Uint8Array(latents.buffer))).toBe('aad1d0a7');
    expect(checksum(new Uint8Array(values.buffer))).toBe('adc71dc3');
  });
});
