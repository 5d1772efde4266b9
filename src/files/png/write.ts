// Pixels as a PNG file, with the metadata that went with them.
import { type Metadata, type Pixels, VaezipError } from '../../../library/index.ts';
import { loadSharp, MAX_FILE_PIXELS } from '../common/sharp.ts';
import { readPngMetadata, withMetadata } from './metadata.ts';
import { encodeSmallPng, isSmall } from './small.ts';

/** Above 2 the sizes hardly fall and the time grows: 17 megapixels a second at 3, 11 at 6. */
const COMPRESSION_LEVEL = 3;

/**
 * The PNG file of one image.
 * @throws VaezipError 'bad-argument' for several images, 'too-large' for more pixels than are read again.
 */
export async function writePng(pixels: Pixels, metadata: Metadata): Promise<Uint8Array> {
  if (pixels.images !== 1) throw new VaezipError('bad-argument', 'a PNG file holds one image');
  const png = isSmall(pixels) ? encodeSmallPng(pixels) : await encodePng(pixels, COMPRESSION_LEVEL, true);
  return withMetadata(png, metadata.kind === 'png' ? readPngMetadata(metadata.data) : []);
}

/** sharp's PNG of one image's samples, its compression level 0..9. */
export async function encodePng(
  { data, width, height, channels, bitDepth }: Omit<Pixels, 'images'>,
  compressionLevel: number,
  adaptiveFiltering: boolean,
): Promise<Uint8Array> {
  if (width * height > MAX_FILE_PIXELS)
    throw new VaezipError('too-large', `${width}x${height} pixels are too many for a PNG file written here`);
  const sharp = await loadSharp();
  const space = channels < 3 ? ['b-w', 'grey16'] : ['srgb', 'rgb16'];
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: MAX_FILE_PIXELS })
    .toColourspace(space[bitDepth === 16 ? 1 : 0])
    .png({ compressionLevel, adaptiveFiltering })
    .toBuffer();
}
