// Jobs take over the kernels of jobs before them: what those left in the memory shows in no bit.
import { describe, expect, it, vi } from 'vitest';
import type { Encoded } from '../../../codec/model/model.ts';
import { paint } from './learning/images.ts';

type Models = Awaited<ReturnType<typeof makeModels>>;

/** Models of each family; after `resetModules` their modules, the pool of kernels among them, are new. */
async function makeModels() {
  const { modelOf } = await import('../coding.ts');
  const { staticFamily } = await import('../../../codec/planes/static/family.ts');
  const { untrainedPhoto } = await import('./static/untrained.ts');
  const { colour, grey, similar, untrainedCodec } = await import('./learning/untrained.ts');
  const quick = await import('./quick/untrained.ts');
  return {
    static: modelOf(staticFamily, 'static', untrainedPhoto()),
    colour: untrainedCodec(colour),
    grey: untrainedCodec(grey),
    similar: untrainedCodec(similar),
    quick: quick.untrainedCodec(quick.colour),
  };
}

/** In an order in which memory that one model used for one thing is another thing of the next. */
const IMAGES: [keyof Models, number, number][] = [
  ['similar', 40, 30],
  ['static', 64, 64],
  ['colour', 16, 16],
  ['quick', 30, 40],
  ['static', 33, 40],
  ['grey', 48, 48],
  ['colour', 70, 20],
  ['similar', 9, 50],
  ['static', 16, 16],
  ['grey', 1, 1],
  ['colour', 24, 24],
];
const imageOf = ([name, width, height]: (typeof IMAGES)[number], index: number) =>
  paint(index % 3 === 2 ? 'noise' : 'photo-like', width, height, name === 'grey' ? 1 : 3);

async function encodeFresh(image: (typeof IMAGES)[number], index: number): Promise<Encoded> {
  vi.resetModules();
  const pixels = imageOf(image, index);
  return (await makeModels())[image[0]].open(pixels, { threads: 1 }).encode(pixels.data);
}

describe('images coded one after the other', async () => {
  const models = await makeModels();

  it.each(IMAGES.map((image, index) => [...image, index] as const))(
    'by %s, %i x %i, are coded as in a new memory',
    async (name, width, height, index) => {
      const pixels = imageOf([name, width, height], index);
      const session = models[name].open(pixels, { threads: 1 });
      const encoded = await session.encode(pixels.data);
      expect((await session.decode(encoded)).samples).toEqual(pixels.data);
      expect(encoded).toEqual(await encodeFresh([name, width, height], index));
    },
  );
});

it('a job leaves a kernel as a new one is', async () => {
  vi.resetModules();
  const { borrowKernel, returnKernel } = await import('../../../codec/kernel/pool.ts');
  const models = await makeModels();
  const before = borrowKernel(1);
  const base = before.exports.heapBase();
  const constants = new Uint8Array(before.memory.buffer, 0, base).slice();
  returnKernel(before, base);
  for (const name of Object.keys(models) as (keyof Models)[]) {
    const pixels = imageOf([name, 65, 40], 0);
    const session = models[name].open(pixels, { threads: 1 });
    expect((await session.decode(await session.encode(pixels.data))).samples).toEqual(pixels.data);
  }
  const kernel = borrowKernel(1);
  expect(kernel).toBe(before);
  expect(new Uint8Array(kernel.memory.buffer, 0, base)).toEqual(constants);
  expect(new Uint8Array(kernel.memory.buffer, base).some((byte) => byte !== 0)).toBe(false);
});
