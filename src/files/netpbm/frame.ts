// Netpbm's PBM, PGM, PPM (P4 to P6) and PAM (P7): a header of text, then samples, most significant byte first
// (netpbm.sourceforge.net/doc). Samples below the highest value stand for shares of it, as in files of 10 or 12 bits.
import { type Reason, reasonOf, type Shape, VaezipError } from '../../../library/index.ts';
import type { FileParts } from '../common/file-parts.ts';
import type { Framed, Known } from '../frames/frame.ts';
import { type Layout, type Piece, pieceBytesOf, type Table } from '../frames/layout.ts';
import { NOT_PACKED } from '../frames/packings.ts';

const HEADER_BYTES = 4096;
const BITMAP = 4;
const COLOURS = 6;
const SPACE = '(?:\\s|#[^\\n]*\\n)+';
/** One white space ends the header. */
const PNM = new RegExp(`^P([56])${SPACE}(\\d+)${SPACE}(\\d+)${SPACE}(\\d+)\\s`);
const PBM = new RegExp(`^P(4)${SPACE}(\\d+)${SPACE}(\\d+)\\s`);
const PAM = /^P7\n(.*?)\nENDHDR\n/s;

/** Channels of PAM's types of pixels. */
const TUPLE_CHANNELS: Readonly<Record<string, number>> = {
  ...{ BLACKANDWHITE: 1, GRAYSCALE: 1, RGB: 3 },
  ...{ BLACKANDWHITE_ALPHA: 2, GRAYSCALE_ALPHA: 2, RGB_ALPHA: 4 },
};

interface Header {
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly channels: Shape['channels'];
  /** Highest value of a sample; of a bitmap 1, where 0 is white. */
  readonly highest: number;
  readonly isBitmap: boolean;
}

/** What is coded of the file, or why it is kept. Throws VaezipError 'bad-input' for a damaged one. */
export function frameOfNetpbm(parts: FileParts, variant: number, known?: Known): Framed | Reason | null {
  if (variant > 0) return null;
  const start = parts.at(0, HEADER_BYTES);
  const text = String.fromCharCode(...start);
  if (/^P[123]/.test(text)) return reasonOf('undecoded', 'PNM of text is not decoded here');
  const header = text.startsWith('P7') ? readPam(text) : readPnm(text);
  if ('kind' in header) return header;
  const { bytes, width, height, channels, highest, isBitmap } = header;
  if (width === 0 || height === 0 || highest === 0 || highest > 65535)
    throw damaged('its header is of no image');
  const bitDepth = highest > 255 ? 16 : 8;
  const layout: Layout = {
    shape: { width, height, channels, bitDepth, images: 1 },
    bits: isBitmap ? 1 : bitDepth,
    table: isBitmap ? { samples: Uint8Array.of(255, 0), columns: 1 } : tableOf(highest),
    ...{ filler: 0, littleEndian: false, differences: false, rowAlignment: 1, rows: null },
  };
  const piece: Piece = {
    left: 0,
    top: 0,
    width,
    height,
    channels: Array.from({ length: channels }, (_, channel) => channel),
  };
  const length = pieceBytesOf(layout, piece);
  if (bytes + length > parts.size) throw damaged('it ends too early');
  if (!known && /^P[1-7]\s/.test(String.fromCharCode(...parts.at(bytes + length, 3))))
    return reasonOf('pages');
  return {
    layout,
    pieces: [piece],
    extents: [{ start: bytes, length }],
    packing: NOT_PACKED,
    packsAnew: false,
    told: [],
  };
}

function readPnm(text: string): Header {
  const found = (text.startsWith(`P${BITMAP}`) ? PBM : PNM).exec(text);
  if (!found) throw damaged('its header is incomplete');
  const [kind, width, height, highest = 1] = found.slice(1).map(Number);
  const channels = kind === COLOURS ? 3 : 1;
  return { bytes: found[0].length, width, height, channels, highest, isBitmap: kind === BITMAP };
}

function readPam(text: string): Header | Reason {
  const found = PAM.exec(text);
  if (!found) throw damaged('its header is incomplete');
  const fields = new Map(
    found[1].split('\n').map((line): [string, string] => {
      const [name, ...values] = line.trim().split(/\s+/);
      return [name, values.join(' ')];
    }),
  );
  const [width, height, depth, highest] = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].map((name) =>
    Number(/^\d+$/.exec(fields.get(name) ?? '')?.[0] ?? 0),
  );
  // Without a type, one channel and three are what PGM and PPM have.
  const type = fields.get('TUPLTYPE') ?? { 1: 'GRAYSCALE', 3: 'RGB' }[depth] ?? '';
  if (TUPLE_CHANNELS[type] !== depth)
    return reasonOf('samples', `PAM of ${depth} channels, ${type || 'of no type'}`);
  const channels = depth as Shape['channels'];
  return { bytes: found[0].length, width, height, channels, highest, isBitmap: false };
}

/** Samples of such a highest value as those of 8 or 16 bits; null where they are. */
function tableOf(highest: number): Table | null {
  if (highest === 255 || highest === 65535) return null;
  const most = highest > 255 ? 65535 : 255;
  const samples = most === 255 ? new Uint8Array(highest + 1) : new Uint16Array(highest + 1);
  for (let value = 0; value <= highest; value++) samples[value] = Math.round((value * most) / highest);
  return { samples, columns: 1 };
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-input', what);
}
