import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImageContainer, readContainer, writeContainer } from '../../container/container.ts';
import { compress, decompress, inspect, loadModel, type Pixels } from '../../library/index.ts';
import { untrainedPhoto } from '../codec/planes/static/untrained.ts';
import { BareModel } from './bare-model.ts';

const bare = new BareModel(({ channels }) => channels === 1 || channels === 3);
const photo = await loadModel('untrained photo', untrainedPhoto());
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

/** Images of 8 bits with alpha: any, flat, or of few levels among which 0 is; colours are any everywhere. */
const withAlpha: fc.Arbitrary<Pixels> = fc
  .record({
    width: fc.integer({ min: 1, max: 24 }),
    height: fc.integer({ min: 1, max: 24 }),
    channels: fc.constantFrom(2 as const, 4 as const),
    levels: fc.array(fc.constantFrom(0, 1, 128, 255), { maxLength: 3 }),
  })
  .chain(({ levels, ...shape }) => {
    const length = shape.width * shape.height * shape.channels;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => {
      if (levels.length > 0)
        for (let index = shape.channels - 1; index < length; index += shape.channels)
          data[index] = levels[data[index] % levels.length];
      return { ...shape, data, bitDepth: 8, images: 1 };
    });
  });

/** 20x17 RGBA with all colours, of an alpha. */
function rgba(alpha: (pixel: number) => number): Pixels {
  const data = Uint8Array.from({ length: 4 * 340 }, (_, index) =>
    index % 4 === 3 ? alpha(index >> 2) : (index * index * 7) >> 3,
  );
  return { data, width: 20, height: 17, channels: 4, bitDepth: 8, images: 1 };
}

function withoutAlpha(pixels: Pixels): Pixels {
  return { ...pixels, channels: 3, data: pixels.data.filter((_, index) => index % 4 !== 3) };
}

describe('an image with alpha', () => {
  it('comes back through a model of its colours, those under alpha 0 included', async () => {
    await fc.assert(
      fc.asyncProperty(withAlpha, async (pixels) => {
        const model = pixels.channels === 4 ? photo : bare;
        const { file, report } = await compress(pixels, { model, keepModel: true, threads: 1 });
        expect(report).toMatchObject({ kind: 'image', channels: pixels.channels });
        expect(await decompress(file, { model, threads: 1 })).toEqual(pixels);
      }),
      { numRuns: 60 },
    );
  });

  it('has the groups of its colours, and a few bytes more where alpha is flat', async () => {
    const opaque = rgba(() => 255);
    const options = { model: photo, keepModel: true, threads: 1 };
    const { file, report } = await compress(opaque, options);
    const colours = await compress(withoutAlpha(opaque), options);
    const { groups } = imageIn(colours.file);
    expect(imageIn(file)).toMatchObject({ sides: { alpha: Uint8Array.of(0, 255) }, groups });
    expect(file.length - colours.file.length).toBe(2 + 2);
    expect(await inspect(file)).toMatchObject({ channels: 4, dims: opaque.data.length });
    expect(report.dims).toBe(opaque.data.length);
  });

  it('counts the bits of alpha in the likelihood and in net, over the samples of all channels', async () => {
    const pixels = rgba((pixel) => (pixel % 20 < 9 ? 0 : 200));
    const options = { model: photo, keepModel: true, threads: 1 };
    const { file, report } = await compress(pixels, options);
    const alphaBits = 8 * (imageIn(file).sides.alpha?.length ?? 0);
    const colours = (await compress(withoutAlpha(pixels), options)).report;
    for (const figure of ['likelihood', 'net', 'negElbo'] as const)
      expect((report.bitsPerDim[figure] ?? 0) * report.dims).toBeCloseTo(
        (colours.bitsPerDim[figure] ?? 0) * colours.dims + alphaBits,
        6,
      );
    expect(report.bitsPerDim.initial).toBe(((colours.bitsPerDim.initial ?? 0) * 3) / 4);
  });

  it('goes without the model where that is no smaller', async () => {
    const pixels = rgba(() => 7);
    const original = { bytes: new Uint8Array(20) };
    expect((await compress(pixels, { model: bare, original })).report.kind).toBe('kept');
    expect((await compress(pixels, { model: bare })).report.kind).toBe('image');
  });

  it('is refused where alpha is damaged, missing or too much', async () => {
    const { file } = await compress(
      rgba((pixel) => pixel % 3),
      { model: bare, keepModel: true },
    );
    const container = imageIn(file);
    const { alpha = new Uint8Array(0) } = container.sides;
    for (const forged of [
      undefined,
      new Uint8Array(0),
      Uint8Array.of(0, 1),
      Uint8Array.of(9, 1),
      alpha.slice(0, -6),
    ]) {
      const damaged = writeContainer({ ...container, sides: forged ? { alpha: forged } : {} });
      await expect(decompress(damaged, { model: bare })).rejects.toEqual(badFile);
    }
    const shape = { ...container.shape, channels: 3 } as const;
    const without = writeContainer({ ...container, shape });
    await expect(decompress(without, { model: bare })).rejects.toThrow('a section of alpha');
  });
});

function imageIn(file: Uint8Array): ImageContainer {
  return readContainer(file) as ImageContainer;
}
