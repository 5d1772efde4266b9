// Completions by networks whose posterior is known: a decoder that ignores z leaves z its prior.
import { beforeAll, expect, it } from 'vitest';
import { complete, log2PixelsOf } from '../../src/study/digits/completion.ts';
import { digitsModel, PIXELS } from '../../src/study/digits/model.ts';
import { digitsNetwork } from '../../src/study/digits/preset.ts';
import { drawImages } from '../../src/study/digits/sampling.ts';
import { presetOf } from '../../src/study/recipes.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

const FROM = PIXELS / 2;
const sizes = { latents: 4, hidden: [8], neighbours: 3 };
const model = digitsModel(sizes);
const random = new Random(1);
const images = Array.from({ length: 3 }, () =>
  Uint8Array.from({ length: PIXELS }, () => (random.uniform() < 0.2 ? 1 : 0)),
);
const initial = async () =>
  (await presetOf(digitsNetwork('completion', sizes, { steps: 1 }))).initialParameters(new Random(2));

beforeAll(() => useBackend('wasm'));

it('keep what is known, and draw the rest', async () => {
  const known = { images, from: FROM };
  const { images: drawn, z } = complete(model, await initial(), known, { chains: 2, steps: 4 }, random);
  expect(drawn.length).toBe(6);
  expect(z.length).toBe(6 * sizes.latents);
  for (const [i, image] of drawn.entries()) {
    const given = images[Math.floor(i / 2)];
    expect(image.subarray(0, FROM)).toEqual(given.subarray(0, FROM));
    expect(image.subarray(FROM)).not.toEqual(given.subarray(FROM));
  }
});

it('accept every z of the posterior itself, and fewer of another', async () => {
  const exact = Object.fromEntries(
    Object.entries(await initial()).map(([name, { shape, data }]) => [
      name,
      { shape, data: /^(encoder|decoder)\.output/.test(name) ? data.map(() => 0) : data },
    ]),
  );
  const known = { images, from: FROM };
  const accepted = () => complete(model, exact, known, { chains: 4, steps: 12 }, random).accepted;
  expect(accepted()).toBeGreaterThan(0.999);
  // q = N(1, 1) in place of N(0, 1).
  exact['encoder.output.bias'].data.fill(1, 0, sizes.latents);
  expect(accepted()).toBeLessThan(0.8);
});

it('the pixels of both halves cost what those of the whole cost', async () => {
  const tensors = await initial();
  const z = random.normals(images.length * sizes.latents);
  const [upper, lower, whole] = [
    [0, FROM],
    [FROM, PIXELS],
    [0, PIXELS],
  ].map(([from, to]) => log2PixelsOf(model, tensors, images, z, [from, to]));
  for (const i of images.keys()) expect(upper[i] + lower[i]).toBeCloseTo(whole[i], 2);
  const [shared] = log2PixelsOf(model, tensors, [images[1]], z.slice(sizes.latents), [0, PIXELS]);
  expect(shared).toBeCloseTo(whole[1], 3);
});

it('an image is drawn with the probabilities that its logits say', async () => {
  const tensors = await initial();
  const z = new Float32Array(60 * sizes.latents);
  const ink = drawImages(model, tensors, z, random).map((image) => image.reduce((a, b) => a + b, 0));
  const average = ink.reduce((a, b) => a + b, 0) / ink.length;
  expect(Math.abs(average / (PIXELS / (1 + Math.exp(1.5))) - 1)).toBeLessThan(0.3);
});
