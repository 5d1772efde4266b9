import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../bench/common/command-line.js';
import type { Photo } from '../../bench/common/photo.js';
import { imagesOfSize, photosOfFolder, SIDE } from '../../bench/sizes/images.js';
import { freeze } from '../../bench/sizes/models.js';
import { parseOptions } from '../../bench/sizes/options.js';
import { conditions, markdownTable } from '../../bench/sizes/table.js';
import { writeSafetensors } from '../../codec/network/safetensors.ts';
import { learningFamily } from '../../codec/planes/learning/family.ts';
import { compress } from '../../library/index.ts';
import { inFolder } from '../cli/command-line.ts';
import { encode, modelOf } from '../codec/coding.ts';
import { colour, contentOf, untrainedWeights } from '../codec/planes/learning/untrained.ts';

/** A photo whose sample tells where it is and of which photo. */
function marked(width: number, height: number, mark: number): Photo {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % width, Math.floor(pixel / width), mark][i % 3];
  });
  return { width, height, channels: 3, data };
}

/** The three samples of a pixel. */
function at({ width, data }: Photo, x: number, y: number) {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe('images', () => {
  it('are crops of the centre', () => {
    const [image] = imagesOfSize(48, [marked(SIDE, SIDE + 20, 7)]);
    expect([image.width, image.height]).toEqual([48, 48]);
    const corner = [(SIDE - 48) / 2, (SIDE + 20 - 48) / 2];
    expect(at(image, 0, 0)).toEqual([...corner.map((place) => place % 256), 7]);
    expect(at(image, 47, 47)).toEqual([...corner.map((place) => (place + 47) % 256), 7]);
  });

  it('are mosaics of photos above their size, each photo used once', () => {
    const photos = Array.from({ length: 9 }, (_, mark) => marked(SIDE, SIDE, mark));
    const mosaics = imagesOfSize(2 * SIDE, photos);
    const marks = mosaics.map((mosaic) =>
      [0, SIDE].flatMap((y) => [0, SIDE].map((x) => at(mosaic, x + 3, y + 5))),
    );
    expect(mosaics.map(({ width, height }) => [width, height])).toEqual([
      [2 * SIDE, 2 * SIDE],
      [2 * SIDE, 2 * SIDE],
    ]);
    expect(marks).toEqual([
      [0, 1, 2, 3].map((mark) => [3, 5, mark]),
      [4, 5, 6, 7].map((mark) => [3, 5, mark]),
    ]);
  });

  it('are none where the photos do not fill a mosaic', () => {
    expect(imagesOfSize(2 * SIDE, [marked(SIDE, SIDE, 0)])).toEqual([]);
  });

  it('come from photos spread over the folder, as far as they serve', async () => {
    await inFolder(async (folder) => {
      for (let mark = 0; mark < 4; mark++) await writePng(folder, marked(SIDE, mark === 2 ? 40 : SIDE, mark));
      const notices: string[] = [];
      const read = async (count: number) =>
        (await photosOfFolder(folder, count, (line: string) => notices.push(line))).map(
          (photo) => at(photo, 0, 0)[2],
        );
      expect(await read(1)).toEqual([0]);
      expect(await read(2)).toEqual([0]);
      expect(notices).toEqual(['2.png is left out: not RGB of at least 512x512']);
      expect(await read(9)).toEqual([0, 1, 3]);
    });
  });
});

describe('weights that do not learn', () => {
  const file = writeSafetensors(contentOf(untrainedWeights(colour)));
  const pixels = { ...imagesOfSize(32, [marked(SIDE, SIDE, 9)])[0], bitDepth: 8, images: 1 } as const;
  const likelihood = async (weights: Uint8Array) =>
    (await encode(modelOf(learningFamily, '', weights), { ...pixels, channels: 3 }, { threads: 1 })).lengths
      .likelihood;

  it('code as without steps', async () => {
    const still = untrainedWeights(colour, { preconditioner: 0 });
    const reference = await likelihood(writeSafetensors(contentOf(still)));
    expect(await likelihood(freeze(file))).toBe(reference);
    expect(await likelihood(file)).not.toBe(reference);
  });
});

describe('the table', () => {
  const rates = {
    withoutLatents: { net: 2, kl: 0 },
    static: { net: 1.9, kl: 0.0123 },
    frozen: { net: 2.25, kl: 0 },
    learning: { net: 1.8, kl: 0 },
    large: null,
  };

  it('sets the gains beside the rates, and a dash where there is no model', () => {
    const [, , row] = markdownTable([{ size: 64, images: 3, rates }]).split('\n');
    expect(row).toBe(
      '| 64 | 3 | 2.0000 | 1.9000 (0.0123) | 2.2500 | 1.8000 | - | -5.0 % | -20.0 % | -5.3 % | - |',
    );
  });

  it('tells which models it is of', () => {
    const codec = modelOf(
      learningFamily,
      'photo',
      writeSafetensors(contentOf(untrainedWeights(colour))),
      '0123456789'.padEnd(64, '0'),
    );
    const none = { withoutLatents: null, static: null, frozen: null, large: null };
    const [models] = conditions({ ...none, learning: { codec, title: 'photo, effort 6' } }, 4);
    expect(models).toBe('learning: photo, effort 6 (01234567).');
  });
});

it('has defaults and reads all options', () => {
  expect(parseOptions(['photos'])).toMatchObject({ photos: 16, sizes: [48, 64, 128, 256, 512, 1024, 2048] });
  const args = [
    '--without-latents',
    'a',
    '--photos',
    '2',
    '--sizes',
    '64,48',
    '--threads',
    '3',
    '--json',
    'b',
  ];
  const wanted = { folder: 'c', withoutLatents: 'a', photos: 2, sizes: [48, 64], threads: 3, json: 'b' };
  expect(parseOptions([...args, 'c'])).toEqual(wanted);
});

it.each([[[]], [['a', 'b']], [['a', '--sizes', '0']], [['a', '--sizes', '600']], [['a', '--photos', '0']]])(
  'refuses %j',
  (args) => expect(() => parseOptions(args)).toThrow(UsageError),
);

it('measures what the library codes', async () => {
  await inFolder(async (folder) => {
    await writePng(folder, marked(SIDE, SIDE, 5));
    const json = join(folder, 'out.json');
    const bench = join(import.meta.dirname, '../../bench/sizes.js');
    const args = [bench, folder, '--sizes', '48,1024', '--threads', '1', '--json', json];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('1024: left out, 1 photos do not fill one mosaic');
    const { rows } = JSON.parse(readFileSync(json, 'utf8'));
    const image = imagesOfSize(48, [marked(SIDE, SIDE, 5)])[0];
    const pixels = { ...image, channels: 3, bitDepth: 8 } as const;
    const { report } = await compress(pixels, { model: 'photo-static', threads: 1, keepModel: true });
    expect(rows).toHaveLength(1);
    expect(rows[0].rates.static).toEqual({ net: report.bitsPerDim.net, kl: report.bitsPerDim.kl });
    expect(stdout).toContain(`| 48 | 1 | - | ${report.bitsPerDim.net?.toFixed(4)} (`);
  });
});

/** As NAME.png, after the photo's mark. */
async function writePng(folder: string, { width, height, data }: Photo) {
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  writeFileSync(join(folder, `${data[2]}.png`), png);
}
