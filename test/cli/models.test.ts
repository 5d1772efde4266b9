// Round trips through the commands by the trained models, each command in a process of its own.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { SHIPPED } from '../../models/catalogue.ts';
import { modelOf } from '../../src/cli/common/models.ts';
import { joinPng, type PngChunk, splitPng } from '../../src/files/png/chunks.ts';
import { inFolder, type Outcome, vaezip } from './command-line.ts';

const ROOT = join(import.meta.dirname, '../..');
const MODELS = join(ROOT, 'models');

/** Whether the weights are there; says so otherwise. */
function hasModel(name: string): boolean {
  const there = existsSync(join(MODELS, `${name}.safetensors`));
  if (!there) console.warn(`skipped: models/${name}.safetensors is not here`);
  return there;
}

const run = (folder: string, ...args: string[]): Promise<Outcome> =>
  vaezip(folder, args, undefined, { VAEZIP_MODELS: MODELS });

it.runIf(hasModel('photo-fast'))('a photo and what its PNG file says come back, whatever the threads', () =>
  inFolder(async (folder) => {
    const photo = await sharp(join(ROOT, 'samples/dog.png'))
      .extract({ left: 100, top: 50, width: 131, height: 77 })
      .png()
      .toBuffer();
    const comment: PngChunk = { type: 'tEXt', data: new Uint8Array(Buffer.from('Comment\0a dog')) };
    const chunks = splitPng(photo).filter(({ type }) => type !== 'pHYs');
    writeFileSync(join(folder, 'dog.png'), joinPng([chunks[0], comment, ...chunks.slice(1)]));

    const fast = ['--effort', '1', '--threads'];
    const { stdout, stderr } = await run(folder, 'compress', 'dog.png', '--json', ...fast, '1');
    expect(stderr).toBe('');
    const report = JSON.parse(stdout.toString());
    expect(report).toMatchObject({
      kind: 'image',
      model: { name: 'photo-fast' },
      verified: true,
      reason: null,
    });
    expect(report.bitsPerDim.negElbo).toBeCloseTo(report.bitsPerDim.likelihood + report.bitsPerDim.kl);
    const table = await run(folder, 'compress', 'dog.png', '-o', 'two/', ...fast, '2');
    expect(table.stdout.toString()).toMatch(/ coded by\n.* photo-fast \(efforts 1 to \d\)\n$/);
    expect(readFileSync(join(folder, 'two/dog.vz')).equals(readFileSync(join(folder, 'dog.vz')))).toBe(true);

    const info = await run(folder, 'info', 'dog.vz');
    expect(info.stdout.toString()).toMatch(
      / {2}holds +pixels, coded by the model photo-fast \(efforts 1 to \d\)\n/,
    );

    expect(await run(folder, 'decompress', 'dog.vz', '-o', 'back.png')).toMatchObject({
      status: 0,
      stderr: '',
    });
    const samples = (file: string) => sharp(join(folder, file)).raw().toBuffer();
    expect((await samples('back.png')).equals(await samples('dog.png'))).toBe(true);
    const region = ['decompress', 'dog.vz', '-o', 'part.png', '--region'];
    expect(await run(folder, ...region, '30,7,100,70')).toMatchObject({ status: 0, stderr: '' });
    const extract = { left: 30, top: 7, width: 100, height: 70 };
    const part = await sharp(join(folder, 'dog.png')).extract(extract).raw().toBuffer();
    expect((await samples('part.png')).equals(part)).toBe(true);
    expect(await run(folder, ...region, '32,0,100,70', '-f')).toMatchObject({
      status: 1,
      stderr: 'vaezip: dog.vz: the region 32,0,100,70 is not within the image of 131 x 77 pixels\n',
    });
    expect(Uint8Array.from(splitPng(readFileSync(join(folder, 'back.png')))[1].data)).toEqual(
      Uint8Array.from(comment.data),
    );
  }),
);

it.runIf(hasModel('digits'))('an idx file comes back, coded as one chain', () =>
  inFolder(async (folder) => {
    // Twenty rings of growing size.
    const images = Array.from({ length: 20 }, (_, image) =>
      Array.from({ length: 784 }, (_, pixel) => {
        const radius = Math.hypot((pixel % 28) - 13.5, Math.floor(pixel / 28) - 13.5);
        return Math.max(0, 255 - 90 * Math.abs(radius - 4 - image / 4));
      }),
    ).flat();
    const idx = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 20, 0, 0, 0, 28, 0, 0, 0, 28, ...images]);
    writeFileSync(join(folder, 'rings-images-idx3-ubyte'), idx);
    const { stdout } = await run(folder, 'compress', 'rings-images-idx3-ubyte', '--json');
    expect(JSON.parse(stdout.toString())).toMatchObject({
      kind: 'image',
      model: { name: 'digits' },
      images: 20,
      dims: 15680,
      verified: true,
    });
    const file = 'rings-images-idx3-ubyte.vz';
    expect(await run(folder, 'decompress', file, '-o', 'out/')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(folder, 'out/rings-images-idx3-ubyte')).equals(idx)).toBe(true);

    const info = await run(folder, 'info', file, '--json');
    const model = { name: 'digits', efforts: { lowest: 1, highest: 9 } };
    expect(JSON.parse(info.stdout.toString())).toMatchObject({ model, metadata: { kind: 'idx' } });
  }),
);

it('a model is named by the whole of its id, of which files have the first digits', async () => {
  for (const { id, name } of SHIPPED)
    expect((await modelOf(id.slice(0, 8)))?.id).toBe((await modelOf({ id, name }))?.id);
  expect((await modelOf('01020304'))?.id).toBe('01020304');
});
