// Small image files that are kept as they are, so that no trained model is needed.
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { inFolder } from './command-line.ts';

/** Of the tree's deep.png. */
export const DATE = new Date('2020-02-29T12:00:00Z');

/** A JPEG file, and a 16-bit PNG file with bytes behind its end: no model takes either. */
export async function keptFiles(): Promise<{ jpeg: Uint8Array; png: Uint8Array }> {
  const noise = Uint16Array.from({ length: 300 }, (_, index) => (index * 40503) % 65536);
  const image = sharp(noise, { raw: { width: 10, height: 10, channels: 3 } });
  const grey = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a0b0c0' } });
  return {
    png: Buffer.concat([await image.toColourspace('rgb16').png().toBuffer(), Buffer.from('..')]),
    jpeg: await grey.jpeg().toBuffer(),
  };
}

/** A folder with photo.jpg, deep.png and text.png, which is no image. */
export async function withFiles(work: (folder: string) => Promise<void>): Promise<void> {
  const { jpeg, png } = await keptFiles();
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'photo.jpg'), jpeg);
    writeFileSync(join(folder, 'deep.png'), png);
    writeFileSync(join(folder, 'text.png'), 'no image');
    await work(folder);
  });
}

/** A folder with the tree photos/photo.jpg, photos/2020/deep.png, photos/2020/notes.txt, dated. */
export async function withTree(work: (folder: string) => Promise<void>): Promise<void> {
  const { jpeg, png } = await keptFiles();
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'photos/2020'), { recursive: true });
    writeFileSync(join(folder, 'photos/photo.jpg'), jpeg);
    writeFileSync(join(folder, 'photos/2020/deep.png'), png);
    writeFileSync(join(folder, 'photos/2020/notes.txt'), 'no image');
    utimesSync(join(folder, 'photos/2020/deep.png'), DATE, DATE);
    await work(folder);
  });
}
