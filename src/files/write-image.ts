// Pixels as an image file of the kind that its name promises; what was written by sharp is read again and compared.
import { type Metadata, type Pixels, VaezipError } from '../../library/index.ts';
import { loadSharp, READ_OPTIONS } from './common/sharp.ts';
import { writePng } from './png/write.ts';

/** A kind of file, and how it is written. */
type Writer = (pixels: Pixels, metadata: Metadata) => Promise<Uint8Array>;

const WEBP_MAX_SIDE = 16383;

const WRITERS: readonly { readonly ending: RegExp; readonly write: Writer }[] = [
  { ending: /\.tiff?$/i, write: writeTiff },
  { ending: /\.webp$/i, write: writeWebp },
  { ending: /\.p[gpn]m$/i, write: async (pixels) => writePnm(pixels) },
  { ending: /\.pam$/i, write: async (pixels) => writePam(pixels) },
];

/** Who writes the kind of file that a name promises, other than PNG; null where nobody here does. */
export function writerOf(name: string): Writer | null {
  return WRITERS.find(({ ending }) => ending.test(name))?.write ?? null;
}

/** What such a file does not say of an image with such metadata. */
export function lossesOf(name: string, { kind, data }: Metadata): string[] {
  if (kind !== 'png' || data.length === 0) return [];
  return /\.p[gpna]m$/i.test(name) ? ['without metadata'] : ['without some metadata'];
}

async function writeTiff(pixels: Pixels, metadata: Metadata): Promise<Uint8Array> {
  return bySharp(pixels, metadata, (image) =>
    image.tiff({ compression: 'deflate', predictor: 'horizontal' }),
  );
}

/** Throws VaezipError 'bad-argument' for what WebP does not hold. */
async function writeWebp(pixels: Pixels, metadata: Metadata): Promise<Uint8Array> {
  const { width, height, bitDepth } = pixels;
  if (bitDepth !== 8)
    throw new VaezipError('bad-argument', 'WebP holds 8 bits a sample: name a .tif or .png');
  if (Math.max(width, height) > WEBP_MAX_SIDE)
    throw new VaezipError('bad-argument', `WebP holds ${WEBP_MAX_SIDE} pixels a side: name a .tif or .png`);
  return bySharp(pixels, metadata, (image) => image.webp({ lossless: true, exact: true }));
}

type Sharp = ReturnType<Awaited<ReturnType<typeof loadSharp>>>;

/** What sharp makes of the PNG file of the image, with its profile and what else of its metadata such files hold. */
async function bySharp(
  pixels: Pixels,
  metadata: Metadata,
  format: (image: Sharp) => Sharp,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const png = await writePng(pixels, metadata);
  const { channels, bitDepth } = pixels;
  const space = channels < 3 ? ['b-w', 'grey16'] : ['srgb', 'rgb16'];
  // With its profile read, which is kept beside samples that stay as they are.
  const image = sharp(png, { ...READ_OPTIONS, ignoreIcc: false }).keepMetadata();
  const file = await format(image.toColourspace(space[bitDepth === 16 ? 1 : 0])).toBuffer();
  if (!(await holds(file, pixels)))
    throw new VaezipError('bad-argument', 'such a file would not hold the very pixels: name a .png');
  return file;
}

/** Whether an image file has the samples; grey ones may have become red, green and blue. */
async function holds(file: Uint8Array, { data, channels, bitDepth }: Pixels): Promise<boolean> {
  const sharp = await loadSharp();
  const image = sharp(file, READ_OPTIONS);
  if (bitDepth === 16) image.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  const read = await image
    .raw(bitDepth === 16 ? { depth: 'ushort' } : {})
    .toBuffer({ resolveWithObject: true });
  const { buffer, byteOffset, byteLength } = read.data;
  const samples =
    bitDepth === 16 ? new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength)) : read.data;
  const found = read.info.channels;
  const alpha = channels % 2 === 0;
  const colours = alpha ? channels - 1 : channels;
  const foundColours = alpha ? found - 1 : found;
  if (samples.length * channels !== data.length * found || foundColours < colours) return false;
  for (let pixel = 0; pixel * channels < data.length; pixel++) {
    for (let colour = 0; colour < foundColours; colour++)
      if (samples[pixel * found + colour] !== data[pixel * channels + Math.min(colour, colours - 1)])
        return false;
    if (alpha && samples[pixel * found + found - 1] !== data[pixel * channels + channels - 1]) return false;
  }
  return true;
}

/** Netpbm's P5 or P6. Throws VaezipError 'bad-argument' for an image with alpha. */
function writePnm(pixels: Pixels): Uint8Array {
  const { width, height, channels, bitDepth } = pixels;
  if (channels % 2 === 0) throw new VaezipError('bad-argument', 'PNM holds no alpha: name a .pam or .png');
  const header = `P${channels === 1 ? 5 : 6}\n${width} ${height}\n${2 ** bitDepth - 1}\n`;
  return withHeader(header, pixels);
}

/** Netpbm's P7, of any channels. */
function writePam(pixels: Pixels): Uint8Array {
  const { width, height, channels, bitDepth } = pixels;
  const type = ['GRAYSCALE', 'GRAYSCALE_ALPHA', 'RGB', 'RGB_ALPHA'][channels - 1];
  const size = `WIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels}\nMAXVAL ${2 ** bitDepth - 1}`;
  return withHeader(`P7\n${size}\nTUPLTYPE ${type}\nENDHDR\n`, pixels);
}

/** The header, then the samples, the most significant byte first. */
function withHeader(header: string, { data, bitDepth }: Pixels): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(text.length + data.length * (bitDepth / 8));
  file.set(text);
  if (bitDepth === 8) file.set(data, text.length);
  else {
    const view = new DataView(file.buffer, text.length);
    for (const [index, sample] of data.entries()) view.setUint16(2 * index, sample);
  }
  return file;
}
