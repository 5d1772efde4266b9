// PNG: written by oxipng in WebAssembly, on one thread; read by sharp.

import { readFileSync } from 'node:fs';
import { init } from '@jsquash/oxipng/optimise.js';
import { readBySharp } from '../read-by-sharp.js';
import { toRgba } from '../rgba.js';
import { timed } from '../timed.js';

export function open({ level }) {
  const wasm = new URL(import.meta.resolve('@jsquash/oxipng/codec/pkg/squoosh_oxipng_bg.wasm'));
  // Not the package's own function: it asks for the browsers' ImageData.
  const ready = init(readFileSync(wasm));
  return {
    async encode(photo) {
      const { optimise_raw: encode } = await ready;
      const rgba = new Uint8ClampedArray(toRgba(photo).buffer);
      return timed(() => encode(rgba, photo.width, photo.height, level, false, false));
    },
    decode: readBySharp,
  };
}
