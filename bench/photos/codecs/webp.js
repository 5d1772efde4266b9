// Lossless WebP by sharp. Its quality is how hard a lossless coder tries: effort 6 and quality 100 are cwebp -z 9.

import sharp from 'sharp';
import { readBySharp } from '../read-by-sharp.js';
import { timed } from '../timed.js';

export function open({ effort, quality }) {
  return {
    encode({ data, width, height, channels }) {
      const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
      return timed(() => image.webp({ lossless: true, effort, quality }).toBuffer());
    },
    decode: readBySharp,
  };
}
