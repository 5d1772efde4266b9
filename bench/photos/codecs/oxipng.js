// PNG: written by oxipng in WebAssembly, on one thread; read by sharp.

import { loadOxipng } from '#dist/src/other-codecs/oxipng.js';
import { toRgba } from '#dist/src/other-codecs/rgba.js';
import { readBySharp } from '../read-by-sharp.js';
import { timed } from '../timed.js';

export function open({ level }) {
  const ready = loadOxipng();
  return {
    async encode(photo) {
      const encode = await ready;
      const rgba = toRgba(photo);
      return timed(() => encode(rgba, photo.width, photo.height, level));
    },
    decode: readBySharp,
  };
}
