// JPEG XL by libjxl in WebAssembly, on one thread: for machines without cjxl.

import { readFileSync } from 'node:fs';
import { fromRgba, toRgba } from '../rgba.js';
import { timed } from '../timed.js';

export function open({ effort }) {
  const ready = load();
  return {
    async encode(photo) {
      const { encode } = await ready;
      const image = { data: toRgba(photo), width: photo.width, height: photo.height };
      const { result, seconds } = await timed(() => encode(image, { lossless: true, effort }));
      return { result: new Uint8Array(result), seconds };
    },
    async decode(file, { channels }) {
      const { decode } = await ready;
      const bytes = new Uint8Array(file).buffer;
      const { result, seconds } = await timed(() => decode(bytes));
      return { result: fromRgba(result.data, channels), seconds };
    },
  };
}

/** What the decoder gives back, where there is no ImageData of a browser's. */
class DecodedImage {
  constructor(data, width, height) {
    Object.assign(this, { data, width, height });
  }
}

async function load() {
  if (!('ImageData' in globalThis)) Object.assign(globalThis, { ImageData: DecodedImage });
  const [encoder, decoder] = await Promise.all(
    ['encode', 'decode'].map(async (name) => {
      const module = await import(`@jsquash/jxl/${name}.js`);
      const short = name.slice(0, 3);
      const wasm = new URL(import.meta.resolve(`@jsquash/jxl/codec/${short}/jxl_${short}.wasm`));
      await module.init(await WebAssembly.compile(readFileSync(wasm)));
      return module.default;
    }),
  );
  return { encode: encoder, decode: decoder };
}
