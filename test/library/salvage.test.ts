// What can be had of damaged files: whole groups, in place of the others one colour; and what is said of it.
import { describe, expect, it } from 'vitest';
import type { Damaged, Session } from '../../codec/model/model.ts';
import type { Pixels, Shape } from '../../codec/pixels/pixels.ts';
import {
  type ImageContainer,
  readContainer,
  readDamaged,
  writeContainer,
} from '../../container/container.ts';
import { compress, loadModel, reasonOf, type SalvagedImage, salvage, store } from '../../library/index.ts';
import { paint } from '../codec/planes/learning/images.ts';
import { MODELS } from '../golden/cases.ts';
import { BareModel } from './bare-model.ts';

const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

/** A model with a group a row, each of which can be decoded by itself. */
class RowsModel extends BareModel {
  override open({ width, height, channels }: Shape): Session {
    const row = width * channels;
    return {
      encode: async (samples) => ({
        sides: {},
        groups: Array.from({ length: height }, (_, y) =>
          Uint8Array.from(samples.subarray(y * row, (y + 1) * row)),
        ),
        lengths: { likelihood: 0, kl: 0, net: 0, initial: 0 },
      }),
      decode: async ({ groups }) => ({ samples: new Uint8Array(Buffer.concat(groups)), start: null }),
      salvage: async ({ groups }: Damaged) => ({
        samples: new Uint8Array(Buffer.concat(groups.map((group) => group ?? new Uint8Array(row)))),
        lost: [...groups.keys()].filter((y) => !groups[y]).map((y) => ({ from: y, to: y + 1 })),
      }),
    };
  }
}

const model = new RowsModel();
const photo = paint('photo-like', 20, 6, 3);
const withAlpha: Pixels = {
  ...photo,
  channels: 4,
  data: Uint8Array.from({ length: 480 }, (_, i) => (i * 37) % 251),
};

async function fileOf(pixels: Pixels): Promise<Uint8Array> {
  return (await compress(pixels, { model, keepModel: true })).file;
}

/** The file with one of a group's bytes changed, at its place. */
function withDamage(file: Uint8Array, group: number): Uint8Array {
  const { groups } = readDamaged(file).container as ImageContainer;
  const damaged = file.slice();
  damaged[groups[group].byteOffset - file.byteOffset + 3] ^= 4;
  return damaged;
}

const salvageImage = async (file: Uint8Array) =>
  (await salvage(file, { model, threads: 1 })) as SalvagedImage;

describe('of a damaged image', () => {
  it('everything is had where nothing is damaged', async () => {
    expect(await salvageImage(await fileOf(photo))).toEqual({
      ...{ kind: 'image', pixels: photo, lost: [], problems: [] },
      metadata: { kind: 'none', data: new Uint8Array(0) },
    });
  });

  it.each([photo, withAlpha])(
    'the groups are had that are whole, the others grey and opaque',
    async (pixels) => {
      const file = withDamage(withDamage(await fileOf(pixels), 1), 4).fill(0, -1);
      const { pixels: had, lost, problems } = await salvageImage(file);
      expect(lost).toEqual([
        { from: 1, to: 2 },
        { from: 4, to: 5 },
      ]);
      expect(problems).toEqual([
        'the checksum of the file does not fit',
        'the rows 1 to 1 are lost',
        'the rows 4 to 4 are lost',
      ]);
      const row = pixels.width * pixels.channels;
      const expected = pixels.data.map((sample, index) => {
        if (![1, 4].includes(Math.floor(index / row))) return sample;
        return index % pixels.channels === 3 ? 255 : 128;
      });
      expect(had).toEqual({ ...pixels, data: expected });
    },
  );

  it('groups are had that stand before where the file was cut', async () => {
    const file = await fileOf(photo);
    const { groups } = readContainer(file) as ImageContainer;
    const { lost } = await salvageImage(file.subarray(0, groups[3].byteOffset - file.byteOffset + 10));
    expect(lost.map(({ from }) => from)).toEqual([3, 4, 5]);
  });

  it('pixels are had where the checksum of the file alone is wrong', async () => {
    const file = await fileOf(photo);
    file[file.length - 1] ^= 1;
    const { pixels, problems } = await salvageImage(file);
    expect(pixels).toEqual(photo);
    expect(problems).toEqual(['the checksum of the file does not fit']);
  });

  it('pixels are had where metadata, alpha or the checksum of the samples are damaged', async () => {
    const container = readContainer(await fileOf(withAlpha)) as ImageContainer;
    const forge = (changes: Partial<ImageContainer>) =>
      salvageImage(writeContainer({ ...container, ...changes }));
    const metadata = await forge({ metadataKind: 'png', metadata: Uint8Array.of(9, 9, 9) });
    expect(metadata.pixels).toEqual(withAlpha);
    expect(metadata.metadata.kind).toBe('none');
    expect(metadata.problems).toEqual([expect.stringMatching(/^the metadata are lost: /)]);
    const sum = await forge({ sampleChecksum: 7 });
    expect(sum.pixels).toEqual(withAlpha);
    expect(sum.problems).toEqual(['the checksum of the pixels does not fit: some may be wrong']);
    for (const sides of [{}, { alpha: Uint8Array.of(77) }]) {
      const opaque = await forge({ sides });
      const expected = withAlpha.data.map((sample, index) => (index % 4 === 3 ? 255 : sample));
      expect(opaque.pixels.data).toEqual(expected);
      expect(opaque.problems).toEqual([expect.stringMatching(/^all is opaque now: /)]);
    }
  });

  it('nothing is had where the header is damaged, or the only group', async () => {
    const file = await fileOf(photo);
    await expect(salvage(file.subarray(0, 9))).rejects.toEqual(badFile);
    await expect(salvage(Uint8Array.of(1, 2, 3))).rejects.toEqual(badFile);
    for (const name of ['untrained static', 'untrained learning', null]) {
      const wanted = name && (await loadModel(name, MODELS[name]));
      const single = (await compress(photo, { model: wanted, keepModel: true, threads: 1 })).file;
      single[single.length - 20] ^= 16;
      await expect(salvage(single, { threads: 1 })).rejects.toEqual(badFile);
    }
  });

  it('a model whose groups need each other gives all or nothing', async () => {
    const bare = new BareModel();
    const { file } = await compress(photo, { model: bare, keepModel: true });
    expect(await salvage(file, { model: bare })).toMatchObject({ pixels: photo, problems: [] });
    await expect(salvage(withDamage(file, 1), { model: bare })).rejects.toThrow('all groups or none');
  });

  it('limits hold', async () => {
    await expect(salvage(await fileOf(photo), { model, limitPixels: 10 })).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

it('a kept file is given as it is, and said to be damaged', async () => {
  const shape = { width: 1, height: 1, images: 1, channels: 1, bitDepth: 8 };
  const { file } = store(
    { bytes: new Uint8Array(50).fill(7), name: Buffer.from('/.gif') },
    shape,
    reasonOf('few-colours'),
  );
  expect(await salvage(file)).toMatchObject({ kind: 'kept', problems: [] });
  file[file.length - 10] = 9;
  const salvaged = await salvage(file);
  expect(salvaged).toMatchObject({ kind: 'kept', problems: ['the checksum of the file does not fit'] });
  expect(salvaged.kind === 'kept' && salvaged.original.bytes.filter((byte) => byte === 7).length).toBe(49);
});
