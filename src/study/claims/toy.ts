// Three densities of the plane whose entropy is known: how near a VAE comes to it, and what keeps it away.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureColumn, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { type Picture, pictureGrid } from '../frame/pictures.ts';
import { binsOf, codePoints } from '../toy/coder.ts';
import { DENSITIES } from '../toy/densities.ts';
import { type Density, integrateEntropy, samplePoints } from '../toy/density.ts';
import { boundOf, elboOf } from '../toy/estimates.ts';
import {
  colourMap,
  type Decoded,
  darkShare,
  decode,
  heatMap,
  latentColourMap,
  latentSquare,
  learnedDensity,
  priorLattice,
  trueDensity,
} from '../toy/maps.ts';
import { TOY_MODEL, toyStudyWeights, VARIANTS, type VariantName } from '../toy/networks.ts';

const POINTS = 10_000;
const SAMPLES = 250;
const IWAE_SAMPLES = VARIANTS.iwae.options.samples;
/** Points are coded in bins of 2^-12. */
const BITS = 12;
/** From published figures, in bits. */
const TOLERANCE = 0.1;
/** How far below the entropy an estimate may lie. */
const BELOW = 0.01;
/** Net bits on disk over -ELBO at the latents drawn. */
const DISK_EXCESS = 0.002;

interface Published {
  readonly entropy: number;
  /** -ELBO, or IWAE's loss; and -log p(x). */
  readonly bounds: Readonly<Record<VariantName, readonly [bound: number, negativeLog: number]>>;
}

/** Yu 2020, tables 1a, 1b and 2. */
const PUBLISHED: Readonly<Record<string, Published>> = {
  '8-gaussians': {
    entropy: -1.92,
    bounds: { vae: [-1.81, -1.86], large: [-1.9, -1.91], iwae: [-1.85, -1.91] },
  },
  checkerboard: {
    entropy: -1,
    bounds: { vae: [-0.73, -0.81], large: [-0.87, -0.92], iwae: [-0.84, -0.88] },
  },
  '2-spirals': {
    entropy: -2.34,
    bounds: { vae: [-1.98, -2.15], large: [-2.09, -2.21], iwae: [-2.25, -2.3] },
  },
};

export const toy: Claim = {
  name: 'toy',
  claim:
    'A VAE falls short of the entropy because it is hard to train: large batches and importance samples help.',
  source: 'Yu 2020, section 6, tables 1 and 2, figures 1 to 3',
  run,
};

/** One model of one density. */
interface Figures {
  readonly density: Density;
  readonly variant: VariantName;
  /** -ELBO, or IWAE's loss. */
  readonly bound: Estimate;
  readonly negativeLog: Estimate;
  readonly negativeElbo: Estimate;
  /** Bits a point, less those of the bins. */
  readonly disk: { readonly negativeElbo: number; readonly net: number };
  readonly dark: number;
  readonly prior: Decoded;
  readonly square: Decoded;
}

async function run(bench: Bench): Promise<Findings> {
  const variants = Object.keys(VARIANTS) as VariantName[];
  const weights = await toyStudyWeights(bench, DENSITIES, variants);
  await bench.tensorFlow();
  const figures = DENSITIES.flatMap((density, d) => {
    const points = samplePoints(density, POINTS, bench.random(0, d));
    return variants.map((variant, v) => {
      bench.progress(`measuring ${VARIANTS[variant].title} of ${density.title}`);
      const index = variants.length * d + v;
      return measure(density, variant, weights[index], points, bench, index);
    });
  });
  const entropies = DENSITIES.map(integrated);
  return {
    setting: {
      unit: 'bits of both dimensions together',
      mean: `over ${POINTS} fresh points; -log2 of the true density, whose mean is H, is subtracted and H added`,
      'samples of z': `1 for -ELBO, ${IWAE_SAMPLES} for the loss of IWAE, ${SAMPLES} for -log p(x)`,
      'on disk': `the same points in bins of 2^-${BITS}, ${2 * BITS} bits subtracted`,
      dark: 'share of the prior where the mean of p(x|z) lies below 5 % of the density’s peak',
    },
    tables: [
      {
        title: 'Entropy',
        columns: [
          { title: 'density' },
          { title: 'published', digits: 2 },
          { title: 'H', digits: 4 },
          { title: 'H by integration', digits: 4 },
        ],
        rows: DENSITIES.map(({ name, title, entropy }, d) => [
          title,
          PUBLISHED[name].entropy,
          entropy,
          entropies[d],
        ]),
      },
      {
        title: 'How near to the entropy',
        columns: [...NAMES, ...BOUND_COLUMNS],
        rows: figures.map(({ density, variant, bound, negativeLog, dark }) => {
          const [publishedBound, publishedLog] = PUBLISHED[density.name].bounds[variant];
          return [
            ...namesOf(density, variant),
            ...[publishedBound, bound.mean, bound.error],
            ...[publishedLog, negativeLog.mean, negativeLog.error, negativeLog.mean - density.entropy],
            100 * dark,
          ];
        }),
      },
      {
        title: 'On disk',
        columns: [
          ...NAMES,
          { title: '-ELBO', digits: 4 },
          { title: 'error', digits: 4 },
          { title: '-ELBO, z drawn', digits: 4 },
          { title: 'net', digits: 4 },
          { title: 'net over it', digits: 5 },
        ],
        rows: figures.map(({ density, variant, negativeElbo, disk }) => [
          ...namesOf(density, variant),
          ...[
            negativeElbo.mean,
            negativeElbo.error,
            disk.negativeElbo,
            disk.net,
            disk.net - disk.negativeElbo,
          ],
        ]),
      },
    ],
    plots: await plotsOf(figures),
    checks: [
      ...DENSITIES.flatMap((density, d) => [
        within(`H by integration, ${density.title}`, entropies[d], density.entropy, 1e-4),
        within(`H, ${density.title}`, density.entropy, PUBLISHED[density.name].entropy, 0.01, 'published'),
      ]),
      ...figures.flatMap(checksOf),
      ...DENSITIES.flatMap((density) => orderOf(figures.filter((one) => one.density === density))),
    ],
  };
}

const NAMES: readonly FigureColumn[] = [{ title: 'density' }, { title: 'model' }];
const BOUND_COLUMNS: readonly FigureColumn[] = [
  { title: 'published -ELBO or loss', digits: 2 },
  { title: 'measured', digits: 3 },
  { title: 'error', digits: 3 },
  { title: 'published -log p', digits: 2 },
  { title: 'measured', digits: 3 },
  { title: 'error', digits: 3 },
  { title: 'above H', digits: 3 },
  { title: 'dark, %', digits: 1 },
];

function namesOf(density: Density, variant: VariantName): [string, string] {
  return [density.title, VARIANTS[variant].title];
}

/** A grid that resolves the noise of the spirals, and whose lines are those of the checkerboard. */
function integrated(density: Density): number {
  return integrateEntropy(density, 0.75, 192).entropy;
}

function measure(
  density: Density,
  variant: VariantName,
  tensors: NamedArrays,
  points: Float32Array,
  bench: Bench,
  index: number,
): Figures {
  const { distortion, rate } = elboOf(TOY_MODEL, tensors, points, bench.random(1, index));
  const truth = Float64Array.from({ length: POINTS }, (_, i) =>
    density.log2([points[2 * i], points[2 * i + 1]]),
  );
  /** H is known: what these points happen to differ from it by need not spread. */
  const estimated = (bits: Float64Array): Estimate => {
    const { mean, error } = estimate(bits.map((value, i) => value + truth[i]));
    return { mean: density.entropy + mean, error };
  };
  const negativeBound = (samples: number, key: number): Estimate =>
    estimated(boundOf(TOY_MODEL, tensors, points, samples, bench.random(key, index)).map((bits) => -bits));
  const negativeElbo = estimated(distortion.map((bits, i) => bits + rate[i]));
  const disk = codePoints(TOY_MODEL, tensors, binsOf(points, BITS), BITS);
  const prior = decode(TOY_MODEL, tensors, priorLattice());
  const perPoint = (bits: number) => bits / POINTS - 2 * BITS;
  return {
    density,
    variant,
    negativeElbo,
    bound: variant === 'iwae' ? negativeBound(IWAE_SAMPLES, 2) : negativeElbo,
    negativeLog: negativeBound(SAMPLES, 3),
    disk: { negativeElbo: perPoint(disk.likelihood + disk.kl), net: perPoint(disk.net) },
    dark: darkShare(prior, density),
    prior,
    square: decode(TOY_MODEL, tensors, latentSquare()),
  };
}

function checksOf({ density, variant, bound, negativeLog, disk }: Figures): Check[] {
  const [publishedBound, publishedLog] = PUBLISHED[density.name].bounds[variant];
  const model = namesOf(density, variant).join(', ');
  const first = variant === 'iwae' ? 'loss' : '-ELBO';
  return [
    within(`${first}, ${model}`, bound.mean, publishedBound, TOLERANCE, 'published'),
    within(`-log p(x), ${model}`, negativeLog.mean, publishedLog, TOLERANCE, 'published'),
    atLeast(`-log p(x), not below H: ${model}`, negativeLog.mean, density.entropy, BELOW),
    atLeast(`${first} >= -log p(x), ${model}`, bound.mean, negativeLog.mean),
    // No bin costs more than 27 bits on disk: the worst points cost less there than by the real-valued model.
    atMost(
      `net on disk is -ELBO at the latents drawn, or less: ${model}`,
      disk.net,
      disk.negativeElbo,
      DISK_EXCESS,
    ),
  ];
}

/** That large batches and importance samples help, for the figures of one density. */
function orderOf(figures: readonly Figures[]): Check[] {
  const of = (wanted: VariantName) => figures.find(({ variant }) => variant === wanted) as Figures;
  const vae = of('vae');
  return [of('large'), of('iwae')].flatMap(({ density, variant, bound, negativeLog, dark }) => {
    const model = `${namesOf(density, variant).join(', ')}: less than the VAE’s`;
    return [
      atMost(`${variant === 'iwae' ? 'loss' : '-ELBO'}, ${model}`, bound.mean, vae.bound.mean),
      atMost(`-log p(x), ${model}`, negativeLog.mean, vae.negativeLog.mean),
      atMost(`dark share, ${model}`, dark, vae.dark),
    ];
  });
}

async function plotsOf(figures: readonly Figures[]): Promise<Plot[]> {
  const variants = Object.keys(VARIANTS) as VariantName[];
  const grid = {
    rows: DENSITIES.map(({ title }) => title),
    columns: ['truth', ...variants.map((variant) => VARIANTS[variant].title)],
    cell: { width: 150, height: 150 },
  };
  const rows = (truth: (density: Density) => Picture, learned: (one: Figures) => Picture): Picture[] =>
    DENSITIES.flatMap((density) => [
      truth(density),
      ...figures.filter((one) => one.density === density).map(learned),
    ]);
  const peak = (density: Density) => Math.max(...trueDensity(density));
  return [
    await pictureGrid({
      ...grid,
      title: 'The density and what was learned of it',
      pictures: rows(
        (density) => heatMap(trueDensity(density), peak(density)),
        ({ density, prior }) => heatMap(learnedDensity(prior), peak(density)),
      ),
    }),
    await pictureGrid({
      ...grid,
      title: 'The plane in colours, as bright as likely; and each latent in the colour of its p(x|z)',
      pictures: rows(colourMap, ({ density, square }) => latentColourMap(square, density)),
    }),
  ];
}
