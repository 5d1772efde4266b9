// Recipes of three bytes take no section where a stream can start from them, and come back with the pixels.
import { describe, expect, it } from 'vitest';
import type { Model } from '../../codec/model/model.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { plainModel } from '../../codec/plain/family.ts';
import { splitStreams } from '../../codec/planes/streams.ts';
import { type ImageContainer, readContainer, writeContainer } from '../../container/container.ts';
import { recipeOfStart, startOfRecipe } from '../../container/recipe-start.ts';
import {
  codeLengths,
  compress,
  decodeRegion,
  decompress,
  decompressWithRecipe,
  inspect,
  type SalvagedImage,
  salvage,
  verify,
} from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { colour, groupedCodec, untrainedCodec } from '../codec/planes/learning/untrained.ts';
import { small, untrainedCodec as untrainedScreen } from '../codec/screen/untrained.ts';
import { rounded } from '../golden/cases.ts';

const RECIPE = Uint8Array.of(0x11, 0, 0xfe);
const photo = paint('photo-like', 40, 60, 3);
const SMALL = { ...colour, hidden: [16, 16] } as const;
const learning = untrainedCodec(SMALL);
const screen = untrainedScreen(small);
const SEVERAL = groupedCodec(SMALL, 480);
const CASES: readonly (readonly [string, Model, Pixels])[] = [
  ['a photo', learning, photo],
  ['a photo of several groups', SEVERAL, photo],
  ['a photo with alpha', learning, rounded(photo)],
  [
    '16 bits',
    learning,
    { ...photo, bitDepth: 16, data: Uint16Array.from(photo.data, (level) => 251 * level) },
  ],
  ['a screen', screen, photo],
  ['a screen with alpha', screen, rounded(photo)],
];
const badFile = (message: string) =>
  expect.objectContaining({
    name: 'VaezipError',
    code: 'bad-file',
    message: expect.stringContaining(message),
  });

const coding = (model: Model, recipe: Uint8Array | null) =>
  ({ ...{ model, recipe }, keepModel: true, threads: 1 }) as const;
const containerOf = (file: Uint8Array) => readContainer(file) as ImageContainer;

it('recipes of three bytes are starts, others are not', () => {
  expect(startOfRecipe(RECIPE)).toBe(0xfe0011);
  expect(recipeOfStart(0xfe0011)).toEqual(RECIPE);
  for (const recipe of [Uint8Array.of(), Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3, 4)])
    expect(startOfRecipe(recipe)).toBeNull();
});

describe.each(CASES)('the recipe of %s', (_name, model, pixels) => {
  const fileWith = async (recipe: Uint8Array | null) =>
    (await compress(pixels, { ...coding(model, recipe), verify: true })).file;

  it('comes back without a byte for it', async () => {
    const file = await fileWith(RECIPE);
    expect(await decompressWithRecipe(file, { model })).toEqual({ pixels, recipe: RECIPE });
    expect((await inspect(file)).recipe).toBe('in-stream');
    // One bit in 180 of the streams' last words.
    const longer = (await fileWith(Uint8Array.of(1, 2, 3, 4))).length;
    expect(Math.abs(longer - 6 - file.length)).toBeLessThanOrEqual(1);
    expect((await codeLengths(pixels, coding(model, RECIPE))).file).toEqual(file);
  });

  it('is compared where files are verified', async () => {
    const file = await fileWith(RECIPE);
    await verify(file, { pixels, recipe: RECIPE }, { model });
    for (const recipe of [null, RECIPE.with(2, 0xff)])
      await expect(verify(file, { pixels, recipe }, { model })).rejects.toThrow('another recipe');
  });

  it('has a section where it is of another length', async () => {
    const recipe = Uint8Array.of(1, 2, 3, 4);
    const file = await fileWith(recipe);
    expect(containerOf(file)).toMatchObject({ recipe });
    expect((await inspect(file)).recipe).toEqual(recipe);
    expect(await decompressWithRecipe(file, { model })).toEqual({ pixels, recipe });
    expect(await decompressWithRecipe(await fileWith(null), { model })).toEqual({ pixels, recipe: null });
  });

  it('goes with no file that does not tell of it', async () => {
    const { hasStart, ...silent } = containerOf(await fileWith(RECIPE));
    await expect(decompress(writeContainer(silent), { model })).rejects.toEqual(badFile('does not end'));
    const told = writeContainer({ ...containerOf(await fileWith(null)), hasStart });
    expect((await decompressWithRecipe(told, { model })).recipe).toEqual(new Uint8Array(3));
  });
});

describe('a photo of several groups with a recipe', () => {
  const coded = compress(photo, coding(SEVERAL, RECIPE));
  const damagedAt = async (group: number) => {
    const { file } = await coded;
    const damaged = file.slice();
    damaged[containerOf(file).groups[group].byteOffset - file.byteOffset + 9] ^= 4;
    return damaged;
  };

  it('gives regions, of the first group and of others', async () => {
    for (const y of [3, 40]) {
      const region = { x: 0, y, width: 40, height: 5 };
      const expected = photo.data.subarray(y * 120, (y + 5) * 120);
      expect((await decodeRegion((await coded).file, region, { model: SEVERAL })).data).toEqual(expected);
    }
    const below = { x: 0, y: 40, width: 40, height: 5 };
    const { data } = await decodeRegion(await damagedAt(0), below, { model: SEVERAL });
    expect(data).toEqual(photo.data.subarray(4800, 5400));
  });

  it.each([0, 3])('gives all but group %i, which is damaged', async (group) => {
    const file = await damagedAt(group);
    await expect(decompress(file, { model: SEVERAL })).rejects.toEqual(badFile(`in the groups ${group}`));
    const { lost } = (await salvage(file, { model: SEVERAL })) as SalvagedImage;
    expect(lost).toEqual([{ from: 12 * group, to: 12 * group + 12 }]);
  });

  it('has it in the last stream of the first group', async () => {
    const { file } = await compress(photo, coding(SEVERAL, null));
    const [first, ...others] = containerOf((await coded).file).groups;
    const [plain, ...rest] = containerOf(file).groups;
    expect(others).toEqual(rest);
    expect(splitStreams(first, 3).slice(0, 2)).toEqual(splitStreams(plain, 3).slice(0, 2));
  });
});

it('models whose streams have no start leave recipes their section, and such files are refused', async () => {
  const { file } = await compress(photo, { model: null, recipe: RECIPE });
  const container = containerOf(file);
  expect(container).toMatchObject({ modelId: plainModel.id, recipe: RECIPE });
  const forged = writeContainer({ ...container, recipe: null, hasStart: true });
  await expect(decompress(forged)).rejects.toEqual(badFile('no stream of the model plain has a start'));
  await expect(salvage(forged)).rejects.toEqual(badFile('no stream of the model plain has a start'));
});
