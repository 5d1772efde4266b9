// Values as colours: viridis, in which equal steps look equal, over a range of round numbers.
import { scale, scheme } from 'vega';
import type { BitMap } from './map.ts';

export const SCHEME = 'viridis';
/** Of pixels without a value. */
const NONE = [224, 224, 224];
const LEVELS = 256;
/** Values that are looked at to find the range. */
const MOST_SORTED = 2 ** 20;
/** Share of the values that the range ends above: few rare pixels would make all others dark. */
const WITHIN = 0.999;
const LEAST_RANGE = 1e-3;
const TICKS = 5;

/** What the ends of the colours stand for. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
  /** Round numbers from low to high. */
  readonly ticks: readonly number[];
  /** Whether there are values above `high`, which have its colour. */
  readonly isExceeded: boolean;
}

/** From 0, or the lowest value if that is less, to what nearly all values are below. */
export function rangeOf({ values }: BitMap): ColourRange {
  const step = Math.ceil(values.length / MOST_SORTED);
  const some = values.filter((value, index) => index % step === 0 && !Number.isNaN(value)).sort();
  const most = Math.max(LEAST_RANGE, some[Math.ceil(WITHIN * (some.length - 1))]);
  const linear = scale('linear')()
    .domain([Math.min(0, some[0]), most])
    .nice(TICKS);
  const [low, high] = linear.domain();
  return { low, high, ticks: linear.ticks(TICKS), isExceeded: values.some((value) => value > high) };
}

/** Red, green and blue of each pixel. */
export function paint({ values }: BitMap, { low, high }: ColourRange): Uint8Array {
  const colours = levels();
  const rgb = new Uint8Array(3 * values.length);
  for (let pixel = 0; pixel < values.length; pixel++) {
    const place = Math.floor((LEVELS * (values[pixel] - low)) / (high - low));
    const colour = Number.isNaN(place) ? NONE : colours[Math.max(0, Math.min(LEVELS - 1, place))];
    for (let channel = 0; channel < 3; channel++) rgb[3 * pixel + channel] = colour[channel];
  }
  return rgb;
}

function levels(): number[][] {
  const colourAt = scheme(SCHEME) as (place: number) => string;
  return Array.from({ length: LEVELS }, (_, level) =>
    (colourAt(level / (LEVELS - 1)).match(/\d+/g) ?? []).map(Number),
  );
}
