// Groups of a file's rows, decoded by themselves.

import type { Rows } from '../codec/model/model.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import type { ImageHead } from '../container/container.ts';
import type { Parts } from '../container/parts.ts';
import { decodeChannelRows } from './channels.ts';
import { pixelsIn } from './contents.ts';
import { checkPixelLimit, memoryNeeded } from './memory.ts';
import type { DecompressOptions } from './options.ts';
import { type Decoder, planWithin } from './plan.ts';

/** The rows of each group; null where an image has one group, or they cannot be decoded one by one. */
export function rowsOfGroups({ groupBytes }: Parts, { model, colours }: Decoder): readonly Rows[] | null {
  const rows = model.groupRows?.(colours);
  return groupBytes.length > 1 && rows?.length === groupBytes.length ? rows : null;
}

/** The whole image. Throws VaezipError as `decompress`. */
export async function decodeWhole(
  { groupBytes, group }: Parts,
  head: ImageHead,
  options: DecompressOptions,
): Promise<Pixels> {
  const groups = await Promise.all(groupBytes.map((_, number) => group(number)));
  return pixelsIn({ ...head, groups }, options);
}

/** Rows to be decoded, and bytes that count for the limit beside those that decoding takes. */
export interface WantedRows {
  readonly decoder: Decoder;
  readonly groupRows: readonly Rows[];
  readonly rows: Rows;
  readonly besideBytes: number;
}

/** The pixels of some rows, by the groups that they lie in. Throws VaezipError as `decompress`. */
export async function decodeRows(
  { groupBytes, group }: Parts,
  { shape, sides, hasStart }: ImageHead,
  { decoder, groupRows, rows, besideBytes }: WantedRows,
  options: DecompressOptions,
): Promise<Pixels> {
  const isWanted = (number: number) => groupRows[number].from < rows.to && groupRows[number].to > rows.from;
  const wanted = [...groupBytes.keys()].filter(isWanted);
  const height = wanted.reduce((sum, number) => sum + groupRows[number].to - groupRows[number].from, 0);
  const bytes = wanted.reduce((sum, number) => sum + groupBytes[number], 0);
  const part = { ...shape, height };
  checkPixelLimit(part, options);
  const needed =
    memoryNeeded(shape, decoder.model, 'decode', bytes, height, decoder.alphaModel) + besideBytes;
  const plan = planWithin(decoder, part, needed, options);
  const groups = await Promise.all(
    [...groupBytes.keys()].map((number) => (isWanted(number) ? group(number) : null)),
  );
  return decodeChannelRows({ sides, groups, hasStart }, plan, rows);
}
