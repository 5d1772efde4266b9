// A cheap look at an image, which tells drawn ones from photographs.

import type { Pixels } from '../pixels/pixels.ts';

/** Of large images every n-th row alone is looked at, so that about so many pixels are. */
const LOOKED_AT = 2 ** 18;

/** Share of the pixels that equal their left, upper, upper left or upper right neighbour; 1/2 where none has all. */
export function shareOfKnown({
  data,
  width,
  height,
  channels,
}: Pick<Pixels, 'data' | 'width' | 'height' | 'channels'>): number {
  const row = width * channels;
  const step = Math.max(1, Math.floor((width * height) / LOOKED_AT));
  const equals = (a: number, b: number) => {
    for (let channel = 0; channel < channels; channel++)
      if (data[a + channel] !== data[b + channel]) return false;
    return true;
  };
  let known = 0;
  let all = 0;
  for (let y = 1; y < height; y += step) {
    for (let x = 1; x + 1 < width; x++) {
      const at = y * row + x * channels;
      const above = at - row;
      all++;
      if (
        equals(at, at - channels) ||
        equals(at, above) ||
        equals(at, above - channels) ||
        equals(at, above + channels)
      )
        known++;
    }
  }
  return all === 0 ? 0.5 : known / all;
}
