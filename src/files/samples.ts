// Samples of an image file by sharp, untouched by colour profiles, gamma or rotation.
import { type Pixels, type Shape, VaezipError } from '../../library/index.ts';
import { loadSharp, READ_OPTIONS } from './common/sharp.ts';

/** What of a decoder's complaints ends the reading. */
type FailOn = 'truncated' | 'error' | 'warning';

/**
 * The samples of a file of the shape, by the call for each kind that leaves them as they are.
 * @throws VaezipError 'bad-input' for a damaged file, or one whose samples are of another shape.
 */
export async function readSamples(
  bytes: Uint8Array,
  shape: Shape,
  format: string,
  failOn: FailOn,
): Promise<Pixels> {
  const { width, height, channels, bitDepth } = shape;
  const sharp = await loadSharp();
  const image = sharp(bytes, { ...READ_OPTIONS, failOn });
  const wide = bitDepth === 16;
  if (wide) image.toColourspace(channels < 3 ? 'grey16' : 'rgb16');
  else if (channels === 1) image.toColourspace('b-w');
  const { data, info } = await image
    .raw(wide ? { depth: 'ushort' } : {})
    .toBuffer({ resolveWithObject: true })
    .catch((error) => {
      throw readError(error, format);
    });
  const samples = wide
    ? new Uint16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (info.width === width && info.height === height) {
    if (info.channels === channels) return { ...shape, data: samples };
    if (channels === 2 && info.channels === 4) return { ...shape, data: greyAndAlpha(samples) };
  }
  throw new VaezipError(
    'bad-input',
    `damaged ${format}: its ${width}x${height}x${channels} samples ` +
      `were read as ${info.width}x${info.height}x${info.channels}`,
  );
}

/** The samples of a PNG file: what libpng complains of must be metadata alone. */
export function readPngSamples(bytes: Uint8Array, shape: Shape): Promise<Pixels> {
  return readSamples(bytes, shape, 'PNG', 'warning').catch((error: VaezipError) => {
    if (!warnsOfMetadataOnly(error.cause)) throw error;
    return readSamples(bytes, shape, 'PNG', 'error');
  });
}

/** Grey with alpha comes as R = G = B with alpha. */
function greyAndAlpha<T extends Uint8Array | Uint16Array>(rgba: T): T {
  const samples = rgba.slice(0, rgba.length / 2) as T;
  for (let pixel = 0; pixel < rgba.length / 4; pixel++) {
    samples[2 * pixel] = rgba[4 * pixel];
    samples[2 * pixel + 1] = rgba[4 * pixel + 3];
  }
  return samples;
}

/** Chunks whose faults leave the pixels alone, such as the profile that Photoshop wrote wrongly for years. */
const METADATA_WARNING =
  /^(iCCP|cHRM|gAMA|sRGB|cICP|sBIT|bKGD|hIST|pHYs|sPLT|eXIf|tIME|tEXt|zTXt|iTXt|oFFs|pCAL|sCAL): /;

function warnsOfMetadataOnly(cause: unknown): boolean {
  const [head, ...warnings] = (cause instanceof Error ? cause.message : '').split('\n');
  return /^Warning treated as error/.test(head) && warnings.every((line) => METADATA_WARNING.test(line));
}

/** sharp's message as one line that says what is wrong: of several lines the last names the cause. */
function readError(error: Error, format: string): VaezipError {
  const details = error.message.trim().split('\n').at(-1) ?? '';
  return new VaezipError('bad-input', `damaged ${format}: ${details.replace(/[:.]$/, '')}`, { cause: error });
}
