// Images of all kinds and sizes, each with a way to code it, by a number alone.
import { join } from 'node:path';
import sharp from 'sharp';
import type { Pixels } from '../../library/index.ts';
import { paint, painterNames as paintings } from '../codec/planes/static/images.ts';
import { paint as draw, painterNames as drawings } from '../codec/screen/images.ts';
import { blackAndWhite, rounded } from '../golden/cases.ts';

export interface Case {
  readonly pixels: Pixels;
  /** Null for none; undefined for the one that the effort chooses. */
  readonly model?: string | null | undefined;
  readonly effort: number;
}

type Random = (below: number) => number;

async function sampleOf(name: string): Promise<Pixels> {
  const path = join(import.meta.dirname, '../../samples', `${name}.png`);
  const { data, info } = await sharp(path, { ignoreIcc: true })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { data: Uint8Array.from(data), width, height, channels: 3, bitDepth: 8, images: 1 };
}

export const samples = await Promise.all(['dog', 'house', 'sunset'].map(sampleOf));

export function crop(from: Pixels, left: number, top: number, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * from.width + left) * 3;
    data.set(from.data.subarray(start, start + 3 * width), y * width * 3);
  }
  return { ...from, data, width, height };
}

/** A case with sides up to so many pixels. */
export function randomCase(seed: number, side: number): Case {
  let state = (seed * 2654435761) >>> 0;
  const random: Random = (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor(((state ^ (state >>> 13)) >>> 0) % below);
  };
  const effort = 1 + random(9);
  const special = random(10);
  if (special === 0) return chainOf(random, effort);
  const [width, height] = [1 + random(side), 1 + random(random(3) ? side : 9)];
  const pixels = changed(pictureOf(random, width, height), random);
  const isColour = pixels.channels > 2;
  if (special === 1) return { pixels, effort, model: 'screen' };
  if (special === 2) return { pixels, effort, model: null };
  if (pixels.bitDepth === 8 && isColour && special === 3) return { pixels, effort, model: 'photo-static' };
  const models = isColour
    ? ['photo-fast', 'photo-quick', 'photo', 'photo-large', 'photo-max', 'photo-small']
    : ['photo-grey-fast', 'photo-grey-quick', 'photo-grey', 'photo-grey-large'];
  return { pixels, effort, model: special < 8 ? models[random(models.length)] : undefined };
}

function pictureOf(random: Random, width: number, height: number): Pixels {
  const kind = random(10);
  if (kind < 5) {
    const from = samples[random(samples.length)];
    return crop(from, random(from.width - width), random(from.height - height), width, height);
  }
  const seed = random(1 << 20);
  if (kind < 7) return paint(paintings[random(paintings.length)], width, height, seed);
  return draw(
    drawings[random(drawings.length)],
    width,
    height,
    [1, 2, 3, 4, 4][random(5)] as 1 | 2 | 3 | 4,
    seed,
  );
}

/** The picture in another form. */
function changed(picture: Pixels, random: Random): Pixels {
  let pixels = picture;
  if (pixels.channels === 3 && random(4) === 0) pixels = greenOf(pixels);
  if (pixels.channels === 3 && random(5) === 0) pixels = rounded(pixels);
  if (random(6) === 0)
    pixels = { ...pixels, data: pixels.data.map((level) => Math.min(255, Math.floor((level * 5) / 4))) };
  if (random(6) === 0) pixels = deepened(pixels, random);
  const images = 2 + random(3);
  if (random(6) === 0 && pixels.height % images === 0)
    pixels = { ...pixels, images, height: pixels.height / images };
  return pixels;
}

export function greenOf(pixels: Pixels): Pixels {
  return { ...pixels, channels: 1, data: pixels.data.filter((_, index) => index % 3 === 1) };
}

/** In 16 bits: repeated, with more levels between, or as if proportional to light. */
function deepened(pixels: Pixels, random: Random): Pixels {
  const kind = random(4);
  const data = Uint16Array.from(pixels.data, (level) => {
    const deep = 257 * level;
    if (kind === 0) return deep;
    const noisy = Math.min(65535, 256 * level + random(256));
    if (kind === 1) return noisy;
    return kind === 2 ? noisy & 0xfff0 : (noisy * noisy) / 65535;
  });
  return { ...pixels, bitDepth: 16, data };
}

/** Small images of one size, for the models of such. */
function chainOf(random: Random, effort: number): Case {
  const images = 1 + random(4);
  const from = samples[random(samples.length)];
  if (random(2)) {
    const [width, height] = [32 + random(33), 32 + random(33)];
    const pixels = crop(from, random(from.width - width), random(100), width, height * images);
    return { pixels: { ...pixels, images, height }, effort, model: random(2) ? 'thumbs' : undefined };
  }
  const column = greenOf(crop(from, random(from.width - 28), random(100), 28, 28 * images));
  const light = column.data.map((level) => Math.max(0, 2 * level - 255));
  const pixels: Pixels = { ...column, images, height: 28, data: light };
  if (random(2)) return { pixels, effort, model: 'digits' };
  return {
    pixels: blackAndWhite(pixels),
    effort,
    model: ['digits-binary', 'digits-binary-context'][random(2)],
  };
}
