import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphaOf } from '../../codec/pixels/alpha.ts';
import { encodeAlphaPlane } from '../../codec/plain/alpha-plane.ts';
import { type ImageContainer, readContainer, writeContainer } from '../../container/container.ts';
import { decodeChannelRows, decodeChannels, encodeChannels } from '../../library/channels.ts';
import {
  compress,
  decodeRegion,
  decompress,
  inspect,
  loadModel,
  type Pixels,
  type SalvagedImage,
  salvage,
} from '../../library/index.ts';
import { findModel } from '../../models/models.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { colour, grey, groupedCodec } from '../codec/planes/learning/untrained.ts';
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

  it('has alpha coded by a model of grey images where that is smaller, and comes back', async () => {
    const side = 64;
    const soft = (pixel: number) => {
      const distance = Math.hypot((pixel % side) - 30, Math.floor(pixel / side) - 33);
      return Math.max(0, Math.min(255, Math.round(900 - 30 * distance)));
    };
    const data = Uint8Array.from({ length: 4 * side * side }, (_, index) =>
      index % 4 === 3 ? soft(index >> 2) : (index * 7) >> 4,
    );
    const pixels: Pixels = { data, width: side, height: side, channels: 4, bitDepth: 8, images: 1 };
    const options = { model: 'photo-fast', keepModel: true, threads: 1 };
    const { file } = await compress(pixels, options);
    const { alpha = new Uint8Array(0), ...others } = imageIn(file).sides;
    expect(alpha[0]).toBe(5);
    expect(alpha.length).toBeLessThan(0.8 * encodeAlphaPlane(alphaOf(pixels)).length);
    expect(await decompress(file)).toEqual(pixels);
    expect(await decodeRegion(file, { x: 3, y: 5, width: 20, height: 9 })).toMatchObject({
      width: 20,
      height: 9,
    });

    const forge = (forged: Uint8Array) =>
      writeContainer({ ...imageIn(file), sides: { ...others, alpha: forged } });
    const unknown = alpha.slice();
    unknown[2] ^= 1;
    await expect(decompress(forge(unknown))).rejects.toThrow(/it needs the model/);
    const opaque = (await salvage(forge(unknown))) as SalvagedImage;
    expect(opaque.problems).toEqual([expect.stringMatching(/^all is opaque now: it needs the model/)]);
    for (const length of [1, 4, 5, 6, alpha.length - 3])
      await expect(decompress(forge(alpha.slice(0, length)))).rejects.toEqual(badFile);
    const ofColours = Uint8Array.of(5, ...Buffer.from(imageIn(file).modelId, 'hex'), ...alpha.subarray(5));
    await expect(decompress(forge(ofColours))).rejects.toThrow('cannot have coded an alpha channel');
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

it('rows of an alpha channel that a model has coded in groups come back by those groups, or by all', async () => {
  const [width, height] = [40, 60];
  const photo = paint('photo-like', width, height, 3);
  const data = Uint8Array.from({ length: 4 * width * height }, (_, index) =>
    index % 4 === 3 ? photo.data[3 * (index >> 2) + 1] : photo.data[3 * (index >> 2) + (index % 4)],
  );
  const pixels: Pixels = { ...photo, channels: 4, data };
  const inGroups = groupedCodec({ ...grey, hidden: [16, 16] }, 480);
  const atOnce = await findModel('screen');
  for (const alphaModel of [inGroups, atOnce]) {
    const plan = {
      ...{ model: groupedCodec({ ...colour, hidden: [16, 16] }, 480), alphaModel, scout: null, threads: 1 },
      ...{ shape: pixels, colours: { ...pixels, channels: 3 as const } },
    };
    const coded = await encodeChannels(pixels, plan);
    expect(coded.sides.alpha?.[0]).toBe(5);
    const rows = { from: 13, to: 29 };
    expect((await decodeChannelRows(coded, plan, rows)).data).toEqual(
      data.subarray(4 * width * rows.from, 4 * width * rows.to),
    );
    expect((await decodeChannels(coded, plan)).pixels.data).toEqual(data);
  }
});
