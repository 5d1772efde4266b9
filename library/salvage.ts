// What can be had of a damaged .vz file. Of an image, the groups that are whole, as far as its model can decode them
// without the others:
//
//   photo models   each group is some rows (docs/FORMAT.md, Groups of photo models), and all whole ones come back; a
//                  photo of one group has all rows or none
//   screens        one group: the rows of the blocks before the damage
//   all others     one group, all or nothing; so is one image of several

import { crc32 } from '../codec/bytes/checksum.ts';
import { VaezipError } from '../codec/error.ts';
import type { Rows, Sides } from '../codec/model/model.ts';
import { hasAlpha } from '../codec/pixels/alpha.ts';
import { bytesOfSamples, type Pixels } from '../codec/pixels/pixels.ts';
import { type ImageContainer, type ReadDamaged, readDamaged } from '../container/container.ts';
import { salvageChannels } from './channels.ts';
import { metadataIn, originalIn } from './contents.ts';
import { namingMemory } from './memory.ts';
import { type DecompressOptions, type Metadata, NO_METADATA, type Original } from './options.ts';
import { planDecoding } from './plan.ts';

/** An image, or a kept file. */
export type Salvaged = SalvagedImage | SalvagedFile;

export interface SalvagedImage {
  readonly kind: 'image';
  /** Rows that are lost are of one colour: mid grey, opaque. */
  readonly pixels: Pixels;
  /** Of all rows of all images, from the top, in ascending order. */
  readonly lost: readonly Rows[];
  readonly metadata: Metadata;
  /** What is wrong, a sentence each; none for a file that is whole. */
  readonly problems: readonly string[];
}

export interface SalvagedFile {
  readonly kind: 'kept';
  /** Its bytes as they are now. */
  readonly original: Original;
  readonly problems: readonly string[];
}

/**
 * What can be had of a .vz file, with what is wrong.
 * @throws VaezipError 'bad-file' where nothing can; else as `decompress`.
 */
export async function salvage(file: Uint8Array, options: DecompressOptions = {}): Promise<Salvaged> {
  const found = readDamaged(file);
  const { container, intact } = found;
  const problems = intact ? [] : ['the checksum of the file does not fit'];
  if (container.kind === 'kept') return { kind: 'kept', original: originalIn(container), problems };
  options.signal?.throwIfAborted();
  const image = await namingMemory(() => salvageImage(container, found, options));
  options.signal?.throwIfAborted();
  return { ...image, problems: [...problems, ...image.problems] };
}

async function salvageImage(
  container: ImageContainer,
  { damagedGroups }: ReadDamaged,
  options: DecompressOptions,
): Promise<SalvagedImage> {
  const { sides, hasStart, sampleChecksum } = container;
  const problems: string[] = [];
  const groups = container.groups.map((group, index) => (damagedGroups.includes(index) ? null : group));
  const fileBytes = container.groups.reduce((sum, { length }) => sum + length, 0);
  let wrongModel: string | null = null;
  let whole: Sides = sides;
  const plan = await planDecoding(container, options, fileBytes).catch((error) => {
    // Perhaps what is wrong is the model that the alpha channel names.
    if (!(error instanceof VaezipError) || !sides.alpha) throw error;
    wrongModel = error.message;
    const { alpha, ...others } = sides;
    whole = others;
    return planDecoding({ ...container, sides: others }, options, fileBytes);
  });
  const { pixels, lost, alphaLost } = await salvageChannels({ sides: whole, groups, hasStart }, plan);
  if (alphaLost) problems.push(`all is opaque now: ${wrongModel ?? alphaLost}`);
  fill(pixels, lost);
  const metadata = salvageMetadata(container, problems);
  for (const { from, to } of lost) problems.push(`the rows ${from} to ${to - 1} are lost`);
  if (lost.length === 0 && !alphaLost && crc32(bytesOfSamples(pixels.data)) !== sampleChecksum)
    problems.push('the checksum of the pixels does not fit: some may be wrong');
  return { kind: 'image', pixels, lost, metadata, problems };
}

function salvageMetadata(container: ImageContainer, problems: string[]): Metadata {
  try {
    return metadataIn(container);
  } catch (error) {
    if (!(error instanceof VaezipError)) throw error;
    problems.push(`the metadata are lost: ${error.message}`);
    return NO_METADATA;
  }
}

/** Mid grey, opaque. */
function fill({ data, width, channels, bitDepth }: Pixels, lost: readonly Rows[]): void {
  const opaque = 2 ** bitDepth - 1;
  const row = width * channels;
  for (const { from, to } of lost) {
    data.fill(2 ** (bitDepth - 1), from * row, to * row);
    if (!hasAlpha({ channels })) continue;
    for (let index = from * row + channels - 1; index < to * row; index += channels) data[index] = opaque;
  }
}
