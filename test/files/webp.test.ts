import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../../src/files/read-image.ts';

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

let plain: Chunk[];
let extended: Chunk[];

beforeAll(async () => {
  const image = sharp({ create: { width: 9, height: 5, channels: 4, background: '#1238' } });
  const lossless = () => image.clone().webp({ lossless: true });
  plain = split(await lossless().toBuffer());
  extended = split(
    await lossless()
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'nobody' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .toBuffer(),
  );
});

function split(webp: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let offset = 12; offset < webp.length; ) {
    const length = webp.readUInt32LE(offset + 4);
    const type = webp.toString('latin1', offset, offset + 4);
    chunks.push({ type, data: Uint8Array.from(webp.subarray(offset + 8, offset + 8 + length)) });
    offset += 8 + length + (length % 2);
  }
  return chunks;
}

function join(chunks: readonly Chunk[], behind = 0): Uint8Array {
  const parts = chunks.map(({ type, data }) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([Buffer.from(type), length, data, Buffer.alloc(data.length % 2)]);
  });
  const content = Buffer.concat([Buffer.from('WEBP'), ...parts]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Uint8Array.from(Buffer.concat([Buffer.from('RIFF'), length, content, Buffer.alloc(behind)]));
}

const reason = async (bytes: Uint8Array) => (await readImage(bytes)).keepReason?.text ?? 'coded';
const chunk = (type: string) => ({ type, data: Uint8Array.of(1, 2, 3, 4) });

describe('a lossless WebP file', () => {
  it('is coded, with profile, EXIF and XMP or without', async () => {
    expect(await reason(join(plain))).toBe('coded');
    expect(extended.map(({ type }) => type)).toEqual(['VP8X', 'ICCP', 'VP8L', 'EXIF', 'XMP ']);
    const { metadata, form, pixels } = await readImage(join(extended));
    expect(form).toEqual({ format: 'webp' });
    expect(pixels).toMatchObject({ width: 9, height: 5, channels: 4 });
    const text = Buffer.from(metadata.data).toString('latin1');
    for (const part of ['iCCP', 'eXIf', 'nobody', 'x:xmpmeta']) expect(text).toContain(part);
  });

  it('is kept with chunks that are not understood, or that come twice', async () => {
    expect(await reason(join([...plain, chunk('UNKN')]))).toBe('WebP chunks "UNKN"');
    expect(await reason(join([...extended, extended[3]]))).toBe('WebP chunks "EXIF"');
  });

  it('is kept with bytes behind it', async () => {
    expect(await reason(join(plain, 2))).toBe('2 bytes behind the end of the WebP');
  });

  it('is kept as damaged one where it is cut, whatever it is cut to', async () => {
    const file = join(extended);
    for (let length = 12; length < file.length; length++)
      expect(await reason(file.slice(0, length)), `${length} bytes`).toMatch(/^damaged WebP: /);
    expect(await reason(join([]))).toBe('damaged WebP: it has no image');
  });
});
