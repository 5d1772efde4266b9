// What other lossless formats make of an image's pixels, as far as what writes them is here.
import { type Pixels, VaezipError } from '../../library/index.ts';
import { withPackages } from '../optional-packages.ts';
import { loadJpegXl } from './jpeg-xl-module.ts';
import { encodeByTool, versionOf } from './jpeg-xl-tools.ts';
import { loadOxipng } from './oxipng.ts';
import { webpSize } from './png-and-webp.ts';
import { toRgba } from './rgba.ts';

/** oxipng's and cjxl's own defaults. */
const OXIPNG_LEVEL = 2;
const JPEG_XL_EFFORT = 7;

export interface Rival {
  readonly name: string;
  /** Bytes of its file; null where there is none. */
  readonly bytes: number | null;
  /** Why there is none. */
  readonly reason: string | null;
}

const RIVALS: readonly (readonly [name: string, size: (pixels: Pixels) => Promise<number>])[] = [
  [`PNG, oxipng -o ${OXIPNG_LEVEL}`, oxipngSize],
  ['WebP, lossless', losslessWebpSize],
  [`JPEG XL -e ${JPEG_XL_EFFORT}`, jpegXlSize],
];

/** Of one image of 8 bits, one after the other. */
export async function rivalsOf(pixels: Pixels, onProgress?: (share: number) => void): Promise<Rival[]> {
  const rivals: Rival[] = [];
  for (const [name, size] of RIVALS) {
    rivals.push(await tried(name, () => size(pixels)));
    onProgress?.(rivals.length / RIVALS.length);
  }
  return rivals;
}

/** What is not there, or fails, is left out with its reason. */
async function tried(name: string, size: () => Promise<number>): Promise<Rival> {
  try {
    return { name, bytes: await size(), reason: null };
  } catch (error) {
    return { name, bytes: null, reason: (error as Error).message.split('\n')[0] };
  }
}

async function oxipngSize(pixels: Pixels): Promise<number> {
  const encode = await loadOxipng();
  return encode(toRgba(pixels), pixels.width, pixels.height, OXIPNG_LEVEL).length;
}

async function losslessWebpSize(pixels: Pixels): Promise<number> {
  const size = await webpSize(pixels);
  if (size === null) throw new VaezipError('too-large', 'the image is too large for WebP');
  return size;
}

async function jpegXlSize(pixels: Pixels): Promise<number> {
  if (versionOf('cjxl') !== null) return (await encodeByTool(pixels, JPEG_XL_EFFORT)).length;
  const encode = await withPackages('JPEG XL (cjxl of libjxl-tools, or @jsquash/jxl)', ['@jsquash/jxl'], () =>
    loadJpegXl('encode'),
  );
  const { width, height } = pixels;
  const options = { lossless: true, effort: JPEG_XL_EFFORT };
  return (await encode({ data: toRgba(pixels), width, height }, options)).byteLength;
}
