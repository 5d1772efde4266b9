import { describe, expect, it } from 'vitest';
import type { Sizes } from '../../../codec/binary/architecture.ts';
import { BinaryModel } from '../../../codec/binary/binary-model.ts';
import { Random } from '../../../src/train/run/random.ts';
import { binaryStrokes, CONTEXT, FACTORISED, imagesOf, untrained } from './images.ts';

const [image] = imagesOf(binaryStrokes(1, 1));
const z = (sizes: Sizes) => new Random(5).normals(sizes.latents);
const uniforms = new Float32Array(784).map(
  (
    (random) => () =>
      random.uniform()
  )(new Random(6)),
);

describe.each([
  ['factorised', FACTORISED],
  ['with neighbours', CONTEXT],
])('A binary model, %s,', (_what, sizes) => {
  const model = BinaryModel.start(untrained(sizes, 2), 'untrained');

  it('costs what its probabilities say', () => {
    const white = model.probabilities(z(sizes), image);
    const bits = white.reduce((sum, p, i) => sum - Math.log2(image[i] === 255 ? p : 1 - p), 0);
    expect(model.codeLength(z(sizes), image) / bits).toBeCloseTo(1, 5);
    expect(bits).toBeGreaterThan(100);
  });

  it('samples pixels that are white where numbers are below their probabilities', () => {
    const sampled = model.sample(z(sizes), uniforms);
    const white = model.probabilities(z(sizes), sampled);
    expect(sampled).toEqual(Uint8Array.from(white, (p, i) => (uniforms[i] < p ? 255 : 0)));
    expect(new Set(sampled)).toEqual(new Set([0, 255]));
  });

  it('completes an image whose first pixels are given', () => {
    const completed = model.sample(z(sizes), uniforms, image, 400);
    expect(completed.subarray(0, 400)).toEqual(image.subarray(0, 400));
    expect(completed.subarray(400)).not.toEqual(image.subarray(400));
  });

  it('sees of an image what lies before a pixel alone, if anything', () => {
    const other = image.map((sample, i) => (i === 400 ? 255 - sample : sample));
    const before = model.probabilities(z(sizes), image);
    const after = model.probabilities(z(sizes), other);
    const changed = Array.from(after.keys()).filter((i) => after[i] !== before[i]);
    if (sizes.neighbours === 0) expect(changed).toEqual([]);
    else {
      expect(changed.length).toBeGreaterThan(10);
      expect(changed.every((i) => i > 400)).toBe(true);
    }
  });

  it('sees another image in its posterior', () => {
    const posterior = model.posterior(image);
    expect(posterior.mu).toHaveLength(sizes.latents);
    expect(posterior.sigma.every((sigma) => sigma > 0)).toBe(true);
    expect(model.posterior(new Uint8Array(784))).not.toEqual(posterior);
  });
});
