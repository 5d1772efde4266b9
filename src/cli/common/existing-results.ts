// Whether a result that is there already is whole and of its input, so that --skip-existing may leave the input out.
// A name or a date alone proves nothing: other inputs have had the name, copies end early, clocks go back.
import type { Stats } from 'node:fs';
import { crc32 } from '../../../codec/bytes/checksum.ts';
import { VaezipError } from '../../../codec/error.ts';
import { bytesOfSamples, type Pixels, type Shape } from '../../../codec/pixels/pixels.ts';
import {
  type Container,
  type Header,
  type ImageContainer,
  peekHeader,
  readContainer,
} from '../../../container/container.ts';
import { imageIn, metadataIn, recipeIn } from '../../../library/contents.ts';
import { isIdx, readIdx } from '../../files/idx.ts';
import { isPng } from '../../files/png/chunks.ts';
import { asPixels, readImage } from '../../files/read-image.ts';
import { isWholeRecipe } from '../../files/remake-file.ts';
import { statOf } from './inputs.ts';
import { peek, readInput } from './read-input.ts';

/** To which results get their inputs' times. */
const STEP_MS = 1;
/** File systems that keep times in whole seconds round them, at most to every other one (FAT). */
const COARSE_STEP_MS = 2000;

const NOTHING = new Uint8Array(0);

/** An input and the result that is there. */
interface Pair {
  readonly input: string;
  readonly stats: Stats;
  readonly output: string;
}

/** The header of a .vz file by its first bytes; null for what is none, or cannot be read. */
export function headerAt(path: string): Header | null {
  try {
    return peek(path, peekHeader);
  } catch {
    return null;
  }
}

/**
 * Throws VaezipError 'exists' unless the .vz file `output` is whole and of the input: of its shape (null where that is
 * not known) and time, or, where the times differ, of its content; with `pixels` of that of files to keep, too.
 */
export async function checkCompressed({
  input,
  stats,
  shape,
  output,
  pixels,
}: Pair & { readonly shape: Shape | null; readonly pixels: boolean }) {
  const container = await wholeContainer(output);
  const isSized = (other: Shape | null) =>
    container.kind === 'kept'
      ? container.bytes.length === stats.size
      : other === null || isOf(container, other);
  if (
    isSized(shape) &&
    (isOfTime(stats, output) || (await holds(container, input, { isInput: true, ofKept: pixels })))
  )
    return;
  throw anew(output, 'is of another file of this name, or of what it was before');
}

/**
 * Throws VaezipError 'exists' unless the file `output` is what decoding the .vz file `input` writes: whole and of its
 * size, and of its time, or, where the times differ, of its content; 'bad-file' for a damaged .vz file.
 */
export async function checkDecompressed({ input, stats, output }: Pair): Promise<void> {
  const { bytes } = await readInput(output, '');
  const container = readContainer((await readInput(input, '')).bytes);
  if (
    container.kind === 'kept'
      ? Buffer.compare(container.bytes, bytes) === 0
      : await isImageOf(container, bytes)
  )
    if (container.kind === 'kept' || isOfTime(stats, output) || (await holds(container, output))) return;
  throw anew(output, 'is not what it holds');
}

async function wholeContainer(path: string): Promise<Container> {
  try {
    return readContainer((await readInput(path, '')).bytes);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw anew(path, `is there, but no whole result (${what})`);
  }
}

/**
 * Whether a result has the time of its input, and was made after the input was last touched: a time can be put back, as
 * programs do that change metadata alone.
 */
function isOfTime({ mtimeMs, ctimeMs }: Stats, output: string): boolean {
  const result = statOf(output);
  if (!result || ctimeMs > result.ctimeMs) return false;
  const step = result.mtimeMs % 1000 === 0 ? COARSE_STEP_MS : STEP_MS;
  return Math.abs(result.mtimeMs - mtimeMs) <= step;
}

function isOf({ shape }: Container, { width, height, images }: Shape): boolean {
  return shape.width === width && shape.height === height && shape.images === images;
}

/** Whether an image file is whole, by its own checksums or lengths, and of the container's shape. */
async function isImageOf(container: Container, bytes: Uint8Array): Promise<boolean> {
  try {
    if (isIdx(bytes)) return isOf(container, readIdx(bytes));
    const { keepReason, pixels } = await readImage(bytes);
    // A PNG file that holds what keeps files is whole all the same.
    if (keepReason) return isPng(bytes) && keepReason.kind !== 'damaged';
    return pixels !== null && isOf(container, pixels);
  } catch {
    return false;
  }
}

/** Whether a .vz file holds just what a file does: the samples by their checksum, `ofKept` of files to keep, too. */
async function holds(
  container: Container,
  path: string,
  { isInput = false, ofKept = false } = {},
): Promise<boolean> {
  const { bytes } = await readInput(path, '');
  if (container.kind === 'kept') return Buffer.compare(container.bytes, bytes) === 0;
  const image = await readImage(bytes);
  const { pixels, metadata, form, recipe } = ofKept ? await asPixels(image, bytes) : image;
  // A file of another kind than went in need not hold all metadata.
  const isSameKind = form?.format === container.form?.format;
  const isWhole = isWholeRecipe(container.form?.format ?? null, recipeIn(container));
  return (
    pixels !== null &&
    isOf(container, pixels) &&
    crc32(bytesOfSamples((pixels as Pixels).data)) === container.sampleChecksum &&
    (!isSameKind || Buffer.compare(metadata.data, metadataIn(container).data) === 0) &&
    (!isSameKind ||
      !(isWhole || isInput) ||
      Buffer.compare(recipe ?? NOTHING, (await recipeOf(container)) ?? NOTHING) === 0)
  );
}

/** An image's recipe, decoded where that is needed. */
async function recipeOf(container: ImageContainer): Promise<Uint8Array | null> {
  const held = recipeIn(container);
  return held === 'in-stream' ? (await imageIn(container, {})).recipe : held;
}

function anew(output: string, what: string): VaezipError {
  return new VaezipError('exists', `${output} ${what}; -f instead of --skip-existing makes it anew`);
}
