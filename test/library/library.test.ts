import { availableParallelism } from 'node:os';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type ImageContainer, readContainer, writeContainer } from '../../container/container.ts';
import {
  compress,
  decompress,
  extract,
  inspect,
  type Pixels,
  reasonOf,
  store,
  VaezipError,
  verify,
} from '../../library/index.ts';
import { NO_METADATA } from '../../library/options.ts';
import { pixelsArbitrary } from '../container/arbitrary.ts';
import { BareModel } from './bare-model.ts';

const model = new BareModel();
const small: Pixels = {
  data: Uint8Array.from({ length: 18 }, (_, index) => index * 14),
  width: 3,
  height: 2,
  channels: 3,
  bitDepth: 8,
  images: 1,
};
const badFile = expect.objectContaining({ name: 'VaezipError', code: 'bad-file' });

describe('compress and decompress', () => {
  it('give the pixels back, by a model and without one', async () => {
    await fc.assert(
      fc.asyncProperty(pixelsArbitrary, fc.boolean(), async (pixels, byModel) => {
        const options = byModel ? { model, keepModel: true } : { model: null };
        const { file, report } = await compress(pixels, { ...options, verify: true });
        expect(report.model?.name).toBe(byModel ? 'bare' : 'plain');
        expect(report.verified).toBe(true);
        expect(await decompress(file, { model })).toEqual(pixels);
      }),
    );
  });

  it('keep metadata', async () => {
    const metadata = { kind: 'png', data: Uint8Array.of(1, 2, 3) } as const;
    const { file } = await compress(small, { model, keepModel: true, metadata });
    expect((await inspect(file)).metadata).toEqual(metadata);
    const recipe = Uint8Array.of(1, 2, 3);
    const remade = (await compress(small, { model, keepModel: true, metadata, recipe, verify: true })).file;
    await verify(remade, { pixels: small, recipe }, { model });
    for (const other of [null, Uint8Array.of(1, 2)])
      await expect(verify(remade, { pixels: small, recipe: other }, { model })).rejects.toThrow(
        'another recipe',
      );
    await verify(file, { pixels: small, metadata }, { model });
    for (const other of [{ kind: 'png', data: Uint8Array.of(1, 2, 4) } as const, NO_METADATA])
      await expect(verify(file, { pixels: small, metadata: other }, { model })).rejects.toThrow(
        'other metadata',
      );
  });

  it('write no metadata that would not be read', async () => {
    const metadata = { kind: 'png', data: new Uint8Array(2 ** 26 + 1) } as const;
    await expect(compress(small, { model: null, metadata })).rejects.toThrow('the limit is 67108864');
    const original = { bytes: new Uint8Array(500) };
    expect((await compress(small, { model, original, metadata })).report.kind).toBe('kept');
  });

  it('keep what a file says of its name and form, and why one is kept', async () => {
    const name = Uint8Array.from(Buffer.from('/.PNG'));
    const form = { format: 'png', colourType: 2, depth: 8, interlaced: true } as const;
    const { file, report } = await compress(small, { model, keepModel: true, name, form });
    expect(report.changes).toEqual(['interlaced as plain']);
    const described = { name, format: 'png', changes: ['interlaced as plain'], reason: null };
    expect(await inspect(file)).toMatchObject(described);
    const plain = await compress(small, { model, keepModel: true });
    expect(file.length - plain.file.length).toBe(name.length + 2 + 3);
    expect(await inspect(plain.file)).toMatchObject({ name: null, format: 'png', changes: [] });

    const original = { bytes: Uint8Array.of(1, 2, 3), name };
    const kept = await compress(small, { model, original, form });
    expect(kept.report).toMatchObject({ kind: 'kept', changes: [] });
    const reason = { kind: 'not-smaller', text: 'the model would not make it smaller' };
    expect(await inspect(kept.file)).toMatchObject({ name, reason, format: null, changes: [] });
    expect(await extract(kept.file)).toEqual(original);
  });

  it('describe a file of unknown size by no figures', async () => {
    const unknown = { width: 0, height: 0, images: 0, channels: 0, bitDepth: 0 };
    const { file, report } = store({ bytes: Uint8Array.of(1) }, unknown, reasonOf('undecoded', 'BMP'));
    expect(report).toMatchObject({ dims: 0, reason: 'BMP', bitsPerDim: { file: null, baseline: null } });
    expect((await inspect(file)).reason).toEqual(reasonOf('undecoded'));
  });

  it('refuse names that no reader takes', async () => {
    const name = Uint8Array.from(Buffer.from('../a'));
    const badName = expect.objectContaining({ code: 'bad-argument' });
    await expect(compress(small, { model: null, name })).rejects.toEqual(badName);
    expect(() => store({ bytes: Uint8Array.of(1), name }, small, reasonOf('no-model'))).toThrow(badName);
  });

  it('take one image where no number is given', async () => {
    const { images, ...one } = small;
    expect(await decompress((await compress(one, { model: null })).file)).toEqual({ ...one, images });
  });

  it('keep the original where the model does not make it smaller', async () => {
    const original = { bytes: Uint8Array.of(1, 2, 3) };
    const { file, report } = await compress(small, { model, original, verify: true });
    expect(report).toMatchObject({
      kind: 'kept',
      reason: 'the model would not make it smaller',
      inputBytes: 3,
    });
    expect(file.length).toBeLessThanOrEqual(3 + 40);
    expect(await extract(file)).toEqual({ ...original, name: null });
    await expect(decompress(file)).rejects.toThrow('it keeps a file as it was');
    const larger = { bytes: new Uint8Array(500) };
    expect((await compress(small, { model, original: larger })).report.kind).toBe('image');
  });

  it('keep the original where the file would be just as large', async () => {
    const { file } = await compress(small, { model, keepModel: true });
    const kind = async (length: number) => {
      const original = { bytes: new Uint8Array(length) };
      return (await compress(small, { model, original })).report.kind;
    };
    expect(await kind(file.length)).toBe('kept');
    expect(await kind(file.length + 1)).toBe('image');
  });

  it('compute on as many threads as there are cores unless told otherwise', async () => {
    const open = vi.spyOn(BareModel.prototype, 'open');
    const { file } = await compress(small, { model, keepModel: true });
    await decompress(file, { model });
    await decompress(file, { model, threads: 3 });
    const all = availableParallelism();
    expect(open.mock.calls.map(([, { threads }]) => threads)).toEqual([all, all, 3]);
    vi.restoreAllMocks();
  });

  it('ask a model once whether it takes the image, each way', async () => {
    const accepts = vi.spyOn(BareModel.prototype, 'accepts');
    const { file } = await compress(small, { model, keepModel: true });
    expect(accepts).toHaveBeenCalledTimes(1);
    await decompress(file, { model });
    expect(accepts).toHaveBeenCalledTimes(2);
    vi.restoreAllMocks();
  });

  it('tell the progress of coding and verifying as one', async () => {
    const shares: number[] = [];
    const onProgress = (share: number) => shares.push(share);
    await compress(small, { model, keepModel: true, onProgress });
    await compress(small, { model, keepModel: true, verify: true, onProgress });
    expect(shares).toEqual([1, 0.5]);
  });

  it('end with the reason of a signal, before the work, between its parts, and within the model', async () => {
    const reason = new Error('enough');
    const stop = AbortSignal.abort(reason);
    const original = { bytes: new Uint8Array(500) };
    const { file } = await compress(small, { model, keepModel: true });
    const stored = store(original, small, reasonOf('no-model'));
    await expect(compress(small, { model, signal: stop })).rejects.toBe(reason);
    await expect(decompress(file, { model, signal: stop })).rejects.toBe(reason);
    await expect(verify(file, { pixels: small }, { model, signal: stop })).rejects.toBe(reason);
    const expected = { original: original.bytes };
    await verify(stored.file, expected);
    await expect(verify(stored.file, expected, { signal: stop })).rejects.toBe(reason);
    const controller = new AbortController();
    const { signal } = controller;
    const open = vi.spyOn(BareModel.prototype, 'open');
    const late = compress(small, {
      ...{ model, keepModel: true, verify: true, signal },
      onProgress: () => controller.abort(reason),
    });
    await expect(late).rejects.toBe(reason);
    expect(open).toHaveBeenCalledTimes(1);
    expect(open.mock.calls[0][1].signal).toBe(signal);
    vi.restoreAllMocks();
  });

  it('go without a model that does not take such images', async () => {
    const picky = new BareModel((shape) => shape.channels === 1);
    const { report } = await compress(small, { model: picky });
    expect(report).toMatchObject({
      model: { name: 'plain' },
      reason: 'the model bare does not take such images',
    });
  });

  it('go without a model that has no room for the image, but not without one that fails', async () => {
    const open = vi.spyOn(BareModel.prototype, 'open');
    const failing = (error: Error) =>
      open.mockReturnValue({ encode: () => Promise.reject(error), decode: () => Promise.reject(error) });
    failing(new VaezipError('too-large', 'a message outgrew its 64 words'));
    const original = { bytes: Uint8Array.of(1, 2, 3) };
    for (const [kind, name, options] of [
      ['kept', undefined, { original }],
      ['image', 'plain', {}],
    ] as const) {
      const { report } = await compress(small, { model, keepModel: true, verify: true, ...options });
      const reason = 'the model bare gave up: a message outgrew its 64 words';
      expect(report).toMatchObject({ kind, verified: true, reason });
      expect(report.model?.name).toBe(name);
    }
    failing(new VaezipError('bad-argument', 'a mistake'));
    await expect(compress(small, { model, original })).rejects.toThrow('a mistake');
    vi.restoreAllMocks();
  });

  it('report bits per dimension', async () => {
    const compressed = await compress(small, { model, keepModel: true });
    const { file, report } = compressed;
    expect(Object.keys(compressed)).toEqual(['file', 'report']);
    expect(report).toMatchObject({
      inputBytes: 18,
      outputBytes: file.length,
      dims: 18,
      images: 1,
      verified: false,
    });
    expect(report.model).toEqual({ name: 'bare', id: model.id });
    const { likelihood, kl, negElbo, net, file: bits, baseline } = report.bitsPerDim;
    expect([likelihood, kl, negElbo, net, baseline]).toEqual([136 / 18, 8 / 18, 8, 8, 8]);
    expect(bits).toBeCloseTo((file.length * 8) / 18);
  });

  it('refuse pixels that are none', async () => {
    await expect(compress({ ...small, width: 4 })).rejects.toThrow('data has 18 samples instead of');
    await expect(compress({ ...small, bitDepth: 16 })).rejects.toThrow('data must be a Uint16Array');
    await expect(compress({ ...small, channels: 5 as never })).rejects.toThrow(
      'channels must be 1, 2, 3 or 4',
    );
    await expect(compress({ ...small, width: 0.5 })).rejects.toThrow('width must be a whole number');
    await expect(compress(small, { model: 'nothing' })).rejects.toThrow('no model is called nothing');
  });
});

it('a plain file written by another program, after docs/FORMAT.md, is read', async () => {
  const file = Buffer.from(
    '89565a0a0603020272fd86f040012478da636097b1cf9cbcf7b9a0f956e38d8fd76a4fe8be73ff83716cfbc6db' +
      'acc213f97bb93bd95beb0123350fec6997d502',
    'hex',
  );
  const data = Uint8Array.from({ length: 36 }, (_, index) => (index * index * 7) % 256);
  expect(await decompress(file)).toEqual({ data, width: 3, height: 2, channels: 3, bitDepth: 8, images: 2 });
});

describe('a damaged file', () => {
  const cases = {
    model: () =>
      compress(small, { model, keepModel: true, metadata: { kind: 'png', data: Uint8Array.of(5, 5) } }),
    plain: () => compress(small, { model: null }),
    kept: async () => store({ bytes: small.data as Uint8Array }, small, reasonOf('no-model')),
  };
  it.each(Object.entries(cases))('is refused, whichever byte it is: %s', async (name, make) => {
    const { file } = await make();
    const read = name === 'kept' ? extract : (bytes: Uint8Array) => decompress(bytes, { model });
    for (let place = 0; place < file.length; place++) {
      const damaged = file.slice();
      damaged[place] ^= 1 << (place % 8);
      await expect(read(damaged), `byte ${place}`).rejects.toEqual(badFile);
      await expect(inspect(damaged), `byte ${place}`).rejects.toEqual(badFile);
      await expect(read(file.slice(0, place)), `cut at ${place}`).rejects.toEqual(badFile);
    }
  });

  it('is refused when its model decodes other pixels', async () => {
    const { file } = await compress(small, { model, keepModel: true });
    const container = readContainer(file) as ImageContainer;
    const groups = container.groups.map((group) => group.map((byte) => byte ^ 1));
    const forged = writeContainer({ ...container, groups });
    await expect(decompress(forged, { model })).rejects.toThrow('their checksum differs');
    await expect(
      verify(file, { pixels: { ...small, data: small.data.map((v) => v ^ 1) } }, { model }),
    ).rejects.toThrow('does not decode to the input');
  });

  it('is refused when its model is not here, by id', async () => {
    const { file } = await compress(small, { model, keepModel: true });
    const error = await decompress(file).catch((caught) => caught);
    expect(error.code).toBe('unknown-model');
    expect(error.message).toContain(`the model ${model.id.slice(0, 6)},`);
    expect(error.message).toContain('/models');
  });

  it('is refused when its model takes no such images', async () => {
    const { file } = await compress(small, { model, keepModel: true });
    await expect(decompress(file, { model: new BareModel(() => false) })).rejects.toThrow(
      /cannot have coded/,
    );
  });
});
