// Who takes part: a name for the table, the file in codecs/ that codes, and what it is told.

import { findJpegXl } from './find-jpeg-xl.js';

/** The codec that the others' sizes are set against. */
export const REFERENCE = 'WebP, smallest';

/**
 * @typedef {{name: string, codec: string, settings: Record<string, unknown>}} Contestant
 * @param {number[]} efforts of vaezip
 * @param {(line: string) => void} notice told what is left out, and why
 * @returns {Promise<Contestant[]>}
 */
export async function contestants(efforts, notice) {
  const jpegXl = await findJpegXl(notice);
  return [
    { name: 'PNG, oxipng level 4', codec: 'oxipng', settings: { level: 4 } },
    { name: 'WebP, default', codec: 'webp', settings: { effort: 4, quality: 80 } },
    // As cwebp -z 9.
    { name: REFERENCE, codec: 'webp', settings: { effort: 6, quality: 100 } },
    ...(jpegXl
      ? [7, 9].map((effort) => ({ name: `JPEG XL -e ${effort}`, codec: jpegXl, settings: { effort } }))
      : []),
    ...efforts.map((effort) => ({ name: vaezipName([effort]), codec: 'vaezip', settings: { effort } })),
  ];
}

/**
 * One row's name; several efforts where they come to the same model.
 * @param {unknown[]} efforts
 */
export function vaezipName(efforts) {
  return `vaezip, effort ${efforts.join(', ')}`;
}
