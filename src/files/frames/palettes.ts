// Palettes as tables of a layout: grey ones as samples of one channel, others as red, green and blue, and alpha where
// an entry is transparent.
import type { Table } from './layout.ts';

/** Of entries of three bytes; `transparent` is the number of one that is not seen. */
export function tableOfPalette(colours: Uint8Array, transparent: number | null): Table {
  const entries = colours.length / 3;
  const isGrey = colours.every((value, at) => value === colours[at - (at % 3)]);
  if (isGrey && transparent === null)
    return { samples: Uint8Array.from({ length: entries }, (_, entry) => colours[3 * entry]), columns: 1 };
  if (transparent === null) return { samples: colours, columns: 3 };
  const samples = new Uint8Array(4 * entries);
  for (let entry = 0; entry < entries; entry++) {
    samples.set(colours.subarray(3 * entry, 3 * entry + 3), 4 * entry);
    samples[4 * entry + 3] = entry === transparent ? 0 : 255;
  }
  return { samples, columns: 4 };
}
