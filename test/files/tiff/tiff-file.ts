// TIFF files made by hand: a 3x2 RGB image, or what tests make of it.

/** Tag, type, and values: numbers, or of RATIONAL pairs of them. */
export type Tag = readonly [tag: number, type: number, values: readonly number[]];

export interface TiffFile {
  readonly littleEndian?: boolean;
  readonly big?: boolean;
  /** In place of, or beside those of a plain image. */
  readonly tags?: readonly Tag[];
  readonly without?: readonly number[];
  readonly pixels?: Uint8Array;
  /** Offset of the next directory. */
  readonly next?: number;
  /** Bytes between the pixels and the directory, and behind all. */
  readonly between?: readonly number[];
  readonly behind?: readonly number[];
}

export const PIXELS = Uint8Array.from({ length: 18 }, (_, index) => 13 * index);
const BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1, 16: 8 };

export function tiffFile(file: TiffFile = {}): Uint8Array {
  const { littleEndian = true, big = false, pixels = PIXELS, next = 0, between = [], behind = [] } = file;
  const wide = big ? 8 : 4;
  const start = big ? 16 : 8;
  const usual: Tag[] = [
    [256, 3, [3]],
    [257, 3, [2]],
    [258, 3, [8, 8, 8]],
    [259, 3, [1]],
    [262, 3, [2]],
    [273, 4, [start]],
    [277, 3, [3]],
    [279, 4, [pixels.length]],
  ];
  const tags = new Map([...usual, ...(file.tags ?? [])].map((tag) => [tag[0], tag]));
  for (const tag of file.without ?? []) tags.delete(tag);
  const buffer = Buffer.alloc(4096);
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  const put = (offset: number, value: number, bytes: number) => {
    if (bytes === 1) view.setUint8(offset, value);
    else if (bytes === 2) view.setUint16(offset, value, littleEndian);
    else if (bytes === 4) view.setUint32(offset, value, littleEndian);
    else view.setBigUint64(offset, BigInt(value), littleEndian);
  };
  buffer.write(littleEndian ? 'II' : 'MM', 'latin1');
  put(2, big ? 43 : 42, 2);
  if (big) put(4, 8, 2);
  const directory = start + pixels.length + between.length;
  put(big ? 8 : 4, directory, wide);
  buffer.set(pixels, start);
  buffer.set(between, start + pixels.length);
  put(directory, tags.size, big ? 8 : 2);
  let entry = directory + (big ? 8 : 2);
  let end = entry + tags.size * (4 + 2 * wide) + wide;
  for (const [tag, type, values] of [...tags.values()].sort(([a], [b]) => a - b)) {
    put(entry, tag, 2);
    put(entry + 2, type, 2);
    put(entry + 4, type === 5 ? values.length / 2 : values.length, wide);
    const length = values.length * BYTES[type];
    const inline = entry + 4 + wide;
    const place = length <= wide ? inline : end;
    if (place === end) {
      put(inline, end, wide);
      end += length;
    }
    for (const [index, value] of values.entries()) put(place + index * BYTES[type], value, BYTES[type]);
    entry = inline + wide;
  }
  put(entry, next, wide);
  buffer.set(behind, end);
  return Uint8Array.from(buffer.subarray(0, end + behind.length));
}
