// The small print below the table: what was measured, on what, by which versions.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import sharp from 'sharp';
import { THREADS } from './codecs/vaezip.js';
import { jpegXlToolsVersion } from './find-jpeg-xl.js';

/**
 * Sentences.
 * @param {{width: number, height: number}[]} photos
 * @param {{width: number, height: number}} largest whose coding took the memory of the table
 */
export function conditions(photos, { width, height }) {
  const pixels = photos.reduce((sum, photo) => sum + photo.width * photo.height, 0);
  const count = photos.length === 1 ? '1 photo' : `${photos.length} photos`;
  const cjxl = jpegXlToolsVersion();
  return [
    `${count}, ${(pixels / 1e6).toFixed(2)} Mpx.`,
    'Every byte of the files counts; none has metadata. Every decoded photo was compared.',
    'Times are wall-clock: of the call, with pixels in memory' +
      `${cjxl ? '; of cjxl and djxl, of the process, from PPM file to file and back' : ''}.`,
    `Memory is the peak of a process that only encodes, or only decodes, the largest photo (${width}x${height}): ` +
      `${cjxl ? 'of cjxl and djxl alone, of the others ' : ''}with Node, some 45 MB, and the pixels.`,
    `vaezip computes on ${THREADS} threads, oxipng on one, the others as they come.`,
    'WebP is smallest at effort 6 and quality 100, as of cwebp -z 9.',
    versions(cjxl),
  ];
}

function versions(cjxl) {
  const { webp, sharp: own } = sharp.versions;
  const cores = cpus();
  const coders = [
    `vaezip ${packageVersion('../../package.json')}`,
    `@jsquash/oxipng ${packageVersion('@jsquash/oxipng/package.json')}`,
    `libwebp ${webp} of sharp ${own}`,
    ...(cjxl ? [`cjxl ${cjxl}`] : []),
  ];
  const processor = cores[0] ? ` (${cores[0].model.trim()})` : '';
  return `${coders.join(', ')}; Node ${process.version}, ${cores.length} cores${processor}.`;
}

function packageVersion(specifier) {
  const path = createRequire(import.meta.url).resolve(specifier);
  return JSON.parse(readFileSync(path, 'utf8')).version;
}
