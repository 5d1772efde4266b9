// Which way a group's rows are coded: an image takes 0.1 to 0.8 % less one way than another, by where learning begins and
// which neighbours an edge runs along. The table `scan` tells the way, where it is not the usual one, for all groups.

import { ByteReader } from '../../bytes/reader.ts';
import { VaezipError } from '../../error.ts';
import { SCANS, type Scan } from '../../model/model.ts';

const LEFTWARD = 1;
const UPWARD = 2;

/** Turns rows of pixels, in place, so that a scan meets them from the top left; or back. `row`: values of a row. */
export function turn(values: Uint8Array | Float32Array, row: number, planes: number, scan: Scan): void {
  if (scan & LEFTWARD)
    for (let from = 0; from < values.length; from += row) reverse(values.subarray(from, from + row), planes);
  if (scan & UPWARD) reverse(values, row);
}

/** Reverses the order of the parts of so many values. */
function reverse(values: Uint8Array | Float32Array, part: number): void {
  for (let from = 0, to = values.length - part; from < to; from += part, to -= part) {
    for (let i = 0; i < part; i++) {
      const value = values[from + i];
      values[from + i] = values[to + i];
      values[to + i] = value;
    }
  }
}

/** The table of a scan other than the usual one. */
export function scanTable(scan: Scan): Uint8Array {
  return Uint8Array.of(scan);
}

/** Undoes `scanTable`. Throws VaezipError 'bad-file' for a table that it does not write. */
export function readScan(table: Uint8Array): Scan {
  const reader = new ByteReader(table);
  const byte = reader.uint8();
  reader.end();
  const scan = SCANS.find((known) => known === byte);
  if (!scan) throw new VaezipError('bad-file', `the rows are coded in a way ${byte} that is not known here`);
  return scan;
}
