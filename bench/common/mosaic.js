// A photo as large as one likes, made of the sample photos.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const SAMPLES = join(import.meta.dirname, '../../samples');

/** The samples side by side, every second one mirrored, each row turned by one sample. */
export async function mosaic(width, height) {
  const names = readdirSync(SAMPLES).filter((name) => name.endsWith('.png'));
  const tiles = [];
  for (const name of names) {
    const image = () => sharp(join(SAMPLES, name), { ignoreIcc: true }).removeAlpha();
    tiles.push(await image().raw().toBuffer({ resolveWithObject: true }));
    tiles.push(await image().flop().raw().toBuffer({ resolveWithObject: true }));
  }
  const tile = tiles[0].info;
  const data = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, k = Math.floor(y / tile.height); x < width; x += tile.width, k++) {
      const from = 3 * (y % tile.height) * tile.width;
      const bytes = 3 * Math.min(tile.width, width - x);
      tiles[k % tiles.length].data.copy(data, 3 * (y * width + x), from, from + bytes);
    }
  }
  return data;
}
