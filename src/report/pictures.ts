// Pictures that go into a page, as data URIs: scaled down where they are large, magnified where they are tiny.

import type { Pixels } from '../../library/index.ts';
import { loadSharp } from '../files/common/sharp.ts';
import { paint, rangeOf } from '../heatmap/colours.ts';
import { legendSvg } from '../heatmap/legend.ts';
import { type BitMap, shrunk } from '../heatmap/map.ts';

/** Longest side in a page: with a photo's noise such a map takes about a megabyte. */
export const LONGEST_SIDE = 1000;
/** Tiny images are magnified to about this size. */
const LEAST_SIDE = 256;
const QUALITY = 85;

export interface PagePicture {
  readonly uri: string;
  readonly width: number;
  readonly height: number;
}

/** The image itself, as WebP with loss: its colours as they are stored, without the file's profile. */
export async function pictureOf({ data, width, height, channels }: Pixels): Promise<PagePicture> {
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  const factor = magnification(width, height);
  if (factor > 1) image.resize({ width: factor * width, height: factor * height, kernel: 'nearest' });
  else image.resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true });
  const { data: bytes, info } = await image.webp({ quality: QUALITY }).toBuffer({ resolveWithObject: true });
  return { uri: uriOf('image/webp', bytes), width: info.width, height: info.height };
}

export interface PageMap extends PagePicture {
  /** The bar of colours, an SVG element. */
  readonly legend: string;
  readonly title: string;
  readonly note: string;
}

/** A map in colours; of a large one the means of squares, over the range that those have. */
export async function mapOf(map: BitMap): Promise<PageMap> {
  const sharp = await loadSharp();
  const small = shrunk(map, LONGEST_SIDE);
  const range = rangeOf(small);
  const { width, height } = small;
  const factor = magnification(width, height);
  const { data, info } = await sharp(paint(small, range), { raw: { width, height, channels: 3 } })
    .resize({ width: factor * width, height: factor * height, kernel: 'nearest' })
    .png()
    .toBuffer({ resolveWithObject: true });
  const { title, note } = map;
  const legend = await legendSvg(range, title);
  return { uri: uriOf('image/png', data), width: info.width, height: info.height, legend, title, note };
}

function magnification(width: number, height: number): number {
  return Math.max(1, Math.floor(LEAST_SIDE / Math.max(width, height)));
}

function uriOf(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
}
