// Image files by their first bytes: what they are called, their usual extension, whether they are decoded here. What
// viewers open stands here though it is not decoded, so that it is kept rather than refused.

export interface FileFormat {
  readonly name: string;
  /** The usual extension, without the dot. */
  readonly extension: string;
  /** Whether its pixels are read here. */
  readonly decoded: boolean;
}

/** Bytes of a file's start that tell its format. */
export const SNIFF_BYTES = 4096;

type Test = (start: Uint8Array, text: string) => boolean;

const starting =
  (...letters: string[]): Test =>
  (_, text) =>
    letters.some((some) => text.startsWith(some));
/** Starting so, as a regular expression in which control characters stand for themselves. */
function matching(pattern: string): Test {
  const expression = new RegExp(`^(?:${pattern})`);
  return (_, text) => expression.test(text);
}
/** Of ISO media files (ISO/IEC 14496-12) the brand, major or compatible, tells what is in them. */
const branded =
  (...brands: string[]): Test =>
  (start, text) => {
    if (text.slice(4, 8) !== 'ftyp') return false;
    const length = new DataView(start.buffer, start.byteOffset).getUint32(0);
    const listed: string[] = text.slice(8, Math.max(12, Math.min(length, 256))).match(/.{4}/gs) ?? [];
    return brands.some((brand) => listed.includes(brand));
  };

const FORMATS: readonly (readonly [name: string, extension: string, decoded: boolean, test: Test])[] = [
  ['PNG', 'png', true, starting('\x89PNG')],
  ['JPEG-LS', 'jls', false, starting('\xff\xd8\xff\xf7')],
  ['JPEG', 'jpg', true, starting('\xff\xd8\xff')],
  ['GIF', 'gif', true, starting('GIF87a', 'GIF89a')],
  ['WebP', 'webp', true, matching('RIFF[^]{4}WEBP')],
  ['CR2', 'cr2', false, matching('II\\*\0[^]{4}CR')],
  ['TIFF', 'tif', true, starting('II*\0', 'MM\0*', 'II+\0', 'MM\0+')],
  ['idx', 'idx', true, starting('\0\0\x08\x03')],
  ['SVG', 'svg', true, matching('(\xef\xbb\xbf)?\\s*(<[?]xml|<!--|<!DOCTYPE svg|<svg)')],
  ['AVIF', 'avif', true, branded('avif', 'avis')],
  ['HEIF', 'heic', false, branded('heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1')],
  ['CR3', 'cr3', false, branded('crx ')],
  ['JPEG XL', 'jxl', false, starting('\xff\x0a', '\0\0\0\x0cJXL \r\n\x87\n')],
  ['JPEG 2000', 'jp2', false, starting('\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51')],
  ['JPEG XR', 'jxr', false, starting('II\xbc')],
  ['JBIG2', 'jb2', false, starting('\x97JB2\r\n\x1a\n')],
  ['BMP', 'bmp', true, matching('BM[^]{4}\0{4}[^]{4}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0')],
  ['ICO', 'ico', false, (start) => isIcon(start, 1)],
  ['CUR', 'cur', false, (start) => isIcon(start, 2)],
  ['ICNS', 'icns', false, starting('icns')],
  ['PNM', 'pnm', true, matching('P[1-6]\\s+(#[^\n]*\n\\s*)*\\d+\\s+(#[^\n]*\n\\s*)*\\d+\\s')],
  ['PAM', 'pam', true, matching('P7\n')],
  ['PFM', 'pfm', false, matching('P[Ff]\\s+\\d+\\s+\\d+\\s')],
  ['XPM', 'xpm', false, starting('/* XPM */')],
  ['farbfeld', 'ff', false, starting('farbfeld')],
  ['QOI', 'qoi', false, starting('qoif')],
  ['FLIF', 'flif', false, starting('FLIF')],
  ['BPG', 'bpg', false, starting('BPG\xfb')],
  ['MNG', 'mng', false, starting('\x8aMNG\r\n\x1a\n', '\x8bJNG\r\n\x1a\n')],
  ['PSD', 'psd', false, starting('8BPS\0\x01', '8BPS\0\x02')],
  ['XCF', 'xcf', false, starting('gimp xcf')],
  ['OpenEXR', 'exr', false, starting('\x76\x2f\x31\x01')],
  ['Radiance HDR', 'hdr', false, starting('#?RADIANCE', '#?RGBE')],
  ['DDS', 'dds', false, starting('DDS \x7c\0')],
  ['KTX', 'ktx', false, starting('\xabKTX ')],
  ['FITS', 'fits', false, starting('SIMPLE  =')],
  ['DICOM', 'dcm', false, (_, text) => text.slice(128, 132) === 'DICM'],
  ['ILBM', 'iff', false, matching('FORM[^]{4}(ILBM|PBM )')],
  ['DjVu', 'djvu', false, starting('AT&TFORM')],
  ['PCX', 'pcx', false, matching('\x0a[\0\x02-\x05]\x01[\x01\x02\x04\x08]')],
  ['SGI', 'sgi', false, matching('\x01\xda[\0\x01][\x01\x02]\0[\x01-\x03]')],
  ['Sun raster', 'ras', false, starting('\x59\xa6\x6a\x95')],
  ['EMF', 'emf', false, matching('\x01\0\0\0[^]{36} EMF')],
  ['WMF', 'wmf', false, starting('\xd7\xcd\xc6\x9a')],
  ['RAF', 'raf', false, starting('FUJIFILMCCD-RAW')],
  ['ORF', 'orf', false, starting('IIRO', 'IIRS', 'MMOR')],
  ['RW2', 'rw2', false, starting('IIU\0')],
  ['X3F', 'x3f', false, starting('FOVb')],
  ['CRW', 'crw', false, matching('II[^]{4}HEAPCCDR')],
  ['MRW', 'mrw', false, starting('\0MRM')],
  ['TGA', 'tga', false, isTarga],
];

/** The format by a file's first SNIFF_BYTES bytes; null for what is no image. */
export function sniff(start: Uint8Array): FileFormat | null {
  const head = start.subarray(0, SNIFF_BYTES);
  // A letter for each byte.
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const found = FORMATS.find(([, , , test]) => test(head, text));
  if (!found) return null;
  const [name, extension, decoded] = found;
  // XML is any document's.
  return name === 'SVG' && !text.includes('<svg') ? null : { name, extension, decoded };
}

function isIcon(start: Uint8Array, type: number): boolean {
  if (start.length < 22 || start[0] !== 0 || start[1] !== 0 || start[2] !== type || start[3] !== 0)
    return false;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const [images, firstImage] = [view.getUint16(4, true), view.getUint32(18, true)];
  return images > 0 && start[9] === 0 && firstImage >= 6 + 16 * images;
}

/** TGA has no signature: each field of its header must be one that such files have. */
function isTarga(start: Uint8Array): boolean {
  if (start.length < 18) return false;
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const [palette, type, depth, descriptor] = [start[1], start[2], start[16], start[17]];
  const [first, colours, colourBits] = [view.getUint16(3, true), view.getUint16(5, true), start[7]];
  const [width, height] = [view.getUint16(12, true), view.getUint16(14, true)];
  const kind = type & ~8;
  const alphaBits = descriptor & 15;
  if ((kind !== 1 && kind !== 2 && kind !== 3) || palette !== (kind === 1 ? 1 : 0)) return false;
  const colourMap =
    kind === 1
      ? first < colours && colours <= 256 && [15, 16, 24, 32].includes(colourBits) && depth === 8
      : first === 0 && colours === 0 && colourBits === 0;
  const depths = kind === 2 ? [15, 16, 24, 32] : [8];
  const alpha = alphaBits === 0 || (depth === 16 && alphaBits === 1) || (depth === 32 && alphaBits === 8);
  return colourMap && depths.includes(depth) && alpha && descriptor < 64 && width > 0 && height > 0;
}
