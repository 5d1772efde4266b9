// The one VAE whose every quantity has a closed form: x = W z + noise, all Gaussian. Its posterior is Gaussian, too,
// but no diagonal one; so the gap between -ELBO and -log p(x) is known.

import type { Bench } from '../frame/bench.ts';
import { ascending, atLeast, within } from '../frame/check.ts';
import type { Claim, FigureColumn, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate, log2MeanExp2 } from '../frame/estimate.ts';
import { codeVectors, rounded, STEP_LOG2, vectorOf } from '../linear/coder.ts';
import {
  DATA,
  ENTROPY,
  EXACT,
  gap,
  latentMean,
  log2Evidence,
  log2Likelihood,
  log2Ratio,
  NARROW,
  type Posterior,
  sampleData,
  sampleLatents,
  WIDE,
} from '../linear/model.ts';

const VECTORS = 2000;
/** Samples of z for each bound; each divides the last. */
const SAMPLES = [1, 5, 10, 50, 100, 1000];
const MOST = SAMPLES[SAMPLES.length - 1];
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Bits a vector that the coder's integers may cost. */
const CODER = 0.005;
const FIGURES: readonly FigureColumn[] = [
  { title: 'what' },
  { title: 'closed form', digits: 4 },
  { title: 'estimate', digits: 4 },
  { title: 'standard error', digits: 4 },
];

export const linear: Claim = {
  name: 'linear',
  claim:
    'In a linear model all is known: -ELBO exceeds -log p(x) by the KL of q from the posterior, to the bit.',
  source: 'Tipping and Bishop 1999; Yu 2020, equations 8 to 17',
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const data = Array.from({ length: VECTORS }, (_, i) => sampleData(bench.random(0, i)));
  const evidence = data.map((x) => -log2Evidence(x));
  /** How far the bound with k samples lies above -log p(x). */
  const excesses = (q: Posterior): Estimate[] => {
    const weights = data.map((x, i) => logWeights(x, q, MOST, bench, i));
    return SAMPLES.map((k) => estimate(weights.map((w, i) => -meanOfGroups(w, k) - evidence[i])));
  };
  const entropy = estimate(evidence);
  const narrow = excesses(NARROW);
  const wide = excesses(WIDE);
  const exact = estimate(data.map((x, i) => -logWeights(x, EXACT, 1, bench, i)[0] - evidence[i]));

  const samples = data.map(rounded);
  /** What a vector would take if coding took what theory says: -log2 p(x) and the gap, less the steps' width. */
  const ideal = -samples.reduce((sum, x) => sum + log2Evidence(vectorOf(x)), 0) / VECTORS - DATA * STEP_LOG2;
  const disk = Object.entries({ 'narrow q': NARROW, 'wide q': WIDE, 'q = p(z|x)': EXACT }).map(
    ([what, q]) => ({
      ...{ what, expected: ideal + (q === EXACT ? 0 : gap(q)) },
      net: codeVectors(samples, q) / VECTORS,
      // One z a vector is drawn on disk: its spread is the file's.
      error: estimate(data.map((x, i) => logWeights(x, q, 1, bench, i)[0] + evidence[i])).error,
    }),
  );

  const rows = (what: string, q: Posterior, estimates: readonly Estimate[]) =>
    estimates.map(({ mean, error }, i) => [
      `${SAMPLES[i] === 1 ? '-ELBO' : `-L_${SAMPLES[i]}`}, ${what}`,
      SAMPLES[i] === 1 ? gap(q) : null,
      mean,
      error,
    ]);
  const names = SAMPLES.map((k) => `L_${k}`);
  return {
    setting: {
      unit: 'bits of four dimensions together',
      mean: `over ${VECTORS} vectors x, drawn from the model`,
      'samples of z': `as many as L_k says, ${MOST} / k times`,
    },
    tables: [
      {
        title: 'Entropy of x',
        columns: FIGURES,
        rows: [['-log p(x)', ENTROPY, entropy.mean, entropy.error]],
      },
      {
        title: 'Above -log p(x)',
        columns: FIGURES,
        rows: [
          ...rows('narrow q', NARROW, narrow),
          ...rows('wide q', WIDE, wide),
          ['-ELBO, q = p(z|x)', 0, exact.mean, exact.error],
        ],
      },
      {
        title: `On disk, in steps of 2^${STEP_LOG2}: bits a vector`,
        columns: [
          { title: 'posterior' },
          { title: 'closed form', digits: 4 },
          { title: 'net on disk', digits: 4 },
          { title: 'standard error', digits: 4 },
          { title: 'over, %', digits: 3 },
        ],
        rows: disk.map(({ what, expected, net, error }) => [
          ...[what, expected, net, error],
          100 * (net / expected - 1),
        ]),
      },
    ],
    plots: [excessPlot({ 'narrow q': narrow, 'wide q': wide })],
    checks: [
      within('mean of -log p(x)', entropy.mean, ENTROPY, ERRORS * entropy.error),
      ...[NARROW, WIDE].map((q, i) => {
        const { mean, error } = [narrow, wide][i][0];
        return within(`-ELBO + log p(x), ${['narrow', 'wide'][i]} q`, mean, gap(q), ERRORS * error);
      }),
      within('-ELBO + log p(x), q = p(z|x)', exact.mean, 0, 1e-9),
      ...ascending(
        'narrow q',
        names,
        narrow.map(({ mean }) => -mean),
      ),
      ...ascending(
        'wide q',
        names,
        wide.map(({ mean }) => -mean),
      ),
      within(`-L_${MOST} + log p(x), wide q`, wide[wide.length - 1].mean, 0, 0.005),
      ...disk.map(({ what, expected, net, error }) =>
        within(`net on disk, ${what}`, net, expected, ERRORS * error + CODER),
      ),
      atLeast(`-L_${MOST} + log p(x), narrow q: too narrow to tell`, narrow[narrow.length - 1].mean, 0.05),
    ],
  };
}

/** log2 of p(x, z) / q(z|x) at `count` samples z of q. */
function logWeights(
  x: readonly number[],
  q: Posterior,
  count: number,
  bench: Bench,
  index: number,
): Float64Array {
  const random = bench.random(1, index);
  const mean = latentMean(x);
  return Float64Array.from({ length: count }, () => {
    const z = sampleLatents(q, mean, random);
    return log2Likelihood(x, z) - log2Ratio(q, mean, z);
  });
}

/** The mean of log2-mean-exp2 over groups of k. */
function meanOfGroups(weights: Float64Array, k: number): number {
  let sum = 0;
  for (let start = 0; start < weights.length; start += k) sum += log2MeanExp2(weights, start, start + k);
  return (sum * k) / weights.length;
}

function excessPlot(excesses: Readonly<Record<string, readonly Estimate[]>>): Plot {
  const values = Object.entries(excesses).flatMap(([q, estimates]) =>
    estimates.map(({ mean }, i) => ({ q, k: SAMPLES[i], bits: mean })),
  );
  return {
    title: 'Samples close the gap, where q is wide enough',
    width: 380,
    height: 220,
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'k', type: 'quantitative', title: 'samples of z', scale: { type: 'log' } },
      y: { field: 'bits', type: 'quantitative', title: 'bits above -log p(x)' },
      color: { field: 'q', type: 'nominal', title: null },
    },
  };
}
