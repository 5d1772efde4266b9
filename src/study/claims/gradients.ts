// Two ways to the gradient of -ELBO by q: the score function, which works for any z, and reparameterisation, which
// needs a z that can be differentiated. Both are right in the mean; they differ in variance.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, within } from '../frame/check.ts';
import type { Claim, FigureColumn, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { batchGradients, ESTIMATORS, type Estimator, EXACT, EXACT_VARIANCE } from '../gradients/linear.ts';
import { Spread } from '../gradients/spread.ts';
import { encoderGradients } from '../gradients/toy.ts';
import { eightGaussians } from '../toy/densities.ts';
import { samplePoints } from '../toy/density.ts';
import { DIMENSIONS as LATENTS, type ToyModel, toyModel } from '../toy/model.ts';
import { toyNetwork } from '../toy/preset.ts';

/** Samples of z a batch, at DIMENSION latents; and latents, at BATCH samples. */
const BATCHES = [2, 10, 100, 1000];
const BATCH = 100;
const DIMENSION = 10;
const DIMENSIONS = [1, 10, 100];
const REPEATS = 1000;
/** Points of the toy VAE's batch. */
const POINTS = 512;
/** Points that are one datum: it has twice as many latents. */
const TOGETHER = [1, 8, 64];
const TOY_REPEATS = 200;
/** The mean squared error of a mean, in units of its variance, is 1 but for chance. */
const SQUARED_ERRORS = 3;
/** By how much the score function's variance is the greater: orders of magnitude. */
const ORDERS = 100;

const HIDDEN = [48, 48, 48];
const MODEL: ToyModel = toyModel(HIDDEN);
/** Early, when q is nearly the prior; and later, before the gradient is 0 and the comparison dull. */
const STEPS = [30, 1000];
const NETWORKS = STEPS.map((steps) =>
  toyNetwork(
    `gradients-toy-${steps}`,
    {
      ...{ density: eightGaussians.name, hidden: HIDDEN, points: 200, samples: 1 },
      ...{ learningRate: 0.004, orthogonalRate: 0.02 },
    },
    steps,
  ),
);

export const gradients: Claim = {
  name: 'gradients',
  claim:
    'Two estimators of the gradient agree in the mean; the variance of the score function grows with each latent.',
  source: 'Williams 1992; Kingma and Welling 2014; Rezende, Mohamed and Wierstra 2014; Mohamed et al. 2020',
  run,
};

type Spreads = Readonly<Record<Estimator, Spread>>;

async function run(bench: Bench): Promise<Findings> {
  const { batches, dimensions } = linearFigures(bench);
  const networks = await bench.weights(NETWORKS);
  await bench.tensorFlow();
  bench.progress('drawing gradients of the toy VAE');
  const points = samplePoints(eightGaussians, POINTS, bench.random(1));
  const toys = networks.flatMap(({ tensors }, n) =>
    TOGETHER.map((together, i) => ({
      steps: STEPS[n],
      latents: LATENTS * together,
      spreads: toySpreads(tensors, points, together, bench, 10 * n + i),
    })),
  );
  const trained = toys.slice(-TOGETHER.length);
  const middle = DIMENSIONS.indexOf(DIMENSION);
  const widest = dimensions[dimensions.length - 1];
  return {
    setting: {
      unit: 'squared nats (linear model), squared bits (toy VAE); sums over all parameters',
      'linear model': `one datum, ${REPEATS} batches of samples of z`,
      'toy VAE':
        `${POINTS} points of 8 Gaussians, ${TOY_REPEATS} samples of all their z; ` +
        'networks of 3 layers of 48 units',
      error: 'squared, of the mean gradient, in units of its variance: 1 but for chance',
    },
    tables: [
      ...linearTables(batches, dimensions),
      {
        title: "Toy VAE: variance of the gradient by the encoder's weights",
        columns: [
          { title: 'steps', digits: 0 },
          { title: 'latents', digits: 0 },
          ...VARIANCES,
          { title: '|gradient|^2', digits: 2 },
          ...ERRORS.slice(0, 2),
        ],
        rows: toys.map(({ steps, latents, spreads }) => [
          steps,
          latents,
          ...variancesOf(spreads),
          spreads.reparameterised.signal,
          ...ESTIMATORS.slice(0, 2).map((name) => toyErrors(spreads, name)),
        ]),
      },
    ],
    plots: [
      variancePlot(`Linear model, ${DIMENSION} latents`, 'samples of z', BATCHES, batches),
      variancePlot(`Linear model, ${BATCH} samples`, 'latents', DIMENSIONS, dimensions),
      variancePlot(
        `Toy VAE after ${STEPS[1]} steps`,
        'latents of a datum',
        trained.map(({ latents }) => latents),
        trained.map(({ spreads }) => spreads),
      ),
    ],
    checks: [
      ...ESTIMATORS.map((name) =>
        atMost(
          `${name}: squared error of the mean, linear model, ${DIMENSION} latents`,
          linearErrors(dimensions[middle][name], DIMENSION),
          SQUARED_ERRORS,
        ),
      ),
      within(
        `variance, reparameterised, ${DIMENSION} latents`,
        dimensions[middle].reparameterised.variance,
        (DIMENSION * EXACT_VARIANCE) / BATCH,
        (0.1 * DIMENSION * EXACT_VARIANCE) / BATCH,
      ),
      ...ESTIMATORS.map((name) =>
        within(
          `${name}: ten times the samples, a tenth of the variance`,
          batches[2][name].variance / batches[1][name].variance,
          0.1,
          0.025,
        ),
      ),
      atLeast(
        `score function over reparameterised, linear model, ${DIMENSION} latents`,
        ratio(dimensions[middle], 'score function'),
        ORDERS,
      ),
      atLeast(
        `score function over reparameterised, linear model, ${last(DIMENSIONS)} latents`,
        ratio(widest, 'score function'),
        ORDERS * (last(DIMENSIONS) / DIMENSION),
      ),
      ...toys.flatMap(({ steps, latents, spreads }) =>
        ESTIMATORS.slice(0, 2).map((name) =>
          atMost(
            `${name}: squared distance from reparameterised, toy VAE, ${steps} steps, ${latents} latents`,
            toyErrors(spreads, name),
            SQUARED_ERRORS,
          ),
        ),
      ),
      within(
        `reparameterised, toy VAE: ${last(trained).latents} latents against ${trained[0].latents}`,
        last(trained).spreads.reparameterised.variance / trained[0].spreads.reparameterised.variance,
        1,
        0.5,
      ),
      ...trained
        .slice(1)
        .map(({ latents, spreads }, i) =>
          atLeast(
            `score function over reparameterised, toy VAE, ${latents} latents`,
            ratio(spreads, 'score function'),
            [ORDERS / 10, ORDERS][i],
          ),
        ),
    ],
  };
}

/** Their figures are of the seed alone. */
export function linearFigures(bench: Bench): Record<'batches' | 'dimensions', Spreads[]> {
  return {
    batches: BATCHES.map((batch, i) => linearSpreads(DIMENSION, batch, bench, i)),
    dimensions: DIMENSIONS.map((d, i) => linearSpreads(d, BATCH, bench, 10 + i)),
  };
}

export function linearTables(batches: readonly Spreads[], dimensions: readonly Spreads[]): FigureTable[] {
  return [
    {
      title: `Linear model, ${DIMENSION} latents: variance of a batch's gradient`,
      columns: [{ title: 'samples', digits: 0 }, ...VARIANCES, ...ERRORS],
      rows: batches.map((spreads, i) => [
        BATCHES[i],
        ...variancesOf(spreads),
        ...ESTIMATORS.map((name) => linearErrors(spreads[name], DIMENSION)),
      ]),
    },
    {
      title: `Linear model, ${BATCH} samples: variance of a batch's gradient`,
      columns: [{ title: 'latents', digits: 0 }, ...VARIANCES, { title: 'exact', digits: 2 }, ...ERRORS],
      rows: dimensions.map((spreads, i) => [
        DIMENSIONS[i],
        ...variancesOf(spreads),
        (DIMENSIONS[i] * EXACT_VARIANCE) / BATCH,
        ...ESTIMATORS.map((name) => linearErrors(spreads[name], DIMENSIONS[i])),
      ]),
    },
  ];
}

const VARIANCES: readonly FigureColumn[] = ESTIMATORS.map((title) => ({ title, digits: 2 }));
/** Short, for they stand beside the variances. */
const ERRORS: readonly FigureColumn[] = ['error: score', 'error: baseline', 'error: repar.'].map((title) => ({
  title,
  digits: 2,
}));

function emptySpreads(size: number): Spreads {
  return Object.fromEntries(ESTIMATORS.map((name) => [name, new Spread(size)])) as Record<Estimator, Spread>;
}

function linearSpreads(dimensions: number, batch: number, bench: Bench, key: number): Spreads {
  const spreads = emptySpreads(2 * dimensions);
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const drawn = batchGradients(dimensions, batch, bench.random(0, key, repeat));
    for (const name of ESTIMATORS) spreads[name].add(drawn[name]);
  }
  return spreads;
}

function toySpreads(
  tensors: NamedArrays,
  points: Float32Array,
  together: number,
  bench: Bench,
  key: number,
): Spreads {
  let spreads: Spreads | undefined;
  for (let repeat = 0; repeat < TOY_REPEATS; repeat++) {
    const drawn = encoderGradients(MODEL, tensors, points, together, bench.random(2, key, repeat));
    spreads ??= emptySpreads(drawn.reparameterised.length);
    for (const name of ESTIMATORS) spreads[name].add(drawn[name]);
  }
  return spreads as Spreads;
}

function variancesOf(spreads: Spreads): number[] {
  return ESTIMATORS.map((name) => spreads[name].variance);
}

function linearErrors(spread: Spread, dimensions: number): number {
  const exact = Array.from({ length: 2 * dimensions }, (_, i) => (i % 2 === 0 ? EXACT.mean : EXACT.logScale));
  return spread.squaredErrors(exact);
}

/** Of the means of two estimators: both drew the same z, but their errors are as good as independent. */
function toyErrors(spreads: Spreads, name: Estimator): number {
  const { mean, errors } = spreads.reparameterised;
  return spreads[name].squaredErrors(mean, errors);
}

function ratio(spreads: Spreads, name: Estimator): number {
  return spreads[name].variance / spreads.reparameterised.variance;
}

function last<T>(values: readonly T[]): T {
  return values[values.length - 1];
}

function variancePlot(
  title: string,
  against: string,
  places: readonly number[],
  spreads: readonly Spreads[],
): Plot {
  const values = spreads.flatMap((atPlace, i) =>
    ESTIMATORS.map((estimator) => ({ estimator, place: places[i], variance: atPlace[estimator].variance })),
  );
  return {
    title,
    width: 380,
    height: 180,
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'place', type: 'quantitative', title: against, scale: { type: 'log' } },
      y: {
        field: 'variance',
        type: 'quantitative',
        title: 'variance of the gradient',
        scale: { type: 'log' },
      },
      color: { field: 'estimator', type: 'nominal', title: null },
    },
  };
}
