// Which way a group's samples are coded: an image takes 0.1 to 0.8 % less one way than another, by where learning
// begins and which neighbours an edge runs along. The table `scan` tells the way, if not the usual one, for all groups.

import { ByteReader } from '../../bytes/reader.ts';
import { VaezipError } from '../../error.ts';
import type { Scan } from '../../model/model.ts';
import type { Samples } from '../../pixels/pixels.ts';

export const LEFTWARD = 1;
export const UPWARD = 2;
export const BLUE_FIRST = 4;

/** Turns rows of so many values, in place, so that the usual scan meets them as another would; or turns them back. */
export function turn(values: Samples | Float32Array, row: number, planes: 1 | 3, scan: Scan): void {
  if (scan & LEFTWARD)
    for (let from = 0; from < values.length; from += row) reverse(values.subarray(from, from + row), planes);
  if (scan & UPWARD) reverse(values, row);
  if (scan & BLUE_FIRST)
    for (let red = 0; red < values.length; red += planes) swap(values, red, red + planes - 1);
}

/** Reverses the order of the parts of so many values. */
function reverse(values: Samples | Float32Array, part: number): void {
  for (let from = 0, to = values.length - part; from < to; from += part, to -= part) {
    for (let i = 0; i < part; i++) swap(values, from + i, to + i);
  }
}

function swap(values: Samples | Float32Array, i: number, j: number): void {
  const value = values[i];
  values[i] = values[j];
  values[j] = value;
}

/** The table of a scan other than the usual one. */
export function scanTable(scan: Scan): Uint8Array {
  return Uint8Array.of(scan);
}

/** Undoes `scanTable`. Throws VaezipError 'bad-file' for a table that it does not write of so many planes. */
export function readScan(table: Uint8Array, planes: 1 | 3): Scan {
  const reader = new ByteReader(table);
  const scan = reader.uint8();
  reader.end();
  const all = LEFTWARD | UPWARD | (planes === 3 ? BLUE_FIRST : 0);
  if (scan === 0 || (scan & ~all) !== 0)
    throw new VaezipError('bad-file', `the samples are coded in a way ${scan} that is not known here`);
  return scan;
}
