// Colour profile, EXIF, XMP and resolution of a file that is no PNG, as the PNG chunks that say the same.
import { deflate } from 'pako';
import type { PlacedChunk } from './png/metadata.ts';

const EXIF_PREFIX = 'Exif\0\0';
/** As zlib itself packs, whatever zlib this runs on, so that a .vz file need not keep the packed bytes. */
const ZLIB = { level: 9, legacyHash: true };
const PIXELS_PER_METRE = 1000 / 25.4;

/** As the file has them. */
export interface ForeignMetadata {
  readonly icc?: Uint8Array | undefined;
  readonly exif?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
  /** Dots an inch. */
  readonly density?: number | undefined;
}

/** The chunks, in the order of the PNG specification. */
export function metadataOfForeign({ icc, exif, xmp, density }: ForeignMetadata): PlacedChunk[] {
  const chunks: PlacedChunk[] = [];
  const add = (type: string, ...parts: (string | Uint8Array)[]) => {
    const data = new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
    chunks.push({ type, data, afterImage: false });
  };
  if (icc) add('iCCP', 'ICC profile\0\0', deflate(icc, ZLIB));
  if (exif) {
    const prefixed = String.fromCharCode(...exif.subarray(0, EXIF_PREFIX.length)) === EXIF_PREFIX;
    add('eXIf', prefixed ? exif.subarray(EXIF_PREFIX.length) : exif);
  }
  if (density) {
    const physical = Buffer.alloc(9, 1); // the last byte: the unit is the metre
    physical.writeUInt32BE(Math.round(density * PIXELS_PER_METRE), 0);
    physical.writeUInt32BE(Math.round(density * PIXELS_PER_METRE), 4);
    add('pHYs', physical);
  }
  if (xmp) add('iTXt', 'XML:com.adobe.xmp\0\0\0\0\0', xmp);
  return chunks;
}
