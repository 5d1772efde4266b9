// Pixels as Netpbm's files: PGM, PPM and PAM.
import { type Pixels, VaezipError } from '../../../library/index.ts';

/** Netpbm's P5 or P6. Throws VaezipError 'bad-argument' for an image with alpha. */
export function writePnm(pixels: Pixels): Uint8Array {
  const { width, height, channels, bitDepth } = pixels;
  if (channels % 2 === 0) throw new VaezipError('bad-argument', 'PNM holds no alpha: name a .pam or .png');
  const header = `P${channels === 1 ? 5 : 6}\n${width} ${height}\n${2 ** bitDepth - 1}\n`;
  return withHeader(header, pixels);
}

/** Netpbm's P7, of any channels. */
export function writePam(pixels: Pixels): Uint8Array {
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
