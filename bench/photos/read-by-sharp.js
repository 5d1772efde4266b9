// PNG and WebP files back to samples.

import sharp from 'sharp';
import { timed } from './timed.js';

/** Of grey photos one channel: sharp gives three alike. */
export function readBySharp(file, { channels }) {
  const image = sharp(file, { limitInputPixels: false });
  return timed(() => (channels === 1 ? image.extractChannel(0) : image).raw().toBuffer());
}
