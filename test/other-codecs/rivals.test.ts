// What other formats make of the same pixels.
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../library/index.ts';
import { netpbm } from '../../src/other-codecs/jpeg-xl-tools.ts';
import { loadOxipng } from '../../src/other-codecs/oxipng.ts';
import { toRgba } from '../../src/other-codecs/rgba.ts';
import { rivalsOf } from '../../src/other-codecs/rivals.ts';
import { paint } from '../codec/planes/static/images.ts';

const photo = paint('photo-like', 40, 30);
const shape = { width: 2, height: 1 };

describe('samples', () => {
  it.each([
    [1, [1, 2], [1, 1, 1, 255, 2, 2, 2, 255]],
    [2, [1, 2, 3, 4], [1, 1, 1, 2, 3, 3, 3, 4]],
    [3, [1, 2, 3, 4, 5, 6], [1, 2, 3, 255, 4, 5, 6, 255]],
    [4, [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]],
  ] as const)('of %i channels as RGBA', (channels, data, rgba) => {
    expect([...toRgba({ ...shape, channels, data: Uint8Array.from(data) })]).toEqual(rgba);
  });

  it('as files of the netpbm family', () => {
    const text = (channels: Pixels['channels'], samples: string) =>
      Buffer.from(netpbm({ ...shape, channels, data: Buffer.from(samples) })).toString();
    expect(text(1, 'ab')).toBe('P5\n2 1\n255\nab');
    expect(text(3, 'abcdef')).toBe('P6\n2 1\n255\nabcdef');
    const pam = (depth: number, kind: string) =>
      `P7\nWIDTH 2\nHEIGHT 1\nDEPTH ${depth}\nMAXVAL 255\nTUPLTYPE ${kind}\nENDHDR\n`;
    expect(text(2, 'abcd')).toBe(`${pam(2, 'GRAYSCALE_ALPHA')}abcd`);
    expect(text(4, 'abcdefgh')).toBe(`${pam(4, 'RGB_ALPHA')}abcdefgh`);
  });
});

it('oxipng writes the same pixels', async () => {
  const encode = await loadOxipng();
  const png = encode(toRgba(photo), photo.width, photo.height, 1);
  expect(await sharp(png).removeAlpha().raw().toBuffer()).toEqual(Buffer.from(photo.data));
});

it('each has its bytes, or why it is left out', async () => {
  const shares: number[] = [];
  const rivals = await rivalsOf(photo, (share) => shares.push(share));
  expect(rivals.map(({ name }) => name.split(' ')[0])).toEqual(['PNG,', 'WebP,', 'JPEG']);
  for (const { bytes, reason } of rivals) {
    if (bytes !== null) expect(bytes).toBeGreaterThan(100);
    else expect(reason).toMatch(/^JPEG XL .*@jsquash\/jxl/);
  }
  expect(rivals[1].bytes).toBeLessThan(photo.data.length);
  expect(shares.at(-1)).toBe(1);

  const wide = { ...photo, width: 20_000, height: 1, data: new Uint8Array(60_000) };
  expect((await rivalsOf(wide))[1]).toMatchObject({ bytes: null, reason: 'the image is too large for WebP' });
});
