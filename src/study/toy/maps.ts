// Maps of a toy model: its density over the plane, and what of the plane each latent stands for.

import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Picture } from '../frame/pictures.ts';
import type { Density, Point } from './density.ts';
import { inBatches } from './estimates.ts';
import { DIMENSIONS, type ToyModel } from './model.ts';
import { likelihoodOf } from './terms.ts';

/** Pixels of a map's side. */
const SIDE = 96;
/** Maps of x show [-0.6, 0.6]^2. */
const REACH = 0.6;
/** Latents a side of the lattice that stands for the prior: medians of as many slices of equal mass. */
const LATTICE = 128;
/** Below this share of its density's peak, a point is dark. */
const DARK = 0.05;

/** p(x|z) at each latent of a lattice that stands for N(0, I), or of one over a square. */
export interface Decoded {
  readonly means: Float32Array;
  readonly scales: Float32Array;
}

/** p(x|z) at latents [n, 2]. */
export function decode(model: ToyModel, tensors: NamedArrays, latents: Float32Array): Decoded {
  const means = new Float32Array(latents.length);
  const scales = new Float32Array(latents.length);
  inBatches(tensors, latents, 10_000, (p, z, start) => {
    const { mean, logScale } = likelihoodOf(model, p, z);
    means.set(mean.dataSync(), DIMENSIONS * start);
    scales.set(tf.exp(logScale).dataSync(), DIMENSIONS * start);
  });
  return { means, scales };
}

/** Latents that stand for the prior N(0, I), of equal mass each. */
export function priorLattice(): Float32Array {
  const medians = Float64Array.from({ length: LATTICE }, (_, i) => normalQuantile((i + 0.5) / LATTICE));
  return Float32Array.from({ length: DIMENSIONS * LATTICE * LATTICE }, (_, i) => {
    const cell = Math.floor(i / DIMENSIONS);
    return medians[i % DIMENSIONS === 0 ? Math.floor(cell / LATTICE) : cell % LATTICE];
  });
}

/** Phi^-1 by bisection of an integral: once, for a few hundred values. */
function normalQuantile(p: number): number {
  let [low, high] = [-8, 8];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
}

/** Phi by its Taylor series, for |x| up to 8. */
function normalCdf(x: number): number {
  let [sum, term] = [x, x];
  for (let i = 1; Math.abs(term) > 1e-16 && i < 300; i++) {
    term *= (x * x) / (2 * i + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The middles of a map's pixels along one axis; the second axis runs from the top down. */
function axis(reach: number): Float64Array {
  return Float64Array.from({ length: SIDE }, (_, i) => reach * ((2 * i + 1) / SIDE - 1));
}

/** The density at each pixel, row by row from the top. */
export function trueDensity({ log2 }: Density): Float64Array {
  const at = axis(REACH);
  return overPixels((column, row) => 2 ** log2([at[column], -at[row]]));
}

/** The mean of p(x|z) over the prior, at each pixel. */
export function learnedDensity({ means, scales }: Decoded): Float64Array {
  const at = axis(REACH);
  const sum = new Float64Array(SIDE * SIDE);
  const count = means.length / DIMENSIONS;
  const along = (k: number, sign: number) =>
    at.map((x) => {
      const distance = (sign * x - means[k]) / scales[k];
      return Math.exp(-0.5 * distance * distance) / scales[k];
    });
  for (let i = 0; i < count; i++) {
    const columns = along(DIMENSIONS * i, 1);
    const rows = along(DIMENSIONS * i + 1, -1);
    for (let row = 0; row < SIDE; row++) {
      if (rows[row] < 1e-12) continue;
      for (let column = 0; column < SIDE; column++) sum[row * SIDE + column] += rows[row] * columns[column];
    }
  }
  return sum.map((value) => value / (2 * Math.PI * count));
}

/** Share of the prior's mass where the mean of p(x|z) lies at a low density: what the latent space wastes. */
export function darkShare({ means }: Decoded, density: Density): number {
  const peak = Math.max(...trueDensity(density));
  const count = means.length / DIMENSIONS;
  let dark = 0;
  for (let i = 0; i < count; i++) if (brightness(density, pointAt(means, i), peak) < DARK) dark++;
  return dark / count;
}

/** A heat map, from dark blue to yellow; `peak` is brightest. */
export function heatMap(density: Float64Array, peak: number): Picture {
  return pictureOf((column, row) => heat(Math.min(1, density[row * SIDE + column] / peak)));
}

/** The plane: each point in its colour, as bright as it is likely. */
export function colourMap(density: Density): Picture {
  const at = axis(REACH);
  const peak = Math.max(...trueDensity(density));
  return pictureOf((column, row) => {
    const point: Point = [at[column], -at[row]];
    return colour(point, brightness(density, point, peak));
  });
}

/** Latents of [-2.5, 2.5]^2, row by row from the top. */
export function latentSquare(): Float32Array {
  const at = axis(2.5);
  return Float32Array.from({ length: DIMENSIONS * SIDE * SIDE }, (_, i) => {
    const pixel = Math.floor(i / DIMENSIONS);
    return i % DIMENSIONS === 0 ? at[pixel % SIDE] : -at[Math.floor(pixel / SIDE)];
  });
}

/** The latent space: each latent in the colour of the mean of p(x|z), as bright as that is likely. */
export function latentColourMap({ means }: Decoded, density: Density): Picture {
  const peak = Math.max(...trueDensity(density));
  return pictureOf((column, row) => {
    const point = pointAt(means, row * SIDE + column);
    return colour(point, brightness(density, point, peak));
  });
}

function pointAt(points: Float32Array, i: number): Point {
  return [points[DIMENSIONS * i], points[DIMENSIONS * i + 1]];
}

/** p(x) as a share of its peak. */
function brightness({ log2 }: Density, point: Point, peak: number): number {
  return Math.min(1, 2 ** log2(point) / peak);
}

function overPixels(value: (column: number, row: number) => number): Float64Array {
  return Float64Array.from({ length: SIDE * SIDE }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));
}

type Colour = readonly [red: number, green: number, blue: number];

function pictureOf(colourAt: (column: number, row: number) => Colour): Picture {
  const levels = new Uint8Array(3 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i++)
    levels.set(
      colourAt(i % SIDE, Math.floor(i / SIDE)).map((part) => Math.round(255 * part)),
      3 * i,
    );
  return { width: SIDE, height: SIDE, levels };
}

/** Knots of a scale that prints well in grey, too. */
const HEAT: readonly Colour[] = [
  [0.05, 0.03, 0.2],
  [0.35, 0.1, 0.45],
  [0.75, 0.25, 0.4],
  [0.97, 0.6, 0.25],
  [0.99, 0.95, 0.6],
];

function heat(share: number): Colour {
  const place = share * (HEAT.length - 1);
  const knot = Math.min(HEAT.length - 2, Math.floor(place));
  const mix = (part: number) => HEAT[knot][part] + (place - knot) * (HEAT[knot + 1][part] - HEAT[knot][part]);
  return [mix(0), mix(1), mix(2)];
}

/** A colour of its own for each point: hue by its angle, paler toward the middle. */
function colour([x1, x2]: Point, brightness: number): Colour {
  const hue = Math.atan2(x2, x1) / (2 * Math.PI) + 0.5;
  const saturation = Math.min(1, 0.35 + Math.hypot(x1, x2) / 0.5);
  const part = (shift: number) => {
    const wave = Math.max(0, Math.min(1, Math.abs(((hue + shift) % 1) * 6 - 3) - 1));
    return Math.sqrt(brightness) * (1 - saturation + saturation * wave);
  };
  return [part(1), part(2 / 3), part(1 / 3)];
}
