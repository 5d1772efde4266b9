// z describes a point, not the distribution: an isotropic Gaussian needs no z, a mixture of k Gaussians in n dimensions
// needs n latents, not k n. What is not needed collapses, and when it does so is known in a linear model.

import {
  copied,
  DIMENSIONS,
  ENTROPY,
  type GaussianVae,
  gaussianBitsOnDisk,
  linked,
  pointsOf,
  terms,
} from '../dimensions/gaussian.ts';
import { descend, exactKl, kl } from '../dimensions/water-level.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { eightGaussians, oneGaussian, twoGaussians } from '../toy/densities.ts';
import { type Density, samplePoints } from '../toy/density.ts';
import { boundOf, elboOf, latentKls } from '../toy/estimates.ts';
import { toyModel } from '../toy/model.ts';
import { type ToyOptions, toyNetwork } from '../toy/preset.ts';

const LINKS = [0, 0.5, 0.9, 0.99, 0.999];
const EPSILONS = [0.3, 0.1, 0.03, 0.01];
/** Points on disk, in bins of 2^-BITS. */
const CODED = 10_000;
const BITS = 8;
/** Bits on disk that the latents drawn may spread by. */
const DISK_TOLERANCE = 0.01;

const VARIANCES = [4, 2, 1, 0.5];
const NOISE = 0.25;
const LINEAR_BETAS = [0.5, 1, 3, 6, 12];

const POINTS = 5000;
const SAMPLES = 250;
const STEPS = 3000;
const HIDDEN = [32, 32, 32, 32];
const MIXTURES: readonly Density[] = [oneGaussian, twoGaussians, eightGaussians];
const COUNTS = [1, 2, 8];
const LATENTS = [1, 2, 4, 8];
/** A latent whose mean KL is less, in bits, is not used. */
const USED = 0.01;
/** By how much more latents than dimensions may lower -log p(x). */
const NEEDLESS = 0.1;

const BETAS = [0.5, 0.9, 1, 1.2, 1.5, 2, 4];
/** Units of the four hidden layers. */
const WIDTHS = [8, 32];

const TRAINING = { points: 200, samples: 1, learningRate: 0.004, orthogonalRate: 0.02 };

export const latentDimensions: Claim = {
  name: 'latent-dimensions',
  claim:
    'z describes a point, not the distribution: as many latents as dimensions suffice, and a Gaussian needs none.',
  source: 'Yu 2020, section 5.2; Lucas et al. 2019; Cover and Thomas 2006, section 10.3.3',
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const solutions = solutionFigures(bench);
  const levels = levelFigures();
  const networks = [...mixtureCases(), ...betaCases()];
  const weights = await bench.weights(networks.map(({ network }) => network));
  await bench.tensorFlow();
  const figures = networks.map((one, i) => {
    bench.progress(`measuring ${one.network.name}`);
    return measure(one, weights[i].tensors, bench, i);
  });
  const mixtures = figures.slice(0, MIXTURES.length * LATENTS.length);
  const collapses = figures.slice(mixtures.length);
  return {
    setting: {
      unit: 'bits of both dimensions together',
      'isotropic Gaussian':
        `closed forms; on disk ${CODED} points in bins of 2^-${BITS}, ` +
        `${DIMENSIONS * BITS} bits subtracted`,
      'linear model': `noise variance ${NOISE}; KL in closed form, and where gradient descent rests`,
      'trained networks':
        `4 layers of ${HIDDEN[0]} units but where said, ` +
        `${STEPS} steps of ${TRAINING.points} points; over ${POINTS} points, ${SAMPLES} samples of z for -log p(x)`,
      used: `latents with a mean KL of ${USED} bits at least`,
    },
    tables: [solutionTable(solutions), levelTable(levels), mixtureTable(mixtures), collapseTable(collapses)],
    plots: [levelPlot(levels), collapsePlot(collapses)],
    checks: [
      ...solutionChecks(solutions),
      ...levels.map(({ beta, variance, exact, rested }) =>
        within(`KL where descent rests, variance ${variance}, beta ${beta}`, rested, exact, 0.005),
      ),
      ...mixtureChecks(mixtures),
      ...collapseChecks(collapses),
    ],
  };
}

const bits = (nats: number): number => nats * Math.LOG2E;

interface Solution {
  readonly title: string;
  readonly place: number;
  readonly rate: number;
  readonly negativeElbo: number;
  /** Net on disk, and -ELBO at the points coded. */
  readonly disk: number;
  readonly atPoints: number;
}

/** Solutions for an isotropic Gaussian: of the seed alone. */
export function solutionFigures(bench: Bench): Solution[] {
  const standard = bench.random(0).normals(DIMENSIONS * CODED);
  const points = pointsOf(standard);
  const square = standard.reduce((sum, u) => sum + u * u, 0) / CODED;
  const figures = (title: string, place: number, vae: GaussianVae): Solution => {
    const { distortion, rate } = terms(vae);
    const negativeElbo = bits(distortion + rate);
    return {
      ...{ title, place, rate: bits(rate), negativeElbo },
      disk: gaussianBitsOnDisk(vae, points, BITS) / CODED - DIMENSIONS * BITS,
      // -ELBO(x) is -log p(x) and a constant, for both kinds.
      atPoints: negativeElbo + bits(0.5 * (square - DIMENSIONS)),
    };
  };
  return [
    ...LINKS.map((r) => figures('linked by r', r, linked(r))),
    ...EPSILONS.map((epsilon) => figures('copied with noise epsilon', epsilon, copied(epsilon))),
  ];
}

export function solutionTable(solutions: readonly Solution[]): FigureTable {
  return {
    title: `Isotropic Gaussian, entropy ${bits(ENTROPY).toFixed(4)}`,
    columns: [
      { title: 'solution' },
      { title: 'r or epsilon', digits: 3 },
      { title: 'KL', digits: 3 },
      { title: '-ELBO', digits: 4 },
      { title: 'at the points coded', digits: 4 },
      { title: 'on disk', digits: 4 },
    ],
    rows: solutions.map(({ title, place, rate, negativeElbo, atPoints, disk }) => [
      ...[title, place, rate, negativeElbo],
      ...[atPoints, disk],
    ]),
  };
}

function solutionChecks(solutions: readonly Solution[]): Check[] {
  const entropy = bits(ENTROPY);
  return solutions.flatMap(({ title, place, negativeElbo, atPoints, disk }, i) => {
    const what = `${title.replace(/ (r|noise epsilon)$/, '')} ${place}`;
    const excess = i < LINKS.length ? 0 : bits(0.5 * DIMENSIONS * place ** 2);
    return [
      within(`-ELBO, ${what}`, negativeElbo, entropy + excess, 1e-9),
      within(`on disk, ${what}`, disk, atPoints, DISK_TOLERANCE),
    ];
  });
}

interface Level {
  readonly beta: number;
  readonly variance: number;
  readonly exact: number;
  readonly rested: number;
}

export function levelFigures(): Level[] {
  return LINEAR_BETAS.flatMap((beta) =>
    VARIANCES.map((variance) => ({
      ...{ beta, variance },
      exact: bits(exactKl(variance, beta * NOISE)),
      rested: bits(kl(descend(variance, NOISE, beta), variance)),
    })),
  );
}

export function levelTable(levels: readonly Level[]): FigureTable {
  return {
    title: 'Linear model: KL of each latent, closed form and where descent rests',
    columns: [
      { title: 'beta', digits: 1 },
      { title: 'water level', digits: 3 },
      ...VARIANCES.flatMap((variance) => [
        { title: `variance ${variance}`, digits: 4 },
        { title: 'rests', digits: 4 },
      ]),
    ],
    rows: LINEAR_BETAS.map((beta) => [
      beta,
      beta * NOISE,
      ...levels.filter((one) => one.beta === beta).flatMap(({ exact, rested }) => [exact, rested]),
    ]),
  };
}

interface Case {
  readonly density: Density;
  readonly latents: number;
  readonly beta: number;
  readonly hidden: readonly number[];
  readonly network: ReturnType<typeof toyNetwork>;
}

interface Figures extends Case {
  readonly negativeElbo: Estimate;
  readonly negativeLog: Estimate;
  readonly rate: number;
  readonly used: number;
}

function caseOf(
  name: string,
  density: Density,
  latents: number,
  hidden: readonly number[],
  beta: number,
): Case {
  const options: ToyOptions = { ...TRAINING, density: density.name, hidden, latents };
  return { density, latents, beta, hidden, network: toyNetwork(name, options, STEPS, beta) };
}

function mixtureCases(): Case[] {
  return MIXTURES.flatMap((density) =>
    LATENTS.map((latents) =>
      caseOf(`latent-dimensions-${density.name}-${latents}`, density, latents, HIDDEN, 1),
    ),
  );
}

function betaCases(): Case[] {
  return WIDTHS.flatMap((width) =>
    BETAS.map((beta) =>
      caseOf(
        `latent-dimensions-width${width}-beta${beta}`,
        eightGaussians,
        4,
        HIDDEN.map(() => width),
        beta,
      ),
    ),
  );
}

function measure(one: Case, tensors: Parameters<typeof latentKls>[1], bench: Bench, index: number): Figures {
  const { density, latents, hidden } = one;
  const model = toyModel(hidden, latents);
  const points = samplePoints(density, POINTS, bench.random(1, MIXTURES.indexOf(density)));
  // As in the claim `toy`: the mean of log2 of the true density is known.
  const truth = Float64Array.from({ length: POINTS }, (_, n) =>
    density.log2([points[2 * n], points[2 * n + 1]]),
  );
  const estimated = (lengths: Float64Array): Estimate => {
    const { mean, error } = estimate(lengths.map((length, n) => length + truth[n]));
    return { mean: density.entropy + mean, error };
  };
  const { distortion, rate } = elboOf(model, tensors, points, bench.random(2, index));
  const kls = latentKls(model, tensors, points);
  return {
    ...one,
    negativeElbo: estimated(distortion.map((length, n) => length + rate[n])),
    negativeLog: estimated(
      boundOf(model, tensors, points, SAMPLES, bench.random(3, index)).map((bound) => -bound),
    ),
    rate: kls.reduce((sum, value) => sum + value, 0),
    used: kls.filter((value) => value >= USED).length,
  };
}

function mixtureTable(mixtures: readonly Figures[]): FigureTable {
  return {
    title: 'Mixtures of k Gaussians in the plane',
    columns: [
      { title: 'k', digits: 0 },
      { title: 'H', digits: 3 },
      { title: 'latents', digits: 0 },
      { title: 'used', digits: 0 },
      { title: 'KL', digits: 3 },
      { title: '-ELBO', digits: 3 },
      { title: '-log p(x)', digits: 3 },
      { title: 'error', digits: 3 },
    ],
    rows: mixtures.map(({ density, latents, used, rate, negativeElbo, negativeLog }) => [
      COUNTS[MIXTURES.indexOf(density)],
      density.entropy,
      latents,
      used,
      rate,
      negativeElbo.mean,
      negativeLog.mean,
      negativeLog.error,
    ]),
  };
}

function mixtureChecks(mixtures: readonly Figures[]): Check[] {
  return MIXTURES.flatMap((density, i) => {
    const of = (wanted: number) =>
      mixtures.find((one) => one.density === density && one.latents === wanted) as Figures;
    const enough = of(DIMENSIONS);
    return LATENTS.filter((latents) => latents > DIMENSIONS).map((latents) =>
      atMost(
        `-log p(x), k = ${COUNTS[i]}: ${DIMENSIONS} latents do what ${latents} do`,
        enough.negativeLog.mean,
        of(latents).negativeLog.mean,
        NEEDLESS,
      ),
    );
  });
}

function collapseTable(collapses: readonly Figures[]): FigureTable {
  return {
    title: '8 Gaussians, four latents: what is used, over beta and over units a layer',
    columns: [
      { title: 'units', digits: 0 },
      { title: 'beta', digits: 1 },
      { title: 'used', digits: 0 },
      { title: 'KL', digits: 3 },
      { title: '-ELBO', digits: 3 },
      { title: '-log p(x)', digits: 3 },
    ],
    rows: collapses.map(({ hidden, beta, used, rate, negativeElbo, negativeLog }) => [
      ...[hidden[0], beta, used, rate],
      ...[negativeElbo.mean, negativeLog.mean],
    ]),
  };
}

function collapseChecks(collapses: readonly Figures[]): Check[] {
  return WIDTHS.flatMap((width) => {
    const ofWidth = collapses.filter(({ hidden }) => hidden[0] === width);
    const rate = (wanted: number) => (ofWidth.find(({ beta }) => beta === wanted) as Figures).rate;
    const best = Math.min(...ofWidth.map(({ negativeElbo }) => negativeElbo.mean));
    const one = ofWidth.find(({ beta }) => beta === 1) as Figures;
    return [
      atLeast(`KL at beta 0.5 over that at 1, ${width} units`, rate(0.5), rate(1)),
      atMost(`KL at beta 4, ${width} units`, rate(4), USED),
      atMost(`-ELBO is least near beta 1, ${width} units`, one.negativeElbo.mean, best, 0.1),
    ];
  });
}

function levelPlot(levels: readonly Level[]): Plot {
  return {
    title: 'Linear model: the water rises with beta',
    width: 380,
    height: 200,
    data: { values: levels.map((level) => ({ ...level, variance: `variance ${level.variance}` })) },
    layer: [
      { mark: 'line', encoding: { y: { field: 'exact', type: 'quantitative', title: 'KL, bits' } } },
      { mark: { type: 'point', size: 50 }, encoding: { y: { field: 'rested', type: 'quantitative' } } },
    ],
    encoding: {
      x: { field: 'beta', type: 'quantitative', scale: { type: 'log' } },
      color: { field: 'variance', type: 'nominal', title: null },
    },
  };
}

function collapsePlot(collapses: readonly Figures[]): Plot {
  return {
    title: '8 Gaussians: KL over beta',
    width: 380,
    height: 200,
    data: {
      values: collapses.map(({ hidden, beta, rate }) => ({ units: `${hidden[0]} units`, beta, rate })),
    },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'beta', type: 'quantitative', scale: { type: 'log' } },
      y: { field: 'rate', type: 'quantitative', title: 'KL, bits' },
      color: { field: 'units', type: 'nominal', title: null },
    },
  };
}
