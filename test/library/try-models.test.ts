// Images that several kinds of models suit by their looks: the kind that makes them smaller codes them.

import { expect, it } from 'vitest';
import { compress, type PixelsInput } from '../../library/index.ts';
import { paint } from '../codec/screen/images.ts';
import { cropOfSample } from '../golden/cases.ts';

const coded = async (pixels: PixelsInput, model?: string) =>
  (await compress(pixels, { threads: 1, keepModel: true, effort: 1, ...(model && { model }) })).report;

/** A photo with holes, in which about a third of the pixels repeat a neighbour. */
async function cutOut(): Promise<PixelsInput> {
  const photo = await cropOfSample(120, 100);
  const data = Uint8Array.from({ length: 4 * 120 * 100 }, (_, i) => {
    const pixel = i >> 2;
    const isHole = ((pixel % 120) >> 4) % 3 === 0;
    if (i % 4 === 3) return isHole ? 0 : 255;
    return isHole ? 0 : photo.data[3 * pixel + (i % 4)];
  });
  return { ...photo, data, channels: 4 };
}

it.each([
  ['a photo with holes', cutOut],
  ['letters', async () => paint('text', 90, 60, 4)],
  ['a photo', () => cropOfSample(120, 100)],
])('%s is coded by the model that makes it smaller', async (_what, make) => {
  const pixels = await make();
  const chosen = await coded(pixels);
  const byScreen = await coded(pixels, 'screen');
  const byPhoto = await coded(pixels, 'photo-fast');
  const smaller = byScreen.outputBytes < byPhoto.outputBytes ? byScreen : byPhoto;
  expect(chosen.model?.name).toBe(smaller.model?.name);
  expect(chosen.outputBytes).toBe(smaller.outputBytes);
});

it('is found out within the limits of memory', async () => {
  const pixels = await cutOut();
  await expect(compress(pixels, { limitMemory: 3e6, threads: 1 })).rejects.toThrow(/more than the limit of/);
});

it('a drawing coded on any number of threads is the same file', async () => {
  const pixels = paint('rare colours', 300, 200, 3);
  const [one, two] = await Promise.all([1, 2].map((threads) => compress(pixels, { threads })));
  expect(two.file).toEqual(one.file);
});
