import { inflateSync } from 'node:zlib';
import type { Metadata } from 'sharp';
import { describe, expect, it } from 'vitest';
import { metadataOfForeign } from '../../../src/files/png/foreign-metadata.ts';

/** Type and data of each chunk. */
function chunksOf(metadata: Partial<Metadata>): Record<string, Buffer> {
  const chunks = metadataOfForeign(metadata as Metadata);
  expect(chunks.every(({ afterImage }) => !afterImage)).toBe(true);
  return Object.fromEntries(chunks.map(({ type, data }) => [type, Buffer.from(data)]));
}

describe('of a file that is no PNG', () => {
  it.each([
    [72, 2835],
    [96, 3780],
    [300, 11811],
    [1200, 47244],
  ])('%i dots an inch become %i a metre', (density, perMetre) => {
    const { pHYs } = chunksOf({ density });
    expect([pHYs.readUInt32BE(0), pHYs.readUInt32BE(4), pHYs[8]]).toEqual([perMetre, perMetre, 1]);
  });

  it('the profile is packed behind a name', () => {
    const icc = Buffer.from('a profile, a profile, a profile');
    const { iCCP } = chunksOf({ icc });
    expect(iCCP.subarray(0, 13).toString('latin1')).toBe('ICC profile\0\0');
    expect(inflateSync(iCCP.subarray(13))).toEqual(icc);
  });

  it('EXIF loses the mark that JPEG and WebP set before it, and nothing else', () => {
    const tiff = Buffer.from('MM\0\x2a\0\0\0\x08');
    expect(chunksOf({ exif: Buffer.concat([Buffer.from('Exif\0\0'), tiff]) }).eXIf).toEqual(tiff);
    expect(chunksOf({ exif: tiff }).eXIf).toEqual(tiff);
  });

  it('XMP becomes the international text that PNG keeps it in', () => {
    const { iTXt } = chunksOf({ xmp: Buffer.from('<x/>') });
    expect(iTXt.toString('latin1')).toBe('XML:com.adobe.xmp\0\0\0\0\0<x/>');
  });

  it('chunks stand in the order of the PNG specification; none where the file says nothing', () => {
    const all = { icc: Buffer.of(1), exif: Buffer.of(2), xmp: Buffer.of(3), density: 1 };
    expect(Object.keys(chunksOf(all))).toEqual(['iCCP', 'eXIf', 'pHYs', 'iTXt']);
    expect(chunksOf({})).toEqual({});
  });
});
