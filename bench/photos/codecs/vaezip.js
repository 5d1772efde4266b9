// vaezip as a library, without verification. Reports the name of the model that an effort comes to.

import { compress, decompress } from '#dist/library/index.js';
import { timed } from '../timed.js';

export const THREADS = 2;

export function open({ effort }) {
  const options = { threads: THREADS };
  return {
    async encode(photo) {
      const pixels = { ...photo, bitDepth: 8 };
      // A model's coding counts even where it is larger than the pixels: the model is what is measured.
      const { result, seconds } = await timed(() =>
        compress(pixels, { ...options, effort, keepModel: true }),
      );
      return { result: result.file, seconds, model: result.report.model?.name ?? null };
    },
    async decode(file) {
      const { result, seconds } = await timed(() => decompress(file, options));
      return { result: result.data, seconds };
    },
  };
}
