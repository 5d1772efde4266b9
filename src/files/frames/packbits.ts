// PackBits (TIFF 6.0, section 9) as libtiff packs it: runs of 2 bytes up to 128, all else literally; a run of two
// between literals is one of them.
import { VaezipError } from '../../../library/index.ts';

const MOST = 128;
/** A byte of no meaning. */
const NOTHING = 128;

/** Throws VaezipError 'bad-input' for damaged data, and for more than so many bytes. */
export function unpackBits(packed: Uint8Array, most: number): Uint8Array {
  const content = new Uint8Array(most);
  let filled = 0;
  for (let at = 0; at < packed.length; ) {
    const count = packed[at++];
    if (count === NOTHING) continue;
    const [bytes, isRun] = count < MOST ? [count + 1, false] : [257 - count, true];
    if (filled + bytes > most || at + (isRun ? 1 : bytes) > packed.length)
      throw new VaezipError('bad-input', 'its PackBits data are damaged');
    if (isRun) content.fill(packed[at++], filled, filled + bytes);
    else content.set(packed.subarray(at, at + bytes), filled);
    if (!isRun) at += bytes;
    filled += bytes;
  }
  return content.subarray(0, filled);
}

/** Each row by itself. */
export function packBits(content: Uint8Array, rowBytes: number): Uint8Array {
  // A literal and two runs of two take six bytes for five.
  const packed = new Uint8Array(2 * content.length);
  let end = 0;
  for (let at = 0; at < content.length; at += rowBytes)
    end = packRow(content.subarray(at, at + rowBytes), packed, end);
  return packed.subarray(0, end);
}

/** Packs a row to a place on, and returns where that ends. */
function packRow(row: Uint8Array, packed: Uint8Array, start: number): number {
  let end = start;
  // Where the literals begin that may be gone on with, and whether a run follows on them; -1 for none.
  let [literals, isRunBehind] = [-1, false];
  for (let at = 0; at < row.length; ) {
    const byte = row[at];
    let count = 1;
    while (at + count < row.length && row[at + count] === byte) count++;
    at += count;
    if (isRunBehind) {
      const isShort = count === 1 && packed[end - 2] === 255 && packed[literals] < MOST - 2;
      if (isShort) {
        packed[literals] += 2;
        packed[end - 2] = packed[end - 1];
        if (packed[literals] === MOST - 1) literals = -1;
      } else literals = -1;
      isRunBehind = false;
    }
    if (count > MOST) literals = -1;
    if (count > 1) {
      for (; count > 1; count -= Math.min(count, MOST)) {
        packed[end++] = 257 - Math.min(count, MOST);
        packed[end++] = byte;
      }
      isRunBehind = literals >= 0;
    }
    if (count === 1) {
      if (literals < 0) {
        literals = end;
        packed[end++] = 0;
      } else packed[literals]++;
      packed[end++] = byte;
      if (packed[literals] === MOST - 1) literals = -1;
    }
  }
  return end;
}
