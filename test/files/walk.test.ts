// Files of others, good, odd and broken: each comes back or is refused by one clear line.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import {
  compress,
  decompress,
  extract,
  inspect,
  type Pixels,
  reasonOf,
  store,
  VaezipError,
} from '../../library/index.ts';
import { readImage } from '../../src/files/read-image.ts';
import { writePng } from '../../src/files/write-png.ts';
import { BareModel } from '../library/bare-model.ts';
import { dataFiles, hasData, pngSuite } from './data.ts';

const model = new BareModel();

/** Through a .vz file by the model and back to PNG, and the file itself through a stored one. */
async function roundTrip(bytes: Uint8Array): Promise<'stored' | 'coded'> {
  const { pixels, shape, metadata, form, keepReason } = await readImage(bytes);
  const name = new TextEncoder().encode('/.image');
  const stored = store({ bytes, name }, shape, keepReason ?? reasonOf('no-model')).file;
  const extracted = await extract(stored);
  expect(extracted.name).toEqual(name);
  expect(Buffer.compare(extracted.bytes, bytes)).toBe(0);
  expect(stored.length - bytes.length).toBeLessThanOrEqual(40);
  if (!pixels || keepReason) return 'stored';
  const { file } = await compress(pixels, { model, keepModel: true, metadata, form });
  const png = await writePng(await decompress(file, { model }), (await inspect(file)).metadata);
  const again = await readImage(png);
  expect({ ...again.pixels, data: null }).toEqual({ ...pixels, data: null });
  expect(Buffer.compare(bytesOf(again.pixels), bytesOf(pixels))).toBe(0);
  expect(again.metadata).toEqual(metadata);
  return 'coded';
}

function bytesOf(pixels: Pixels | null): Uint8Array {
  return pixels
    ? new Uint8Array(pixels.data.buffer, pixels.data.byteOffset, pixels.data.byteLength)
    : new Uint8Array();
}

/** An error that a person can read on one line. */
function expectOneLine(error: unknown): void {
  expect(error).toBeInstanceOf(VaezipError);
  const { message } = error as VaezipError;
  expect(message).toMatch(/^[^\n]{10,150}$/);
}

describe('PngSuite', () => {
  it.each(pngSuite('good'))('$name comes back', async ({ bytes }) => {
    expect(await roundTrip(bytes)).toBe('coded');
  });

  it.each(pngSuite('broken'))('$name is refused', async ({ bytes }) => {
    expectOneLine(await readImage(bytes).catch((caught) => caught));
  });
});

describe.runIf(hasData('robust/icons'))('icons', () => {
  it('come back', async () => {
    for (const { name, bytes } of dataFiles('robust/icons'))
      expect(await roundTrip(bytes), name).toBe('coded');
  });
});

describe.runIf(hasData('robust/odd'))('odd files', () => {
  it.each(dataFiles('robust/odd'))('$name comes back or is refused', async ({ name, bytes }) => {
    if (name.endsWith('.bmp')) {
      const error = await readImage(bytes).catch((caught) => caught);
      expectOneLine(error);
      expect(error.message).toMatch(/BMP is not read, only PNG/);
    } else {
      const animated = /anim|apng|advertises/.test(name) && !/interlaced|oob/.test(name);
      const kept = animated || /^(jpg|gif)|lossy|float|rgb32f|hpredict/.test(name);
      expect(await roundTrip(bytes)).toBe(kept ? 'stored' : 'coded');
    }
  });
});

describe.runIf(hasData('robust/corrupt'))('broken files', () => {
  // One file of the fuzzers' corpus has nothing wrong with it.
  const VALID = 'fuzz-14206741eb15a6f52cc61e8c91bc23e7b7620efd.png';
  const others = dataFiles('robust/corrupt').filter(({ name }) => !name.startsWith('pngsuite-'));
  it.each(others)('$name is refused', async ({ name, bytes }) => {
    if (name === VALID) expect(await roundTrip(bytes)).toBe('coded');
    else expectOneLine(await readImage(bytes).catch((caught) => caught));
  });
});

describe('samples', () => {
  const samples = Float64Array.from({ length: 60 }, (_, index) => (index * 7919) % 65536);
  const cases = [1, 2, 3, 4].flatMap((channels) => [8, 16].map((bitDepth) => ({ channels, bitDepth })));
  it.each(cases)(
    'of $channels channels and $bitDepth bits are what was written',
    async ({ channels, bitDepth }) => {
      const values = Array.from(samples.subarray(0, 15 * channels), (sample) => sample % 2 ** bitDepth);
      const data = bitDepth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
      const pixels = { data, width: 5, height: 3, channels, bitDepth, images: 1 } as never;
      const png = await writePng(pixels, { kind: 'none', data: new Uint8Array(0) });
      expect((await readImage(png)).pixels).toEqual(pixels);
    },
  );

  it('are those of the file whatever its colour profile', async () => {
    const data = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 256);
    const plain = sharp(data, { raw: { width: 10, height: 10, channels: 3 } });
    const tagged = await plain.withIccProfile('p3', { attach: true }).png().toBuffer();
    const expected = await sharp(tagged, { ignoreIcc: true }).raw().toBuffer();
    const { pixels, metadata } = await readImage(new Uint8Array(tagged));
    expect(Buffer.from(pixels?.data ?? [])).toEqual(expected);
    expect(metadata.kind).toBe('png');
    const back = await sharp(await writePng(pixels as never, metadata)).metadata();
    expect(back.icc).toEqual((await sharp(tagged).metadata()).icc);
  });
});
