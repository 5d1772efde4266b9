// Previews: small pictures in files, which cost bytes and nothing else.
import { describe, expect, it } from 'vitest';
import { bareFile, type ImageContainer, readContainer, writeContainer } from '../../container/container.ts';
import { compress, decompress, inspect, type Pixels, preview } from '../../library/index.ts';
import { shrunk } from '../../library/shrink.ts';

type Channels = Pixels['channels'];

function ramp(width: number, height: number, channels: Channels = 3, bitDepth: 8 | 16 = 8): Pixels {
  const levels = Array.from({ length: width * height * channels }, (_, index) => {
    const [x, y] = [Math.floor(index / channels) % width, Math.floor(index / channels / width)];
    return ((x + y) >> 2) & 0xff;
  });
  const data = bitDepth === 16 ? Uint16Array.from(levels, (level) => 257 * level) : Uint8Array.from(levels);
  return { width, height, channels, bitDepth, images: 1, data };
}

describe('a preview', () => {
  it('comes back from a file that gives the same pixels as one without', async () => {
    const pixels = ramp(600, 300);
    const { file, report } = await compress(pixels, { effort: 1, preview: true });
    const without = await compress(pixels, { effort: 1 });
    const found = await preview(file);
    expect(found).toEqual(shrunk(pixels));
    expect(found).toMatchObject({ width: 200, height: 100, channels: 3, bitDepth: 8 });
    const bytes = report.previewBytes as number;
    expect(file.length - without.file.length).toBeGreaterThan(bytes);
    expect(file.length - without.file.length).toBeLessThanOrEqual(bytes + 4);
    expect([(await inspect(file)).previewBytes, without.report.previewBytes]).toEqual([bytes, null]);
    expect(await decompress(file)).toEqual(await decompress(without.file));
  });

  it('is read from a Blob, and no more of it than that takes', async () => {
    const { file } = await compress(ramp(600, 300), { effort: 1, preview: true });
    const longer = new Blob([file.slice()]);
    expect(await preview(longer)).toEqual(await preview(file));
  });

  it('is refused where it is no small picture', async () => {
    const large = await compress(ramp(300, 300), { effort: 1 });
    const { file } = await compress(ramp(600, 300), { effort: 1, preview: true });
    const container = readContainer(file) as ImageContainer;
    const forged = writeContainer({ ...container, preview: bareFile(large.file) });
    await expect(preview(forged)).rejects.toThrow('more than the limit of 65536');
    expect(await decompress(forged)).toEqual(ramp(600, 300));
  });

  it('is none where there is none, or the image is as small', async () => {
    const large = await compress(ramp(300, 20), { effort: 1 });
    const small = await compress(ramp(256, 20), { effort: 1, preview: true });
    expect([await preview(large.file), await preview(small.file)]).toEqual([null, null]);
  });

  it.each([
    [1, 8],
    [2, 16],
    [4, 8],
  ] as const)('of %i channels of %i bits has 8 bits', async (channels, bitDepth) => {
    const { file } = await compress(ramp(260, 3, channels, bitDepth), { effort: 1, preview: true });
    expect(await preview(file)).toMatchObject({ width: 130, height: 2, channels, bitDepth: 8 });
  });

  it('has the means of squares, to which what is transparent gives no colour', () => {
    const data = new Uint8Array(512 * 2 * 2);
    data.set([100, 255, 0, 0]); // a grey pixel, and beside it a black one that is not seen
    data.set([200, 255, 0, 0], 512 * 2);
    const small = shrunk({ width: 512, height: 2, channels: 2, bitDepth: 8, images: 1, data });
    expect(small).toMatchObject({ width: 256, height: 1 });
    expect([...(small?.data.subarray(0, 4) ?? [])]).toEqual([150, 128, 0, 0]);
  });
});
