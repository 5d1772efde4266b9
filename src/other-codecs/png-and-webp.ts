// What PNG and lossless WebP make of the same pixels, for comparison; both by sharp at their highest effort.
import type { Pixels } from '../../library/index.ts';
import { loadSharp } from '../files/common/sharp.ts';
import { encodePng } from '../files/png/write.ts';

const WEBP_MAX_SIDE = 16383;
/** Images of a chain that are coded at once. */
const BATCH = 16;

/** Bytes of all images of a chain as files of their own; null where a format cannot hold them. */
export interface OtherSizes {
  readonly png: number;
  readonly webp: number | null;
}

/** Codes each image by both. */
export async function otherCodecs(pixels: Pixels, onProgress?: (share: number) => void): Promise<OtherSizes> {
  const size = pixels.height * pixels.width * pixels.channels;
  let png = 0;
  let webp: number | null = 0;
  for (let first = 0; first < pixels.images; first += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, pixels.images - first) }, (_, index) => {
      const start = (first + index) * size;
      return { ...pixels, data: pixels.data.subarray(start, start + size) };
    });
    for (const sizes of await Promise.all(batch.map(codeOne))) {
      png += sizes.png;
      webp = webp === null || sizes.webp === null ? null : webp + sizes.webp;
    }
    onProgress?.(Math.min(1, (first + BATCH) / pixels.images));
  }
  return { png, webp };
}

async function codeOne(image: Omit<Pixels, 'images'>): Promise<OtherSizes> {
  // Photographs want the filters, drawings often none.
  const filtered = await encodePng(image, 9, true);
  const unfiltered = await encodePng(image, 9, false);
  return { png: Math.min(filtered.length, unfiltered.length), webp: await webpSize(image) };
}

/** Bytes of a lossless WebP file of one image; null where WebP does not hold it. */
export async function webpSize({
  data,
  width,
  height,
  channels,
  bitDepth,
}: Omit<Pixels, 'images'>): Promise<number | null> {
  if (bitDepth !== 8 || Math.max(width, height) > WEBP_MAX_SIDE) return null;
  const sharp = await loadSharp();
  const webp = await sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
    .webp({ lossless: true, effort: 6, exact: true })
    .toBuffer();
  return webp.length;
}
