// The form in which an image came where that is not just the form in which it comes out: a byte, and what decoding
// writes differently because of it.
//
//   PNG     bits 0 to 2: colour type; bits 3 to 5: log2 of the bit depth; bit 6: interlaced; bit 7: 0
//   others  0x80 and a number
import type { Shape } from '../codec/pixels/pixels.ts';

/** Files of other formats. */
const OTHERS = {
  ...{ tiff: 0x80, webp: 0x81, 'idx.gz': 0x82, pnm: 0x83, pam: 0x84, bmp: 0x85, gif: 0x86 },
} as const;
type OtherFormat = keyof typeof OTHERS;
const OTHER_FORMATS = Object.keys(OTHERS) as OtherFormat[];
const OTHER_CHANGES: Readonly<Record<OtherFormat, string>> = {
  tiff: 'packed anew',
  webp: 'packed anew',
  'idx.gz': 'gzip unpacked',
  // Of which no other than the very file is written.
  ...{ pnm: 'PNM as PNG', pam: 'PAM as PNG', bmp: 'BMP as PNG', gif: 'GIF as PNG' },
};

const DEPTH_SHIFT = 3;
const THREE_BITS = 0b111;
const INTERLACED = 0x40;
const COLOUR_TYPES: readonly number[] = [0, 2, 3, 4, 6];
const PALETTE = 3;
const ALPHA = 4;
const DEPTHS = [1, 2, 4, 8, 16];

export interface PngForm {
  readonly format: 'png';
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: number;
  /** Bits a sample, or an index into the palette: 1, 2, 4, 8 or 16. */
  readonly depth: number;
  readonly interlaced: boolean;
}

/** What a file was like. */
export type SourceForm = PngForm | { readonly format: OtherFormat };

export function byteOfForm(form: SourceForm): number {
  if (form.format !== 'png') return OTHERS[form.format];
  const { colourType, depth, interlaced } = form;
  return colourType | (DEPTHS.indexOf(depth) << DEPTH_SHIFT) | (interlaced ? INTERLACED : 0);
}

/** Undoes `byteOfForm`; null for what is not known here, which only describes the file and may be left out. */
export function formOfByte(byte: number): SourceForm | null {
  const format = OTHER_FORMATS.find((name) => OTHERS[name] === byte);
  if (format) return { format };
  const [colourType, depth] = [byte & THREE_BITS, DEPTHS[(byte >> DEPTH_SHIFT) & THREE_BITS]];
  if (byte >= 0x80 || !COLOUR_TYPES.includes(colourType) || depth === undefined) return null;
  return { format: 'png', colourType, depth, interlaced: (byte & INTERLACED) !== 0 };
}

/** What decoding writes differently, of an image of the shape; nothing for a PNG file that comes out as it was. */
export function changesOf(form: SourceForm | null, { channels, bitDepth }: Shape): string[] {
  if (form === null) return [];
  if (form.format !== 'png') return [OTHER_CHANGES[form.format]];
  const { colourType, depth, interlaced } = form;
  const alpha = channels % 2 === 0;
  const changes: string[] = [];
  if (colourType === PALETTE) changes.push(alpha ? 'palette as RGB with alpha' : 'palette as RGB');
  else {
    if (depth !== bitDepth) changes.push(`${depth} ${depth === 1 ? 'bit' : 'bits'} as ${bitDepth}`);
    if (alpha && (colourType & ALPHA) === 0) changes.push('transparent colour as alpha channel');
  }
  if (interlaced) changes.push('interlaced as plain');
  return changes;
}
