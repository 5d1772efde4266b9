// What an image's samples cost, as the library tells it: of the file that compress writes.
import { expect, it } from 'vitest';
import { codeLengths, compress, memoryNeeded, type Pixels } from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { BareModel } from './bare-model.ts';

const photo = paint('photo-like', 60, 50, 3);
const sum = (bits: Iterable<number> = []) => Array.from(bits).reduce((total, cost) => total + cost, 0);

/** With an alpha that is not flat. */
function withAlpha({ data, ...shape }: Pixels): Pixels {
  const pixels = Array.from({ length: data.length / 3 }, (_, pixel) => [
    ...data.subarray(3 * pixel, 3 * pixel + 3),
    (pixel * pixel) % 256,
  ]);
  return { ...shape, channels: 4, data: Uint8Array.from(pixels.flat()) };
}

it.each([
  ['RGB', photo, 3, 'photo-fast'],
  ['RGB with latents', photo, 3, 'photo-static'],
  ['RGB with alpha', withAlpha(photo), 3, 'photo-static'],
  ['grey', paint('photo-like', 60, 50, 1), 1, 'photo-grey'],
  ['a chain', { ...photo, height: photo.height / 2, images: 2 }, 3, 'photo'],
])('are those of the file of %s, and its net bits', async (_, pixels, colours, model) => {
  const { file, report, costs } = await codeLengths(pixels, { model });
  const { report: expected, ...rest } = await compress(pixels, { model, keepModel: true });
  expect({ file, report: { ...report, seconds: null } }).toEqual({
    ...rest,
    report: { ...expected, seconds: null },
  });
  expect(costs.samples.length).toBe(60 * 50 * colours);
  const total = sum(costs.samples) + sum(costs.tiles?.bits) + costs.beside;
  expect(total / report.dims).toBeCloseTo(report.bitsPerDim.net ?? 0, 4);
  expect(costs.beside > 0).toBe(pixels.channels === 4);
});

it('are told of no image that no model takes, and by no model that does not know', async () => {
  const refused = (message: string) => expect.objectContaining({ code: 'bad-argument', message });
  await expect(codeLengths(photo, { model: null })).rejects.toEqual(
    refused("no sample's cost can be told: no model wanted"),
  );
  await expect(codeLengths(photo, { model: new BareModel() })).rejects.toEqual(
    refused('the model bare does not tell what single samples cost'),
  );
  await expect(codeLengths({ ...photo, width: 61 })).rejects.toThrow('data has 9000 samples instead of');
});

it('take the memory that is told before', async () => {
  const bare = new BareModel();
  const [plain, measured] = (['encode', 'measure'] as const).map((way) => memoryNeeded(photo, bare, way));
  expect(measured - plain).toBe(4 * photo.data.length);
  await expect(codeLengths(photo, { effort: 1, limitMemory: 1 })).rejects.toMatchObject({
    code: 'too-large',
  });
});
