// Photos to train tiny models on, in a folder of their own.
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { paint } from '../../codec/planes/learning/images.ts';

/** A new folder with the folder `photos` in it, of three photos with different sides; for the caller to remove. */
export async function folderWithPhotos(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vaezip-train-'));
  await mkdir(join(folder, 'photos'));
  for (let i = 0; i < 3; i++) {
    const { data, width, height } = paint('photo-like', 260 + 10 * i, 300 - 10 * i, 3, i + 1);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, 'photos', `${i}.png`));
  }
  return folder;
}
