// The decoder in C (decoder/) gives what the library does, and says of what is damaged that it is.
import { afterAll, describe, expect, it } from 'vitest';
import { type ArchiveEntry, compress, openArchive, type Pixels, packArchive } from '../../library/index.ts';
import { goldenCases, goldenFile } from '../golden/cases.ts';
import { cases, times } from '../thorough.ts';
import { crop, greenOf, randomCase, samples } from './images.ts';
import { buildDecoder, type Decoder, GOLDEN, pamOf, SHIPPED } from './unvz.ts';

const decoder = buildDecoder() as Decoder;
if (!decoder) console.log('there is no C compiler: the decoder in C is not tested');
afterAll(() => decoder?.remove());
const golden = await goldenCases();
/** Seeds of images in one test. */
const BATCH = 20;

describe.skipIf(!decoder)('the decoder in C', () => {
  it('compiles without a warning', () => expect(decoder.warnings).toBe(''));

  it.each(golden)('decodes the golden file $name', ({ name, pixels, original }) => {
    const { status, output, errors } = decoder.run(goldenFile(name), GOLDEN);
    expect({ status, errors }).toEqual({ status: 0, errors: '' });
    expect(output.equals(original ? original.bytes : pamOf(pixels))).toBe(true);
  });

  it.each(Array.from({ length: times(3, 25) }, (_, batch) => batch * BATCH))(
    'decodes images of all kinds, from number %i on',
    async (first) => {
      for (let seed = first; seed < first + BATCH; seed++) {
        const { pixels, ...options } = randomCase(seed, times(60, 140));
        const { file } = await compress(pixels, { ...options, keepModel: seed % 3 > 0, threads: 1 });
        const { status, output, errors } = decoder.run(file, SHIPPED);
        expect({ seed, options, status, errors }).toEqual({ seed, options, status: 0, errors: '' });
        expect(output.equals(pamOf(pixels)), `the image ${seed}`).toBe(true);
      }
    },
  );

  it('decodes a photo of two groups', async () => {
    const part = greenOf(crop(samples[0], 0, 0, 500, 350));
    const data = new Uint8Array(16 * part.data.length);
    for (let n = 0; n < 16; n++) data.set(part.data, n * part.data.length);
    const pixels = { ...part, height: 16 * part.height, data };
    const { file } = await compress(pixels, { model: 'photo-grey-fast', threads: 1 });
    expect(decoder.run(file, SHIPPED).output.equals(pamOf(pixels))).toBe(true);
  });

  it.each(cases([], [1, 3, 5, 7, 9]))('decodes the samples at effort %i', async (effort) => {
    for (const pixels of samples) {
      const { file } = await compress(pixels, { effort });
      expect(decoder.run(file, SHIPPED).output.equals(pamOf(pixels))).toBe(true);
    }
  });

  it('decodes an archive, member after member', async () => {
    const entries: ArchiveEntry[] = Array.from({ length: 40 }, (_, n) => {
      const name = `images/${String(n).padStart(3, '0')}.png`;
      const pixels = crop(samples[n % 3], 5 * n, 3 * n, n % 5 ? 20 : 33, 18);
      if (n % 9 === 4) return { name, pixels: null, original: Uint8Array.of(n, 2, 3) };
      return { name, pixels, original: null };
    });
    const parts: Uint8Array[] = [];
    for await (const part of packArchive(entries, { groupPixels: 4000, effort: 2 })) parts.push(part);
    const { output, errors } = decoder.run(Buffer.concat(parts), SHIPPED);
    expect(errors).toBe('');
    const members = entries.map(({ pixels, original }) =>
      pixels ? pamOf(pixels) : (original as Uint8Array),
    );
    expect(output.equals(Buffer.concat(members))).toBe(true);
  });

  it('decodes tiles of an archive, in rows and in columns', async () => {
    for (const down of [false, true]) {
      const entries = Array.from({ length: 26 }, (_, n): ArchiveEntry => {
        const [along, across] = [n % 6, Math.floor(n / 6)];
        const [column, row] = down ? [across, along] : [along, across];
        const name = `tiles/${String(n).padStart(2, '0')}.png`;
        return { name, pixels: crop(samples[0], 24 * column, 20 * row, 24, 20), original: null };
      });
      const parts: Uint8Array[] = [];
      for await (const part of packArchive(entries, { groupPixels: 26 * 480, effort: 2 })) parts.push(part);
      const archive = Buffer.concat(parts);
      const { head } = await (await openArchive(archive)).group(0);
      expect(head.sheets.map(({ tiling }) => tiling)).toContainEqual({ line: 6, down });
      const { output, errors } = decoder.run(archive, SHIPPED);
      expect(errors).toBe('');
      const members = entries.map(({ pixels }) => pamOf(pixels as Pixels));
      expect(output.equals(Buffer.concat(members))).toBe(true);
    }
  });

  it.each(golden.filter((_, index) => index % 4 === 0))('refuses $name damaged, in one line', ({ name }) => {
    const file = goldenFile(name);
    for (const [at, cut] of [
      [3, file.length],
      [file.length >> 1, file.length],
      [file.length - 6, file.length],
      [0, file.length >> 1],
      [0, 9],
    ]) {
      const damaged = file.slice(0, cut);
      if (at > 0) damaged[at] ^= 0x55;
      const { status, errors } = decoder.run(damaged, GOLDEN);
      expect(status).toBe(1);
      expect(errors).toMatch(/^.+\n$/);
    }
  });
});
