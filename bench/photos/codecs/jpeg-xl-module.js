// JPEG XL by libjxl in WebAssembly, on one thread: for machines without cjxl.

import { loadJpegXl } from '#dist/src/other-codecs/jpeg-xl-module.js';
import { toRgba } from '#dist/src/other-codecs/rgba.js';
import { fromRgba } from '../rgba.js';
import { timed } from '../timed.js';

export function open({ effort }) {
  if (!('ImageData' in globalThis)) Object.assign(globalThis, { ImageData: DecodedImage });
  const [encoder, decoder] = [loadJpegXl('encode'), loadJpegXl('decode')];
  return {
    async encode(photo) {
      const encode = await encoder;
      const image = { data: toRgba(photo), width: photo.width, height: photo.height };
      const { result, seconds } = await timed(() => encode(image, { lossless: true, effort }));
      return { result: new Uint8Array(result), seconds };
    },
    async decode(file, { channels }) {
      const decode = await decoder;
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
