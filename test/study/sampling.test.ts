// Images drawn pixel by pixel, of networks whose images are certain.
import { beforeAll, expect, it } from 'vitest';
import { digitsModel, PIXELS, SIDE } from '../../src/study/digits/model.ts';
import { digitsNetwork } from '../../src/study/digits/preset.ts';
import { drawImages } from '../../src/study/digits/sampling.ts';
import { presetOf } from '../../src/study/recipes.ts';
import { Random } from '../../src/train/run/random.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

beforeAll(() => useBackend('wasm'));

/** A network whose decoder says these logits whatever z is. */
async function network(neighbours: number, logits: ArrayLike<number>) {
  const sizes = { latents: 4, hidden: [8], neighbours };
  const preset = await presetOf(digitsNetwork('digits-test', sizes, { steps: 1 }));
  const tensors = preset.initialParameters(new Random(1));
  tensors['decoder.output.weight'].data.fill(0);
  tensors['decoder.output.bias'].data.set(logits);
  return { model: digitsModel(sizes), tensors };
}

it('follow the decoder', async () => {
  const logits = Float32Array.from({ length: PIXELS }, (_, i) => (i % 3 === 0 ? 40 : -40));
  const { model, tensors } = await network(0, logits);
  const images = drawImages(model, tensors, new Float32Array(8), new Random(2));
  expect(images.length).toBe(2);
  for (const image of images) expect([...image]).toEqual([...logits].map((logit) => (logit > 0 ? 1 : 0)));
});

it('follow the neighbours already drawn', async () => {
  const logits = new Float32Array(PIXELS).fill(-40);
  logits[5] = 40;
  const { model, tensors } = await network(1, logits);
  tensors['context.hidden.weight'].data.fill(1);
  tensors['context.output.weight'].data.fill(5);
  const [image] = drawImages(model, tensors, new Float32Array(4), new Random(3));
  expect([...image]).toEqual(Array.from({ length: PIXELS }, (_, i) => (i >= 5 && i < SIDE ? 1 : 0)));
});

it('are white as often as the logit says', async () => {
  const { model, tensors } = await network(0, new Float32Array(PIXELS).fill(Math.log(0.3 / 0.7)));
  const [image] = drawImages(model, tensors, new Float32Array(4), new Random(4));
  const share = image.reduce((a, b) => a + b, 0) / PIXELS;
  expect(Math.abs(share - 0.3)).toBeLessThan(0.07);
});
