// Colour profile, EXIF, XMP and resolution of a file that is no PNG, as the PNG chunks that say the same.
import { deflate, inflate } from 'pako';
import type { PlacedChunk } from './metadata.ts';

const PROFILE_START = 'ICC profile\0\0';
const XMP_START = 'XML:com.adobe.xmp\0\0\0\0\0';
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
  if (icc) add('iCCP', PROFILE_START, deflate(icc, ZLIB));
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
  if (xmp) add('iTXt', XMP_START, xmp);
  return chunks;
}

/** Undoes `metadataOfForeign`; leaves out chunks of PNG files that say other things. */
export function foreignOfMetadata(placed: readonly PlacedChunk[]): ForeignMetadata {
  const dataOf = (type: string) => placed.find((chunk) => chunk.type === type)?.data;
  const profile = dataOf('iCCP');
  const texts = placed.filter(({ type }) => type === 'iTXt').map(({ data }) => data);
  const xmp = texts.find(
    (data) => Buffer.from(data.subarray(0, XMP_START.length)).toString('latin1') === XMP_START,
  );
  return {
    // Behind a name, its end, and the way of packing.
    icc: profile && unpackedProfile(profile.subarray(profile.indexOf(0) + 2)),
    exif: dataOf('eXIf'),
    xmp: xmp?.subarray(XMP_START.length),
    density: densityOf(dataOf('pHYs')),
  };
}

/** Dots an inch; undefined for what is not known, or not the same both ways. */
function densityOf(physical: Uint8Array | undefined): number | undefined {
  if (physical?.length !== 9 || physical[8] !== 1) return undefined;
  const [across, down] = [0, 4].map((at) => Buffer.from(physical).readUInt32BE(at));
  const density = across / PIXELS_PER_METRE;
  // Whole dots an inch come from no other whole dots a metre.
  const whole = Math.round(density);
  const isWhole = Math.round(whole * PIXELS_PER_METRE) === across;
  return across === down && across > 0 ? (isWhole ? whole : density) : undefined;
}

/** Undefined for what zlib does not unpack. */
function unpackedProfile(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflate(packed);
  } catch {
    return undefined;
  }
}
