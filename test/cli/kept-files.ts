// Small image files that are kept as they are, so that no trained model is needed.
import sharp from 'sharp';

/** A JPEG file, and a 16-bit PNG file: no model takes either. */
export async function keptFiles(): Promise<{ jpeg: Uint8Array; png: Uint8Array }> {
  const noise = Uint16Array.from({ length: 300 }, (_, index) => (index * 40503) % 65536);
  const image = sharp(noise, { raw: { width: 10, height: 10, channels: 3 } });
  const grey = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a0b0c0' } });
  return {
    png: await image.toColourspace('rgb16').png().toBuffer(),
    jpeg: await grey.jpeg().toBuffer(),
  };
}
