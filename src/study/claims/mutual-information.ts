// What z tells of x, in bits: R = I(x; z) + KL(q(z) || p(z)). Bounds of I from samples, where I is known, of encoders
// on test digits, where they cannot pass log N, and of a model's own samples, where they can.

import { staticDigits } from '../digits/data.ts';
import { boundOf, elboOf, log2LikelihoodOf, log2WeightsOf, posteriorsOf } from '../digits/estimates.ts';
import { type DigitsNetwork, trainedNetworks } from '../digits/point.ts';
import { drawImages } from '../digits/sampling.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { contrast, type Log2Densities } from '../information/contrast.ts';
import { gaussianDensities, log2Ratios, sampleGaussians } from '../information/gaussians.ts';
import { type EncoderTerms, encoderFor, termsOf, whitePosteriors } from '../linear/encoder.ts';
import { decoderName } from '../plane/plots.ts';

const LINEAR_BETAS = [0.25, 1, 4];
const VECTORS = 2048;
const IMAGES = 4096;
/** Pairs that an estimate contrasts; the last is all of the images. */
const SIZES = [2, 8, 32, 128, 512, 2048, 4096];
const STUDIES = [
  { neighbours: 0, beta: 1 },
  { neighbours: 0, beta: 4 },
  { neighbours: 0, beta: 16 },
  { neighbours: 10, beta: 1 },
];
/** Of the studies, that with the least R. */
const LEAST = 2;
/** Bits within which an estimate is at its limit, or two have met. */
const NEAR = 0.3;
/** Images drawn from each model, and samples of z for log p of each. */
const DRAWN = 1000;
const SAMPLES = 100;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;

export const mutualInformation: Claim = {
  name: 'mutual-information',
  claim:
    'R is the information that z holds of x, plus KL(q(z) || p(z)); samples bound the information, up to log N.',
  source:
    'Hoffman and Johnson 2016; Poole et al. 2019; Barber and Agakov 2003; H(z) + E log q(z|x) <= I(x; z) <= R',
  ofDigits: true,
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const known = knownEncoders(bench);
  const images = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const networks = await trainedNetworks(bench, STUDIES);
  const encoders = networks.map((network, i) => encoderOf(bench, network, images, i));
  const models = networks.map((network, i) => modelOf(bench, network, i));
  return {
    setting: {
      unit: 'bits a datum',
      'mean, linear model': `over ${VECTORS} vectors`,
      'mean, encoders': `over the first ${IMAGES} test digits, binarised, one z each`,
      'mean, models': `over ${DRAWN} images that each model draws, one z each; ${SAMPLES} z for log p(x)`,
    },
    tables: [knownTable(known), encodersTable(encoders), modelsTable(models)],
    plots: [sizesPlot(known, encoders)],
    checks: [...knownChecks(known), ...encodersChecks(encoders), ...modelsChecks(models)],
  };
}

interface Bounds {
  readonly size: number;
  readonly lower: Estimate;
  readonly upper: Estimate;
}

/** Bounds from groups of each size that there are pairs enough for. */
function boundsOf(pairs: number, densities: Log2Densities): Bounds[] {
  return SIZES.filter((size) => size <= pairs).map((size) => {
    const { lower, upper } = contrast(pairs, size, densities);
    return { size, lower: estimate(lower), upper: estimate(upper) };
  });
}

function last<T>(values: readonly T[]): T {
  return values[values.length - 1];
}

interface KnownEncoder extends EncoderTerms {
  readonly name: string;
  readonly bounds: readonly Bounds[];
}

export function knownEncoders(bench: Bench): KnownEncoder[] {
  return LINEAR_BETAS.map((beta, i) => knownEncoder(bench, beta, i));
}

function knownEncoder(bench: Bench, beta: number, index: number): KnownEncoder {
  const random = bench.random(0, index);
  const encoder = encoderFor(beta);
  const posteriors = whitePosteriors(encoder, VECTORS, random);
  const densities = gaussianDensities(posteriors, sampleGaussians(posteriors, random));
  return { name: `linear model, beta ${beta}`, ...termsOf(encoder), bounds: boundsOf(VECTORS, densities) };
}

export function knownTable(encoders: readonly KnownEncoder[]): FigureTable {
  return {
    title: `Where I is known, N = ${VECTORS}`,
    columns: [
      { title: 'encoder' },
      { title: 'R', digits: 4 },
      { title: 'KL(q(z) || p(z))', digits: 4 },
      { title: 'I', digits: 4 },
      { title: 'lower estimate', digits: 4 },
      { title: 'upper estimate', digits: 4 },
      { title: 'standard error', digits: 4 },
    ],
    rows: encoders.map(({ name, rate, information, bounds }) => {
      const { lower, upper } = last(bounds);
      return [name, rate, rate - information, information, lower.mean, upper.mean, upper.error];
    }),
  };
}

function knownChecks(encoders: readonly KnownEncoder[]): Check[] {
  return encoders.flatMap(({ name, information, bounds }) => {
    const { lower, upper } = last(bounds);
    return [
      within(`lower estimate of I, ${name}`, lower.mean, information, ERRORS * lower.error),
      within(`upper estimate of I, ${name}`, upper.mean, information, ERRORS * upper.error),
    ];
  });
}

interface TestedEncoder {
  readonly name: string;
  readonly rate: Estimate;
  readonly bounds: readonly Bounds[];
}

function encoderOf(
  bench: Bench,
  network: DigitsNetwork,
  images: readonly Uint8Array[],
  index: number,
): TestedEncoder {
  bench.signal?.throwIfAborted();
  const name = nameOf(network);
  bench.progress(`contrasting ${images.length} digits: ${name}`);
  const { model, tensors } = network;
  const random = bench.random(1, index);
  const posteriors = { ...posteriorsOf(model, tensors, images), size: model.sizes.latents };
  const z = sampleGaussians(posteriors, random);
  return {
    name,
    rate: estimate(log2Ratios(posteriors, z)),
    bounds: boundsOf(images.length, gaussianDensities(posteriors, z)),
  };
}

function encodersTable(encoders: readonly TestedEncoder[]): FigureTable {
  return {
    title: `Encoders of test digits, N = ${IMAGES}, log2 N = ${Math.log2(IMAGES).toFixed(2)}`,
    columns: [
      { title: 'network' },
      { title: 'R', digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: 'lower estimate of I', digits: 2 },
      { title: 'upper estimate of I', digits: 2 },
      { title: 'KL(q(z) || p(z)), at least', digits: 2 },
      { title: 'at most', digits: 2 },
    ],
    rows: encoders.map(({ name, rate, bounds }) => {
      const { lower, upper } = last(bounds);
      const most = Math.min(upper.mean, rate.mean);
      return [name, rate.mean, rate.error, lower.mean, upper.mean, rate.mean - most, rate.mean - lower.mean];
    }),
  };
}

function encodersChecks(encoders: readonly TestedEncoder[]): Check[] {
  const each = encoders.flatMap(({ name, rate, bounds }) => {
    const { lower, upper } = last(bounds);
    return [
      atMost(`lower estimate of I <= R, ${name}`, lower.mean, rate.mean, ERRORS * (lower.error + rate.error)),
      atMost(`lower estimate of I <= log2 N, ${name}`, lower.mean, Math.log2(IMAGES)),
      atMost(`lower estimate of I <= upper estimate, ${name}`, lower.mean, upper.mean, ERRORS * upper.error),
    ];
  });
  const [most] = encoders;
  const least = encoders[LEAST];
  const ends = last(least.bounds);
  return [
    atLeast(
      `lower estimate stands at log2 N, ${most.name}`,
      last(most.bounds).lower.mean,
      Math.log2(IMAGES),
      NEAR,
    ),
    within(`estimates meet, ${least.name}`, ends.lower.mean, ends.upper.mean, NEAR, 'bound'),
    ...each,
  ];
}

/** I(x; z) of p(z) p(x|z), from the model's own draws. */
interface DrawingModel {
  readonly name: string;
  /** H(z) + E log q(z|x). */
  readonly lower: Estimate;
  /** E log p(x|z) - L_k(x), where L_k <= log p(x). */
  readonly upper: Estimate;
  /** E KL(q(z|x) || p(z)) of the same images. */
  readonly rate: Estimate;
}

function modelOf(bench: Bench, network: DigitsNetwork, index: number): DrawingModel {
  bench.signal?.throwIfAborted();
  const name = nameOf(network);
  bench.progress(`drawing ${DRAWN} images: ${name}`);
  const { model, tensors } = network;
  const random = bench.random(2, index);
  const z = random.normals(DRAWN * model.sizes.latents);
  const images = drawImages(model, tensors, z, random);
  const posteriors = { ...posteriorsOf(model, tensors, images), size: model.sizes.latents };
  const likelihood = log2LikelihoodOf(model, tensors, images, z);
  const weights = log2WeightsOf(model, tensors, images, SAMPLES, random);
  return {
    name,
    lower: estimate(log2Ratios(posteriors, z)),
    upper: estimate(weights.map((w, i) => likelihood[i] - boundOf(w, SAMPLES))),
    rate: estimate(elboOf(model, tensors, images, random).rate),
  };
}

function modelsTable(models: readonly DrawingModel[]): FigureTable {
  return {
    title: `Models, and images that they draw, N = ${DRAWN}`,
    columns: [
      { title: 'network' },
      { title: 'H(z) + E log q(z|x)', digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: `E log p(x|z) - L_${SAMPLES}(x)`, digits: 2 },
      { title: 'standard error', digits: 2 },
      { title: 'R of these images', digits: 2 },
    ],
    rows: models.map(({ name, lower, upper, rate }) => [
      ...[name, lower.mean, lower.error, upper.mean, upper.error, rate.mean],
    ]),
  };
}

function modelsChecks(models: readonly DrawingModel[]): Check[] {
  return models.map(({ name, lower, upper }) => {
    const what = `H(z) + E log q(z|x) <= E log p(x|z) - L_${SAMPLES}, ${name}`;
    return atMost(what, lower.mean, upper.mean, ERRORS * (lower.error + upper.error));
  });
}

function nameOf({ neighbours, beta }: DigitsNetwork): string {
  return `${decoderName(neighbours)}, beta ${beta}`;
}

const LINES = ['lower estimate', 'upper estimate', 'log2 N', 'I', 'R'];

/** Both estimates over the size of the groups, beside I where it is known, R elsewhere, and log2 N. */
function sizesPlot(known: readonly KnownEncoder[], encoders: readonly TestedEncoder[]): Plot {
  return {
    title: 'Estimates of I(x; z) against the number N of pairs',
    columns: 3,
    concat: [
      ...known.map(({ name, information, bounds }) => sizesPanel(name, bounds, 'I', information)),
      ...encoders.map(({ name, rate, bounds }) => sizesPanel(name, bounds, 'R', rate.mean)),
    ],
  };
}

/** What lies above the panel is cut off: upper estimates of few pairs. */
function sizesPanel(title: string, bounds: readonly Bounds[], what: 'I' | 'R', level: number): Plot {
  const values = bounds.flatMap(({ size, lower, upper }) => [
    { size, bits: lower.mean, line: 'lower estimate' },
    { size, bits: upper.mean, line: 'upper estimate' },
    { size, bits: Math.log2(size), line: 'log2 N' },
    { size, bits: level, line: what },
  ]);
  const top = 1.5 * Math.max(level, 6);
  return {
    ...{ title, width: 210, height: 160 },
    data: { values },
    mark: { type: 'line', point: { size: 30 }, clip: true },
    encoding: {
      x: { field: 'size', type: 'quantitative', title: 'N', scale: { type: 'log', base: 2 } },
      y: { field: 'bits', type: 'quantitative', title: 'bits', scale: { domain: [0, top] } },
      color: { field: 'line', type: 'nominal', title: null, scale: { domain: LINES } },
    },
  };
}
