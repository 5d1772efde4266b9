// The three densities of Yu 2020, section 6: 8 Gaussians, checkerboard, 2 spirals; all scaled by 1/8.

import { VaezipError } from '../../../codec/error.ts';
import type { Random } from '../../train/run/random.ts';
import type { Density, Point } from './density.ts';

const SCALE = 1 / 8;

/** log2 of the density of N(0, scale^2 I) of the plane, at this squared distance from its centre. */
function log2Gaussian(squared: number, scale: number): number {
  return -Math.log2(2 * Math.PI * scale * scale) - (squared / (2 * scale * scale)) * Math.LOG2E;
}

/** The same for a mixture: centre i has the share weights[i] of the mass. */
function log2Mixture(
  point: Point,
  centres: readonly Point[],
  weights: readonly number[],
  scale: number,
): number {
  let nearest = Infinity;
  for (const centre of centres) nearest = Math.min(nearest, squaredDistance(point, centre));
  let sum = 0;
  for (let i = 0; i < centres.length; i++) {
    sum += weights[i] * Math.exp((nearest - squaredDistance(point, centres[i])) / (2 * scale * scale));
  }
  return log2Gaussian(nearest, scale) + Math.log2(sum);
}

function squaredDistance(a: Point, b: Point): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
}

function around([x1, x2]: Point, scale: number, random: Random): Point {
  return [x1 + scale * random.normal(), x2 + scale * random.normal()];
}

// Centres on a circle of radius 4, noise 0.5, all divided by sqrt(2).
const RADIUS = (4 / Math.SQRT2) * SCALE;
export const GAUSSIAN_SCALE = (0.5 / Math.SQRT2) * SCALE;

/** `count` Gaussians on a circle; `entropy` is that of both dimensions, in bits. */
function ring(count: number, name: string, title: string, entropy: number): Density {
  const centres = Array.from({ length: count }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / count;
    return [RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)];
  });
  const weights = centres.map(() => 1 / count);
  return {
    name,
    title,
    entropy,
    sample: (random) => around(centres[random.integer(count)], GAUSSIAN_SCALE, random),
    log2: (point) => log2Mixture(point, centres, weights, GAUSSIAN_SCALE),
  };
}

const GAUSSIAN_ENTROPY = Math.log2(2 * Math.PI * Math.E * GAUSSIAN_SCALE ** 2);
export const eightGaussians = ring(8, '8-gaussians', '8 Gaussians', -1.9149);
/** So far apart that their entropy is that of one and the choice of which. */
export const twoGaussians = ring(2, '2-gaussians', '2 Gaussians', GAUSSIAN_ENTROPY + 1);
export const oneGaussian = ring(1, '1-gaussian', '1 Gaussian', GAUSSIAN_ENTROPY);

// x1 uniform in [-2, 2), x2 in one of two unit cells of its column, columns by turns one cell higher; all times 2.
const CELL = 2 * SCALE;

export const checkerboard: Density = {
  name: 'checkerboard',
  title: 'Checkerboard',
  entropy: Math.log2(8 * CELL * CELL),
  sample(random) {
    const x1 = 4 * random.uniform() - 2;
    const x2 = random.uniform() - 2 * random.integer(2) + (Math.floor(x1) & 1);
    return [CELL * x1, CELL * x2];
  },
  log2([x1, x2]) {
    const [column, row] = [Math.floor(x1 / CELL), Math.floor(x2 / CELL)];
    const inside = Math.min(column, row) >= -2 && Math.max(column, row) < 2;
    return inside && ((column + row) & 1) === 0 ? -Math.log2(8 * CELL * CELL) : -Infinity;
  },
};

// n = sqrt(u) * 540 degrees; (-cos(n) n, sin(n) n) / 3 and its mirror image through 0, noise 0.1.
const LAST_ANGLE = 3 * Math.PI;
const SPIRAL_SCALE = 0.1 * SCALE;
/** Points along an arm that stand for it; where they are widest apart, three to a deviation of the noise. */
const NODES = 1024;

function onSpiral(angle: number): Point {
  const radius = (angle / 3) * SCALE;
  return [-radius * Math.cos(angle), radius * Math.sin(angle)];
}

const ARM = Array.from({ length: NODES }, (_, i) => onSpiral((LAST_ANGLE * (i + 0.5)) / NODES));
const ARMS: readonly Point[] = ARM.flatMap(([x1, x2]): Point[] => [
  [x1, x2],
  [-x1, -x2],
]);
/** The density of n is in proportion to n. */
const SHARES = ARM.flatMap((_, i) => {
  const share = (2 * i + 1) / (2 * NODES * NODES);
  return [share, share];
});

export const twoSpirals: Density = {
  name: '2-spirals',
  title: '2 spirals',
  entropy: -2.3347,
  sample(random) {
    const [x1, x2] = onSpiral(LAST_ANGLE * Math.sqrt(random.uniform()));
    const side = random.integer(2) === 0 ? 1 : -1;
    return around([side * x1, side * x2], SPIRAL_SCALE, random);
  },
  log2: (point) => log2Mixture(point, ARMS, SHARES, SPIRAL_SCALE),
};

/** Those of Yu 2020. */
export const DENSITIES: readonly Density[] = [eightGaussians, checkerboard, twoSpirals];

/** Throws VaezipError 'bad-argument' for a name that no density has. */
export function findDensity(name: string): Density {
  const density = [...DENSITIES, oneGaussian, twoGaussians].find((candidate) => candidate.name === name);
  if (density) return density;
  throw new VaezipError('bad-argument', `there is no density ${name}`);
}
