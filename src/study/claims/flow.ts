// A VAE whose q has a full covariance tends to a normalizing flow; and a q that is itself a flow closes what a diagonal
// one leaves open between -ELBO and -log p(x).

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { boundsOf } from '../flow/estimates.ts';
import { flowPosterior, type PosteriorOptions } from '../flow/posterior.ts';
import { decoderOf, flowNetwork } from '../flow/preset.ts';
import { sigmaBitsOnDisk } from '../flow/sigma-coder.ts';
import {
  type Covariance,
  ENTROPY,
  forward,
  gap,
  meanGap,
  negativeLog,
  type Pair,
  sampledGap,
} from '../flow/sigma-vae.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import type { Network } from '../frame/network.ts';
import { twoSpirals } from '../toy/densities.ts';
import { type Density, samplePoints } from '../toy/density.ts';
import { HIDDEN, TOY_MODEL, toyStudyWeights, VARIANTS, type VariantName } from '../toy/networks.ts';

/** Standard deviations of p(x|z). */
const EPSILONS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01];
const COVARIANCES: readonly Covariance[] = ['full', 'diagonal'];
const VECTORS = 20_000;
/** Those that are coded, in bins of 2^-BITS; a posterior wider than this has mass beyond the latents' bins. */
const CODED = 5000;
const BITS = 10;
const WIDEST_CODED = 0.1;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Bits on disk over the closed form at the same points: the spread of the latents drawn. */
const DISK_TOLERANCE = 0.05;

const POINTS = 4000;
const SAMPLES = 250;
const STEPS = 4000;
const DENSITY: Density = twoSpirals;
/** Whose decoders are kept as they are; the share of the gap that the most flexible posterior closes at least. */
const KEPT = { vae: 0, iwae: 0.1 } as const satisfies Partial<Record<VariantName, number>>;
/** The same for decoders that are trained along. */
const CLOSED_ALONG = 0.25;
const POSTERIORS: readonly (PosteriorOptions & { name: string; title: string })[] = [
  { name: 'diagonal', title: 'diagonal Gaussian', covariance: 'diagonal', couplings: 0 },
  { name: 'full', title: 'full Gaussian', covariance: 'full', couplings: 0 },
  { name: 'iaf', title: 'one coupling layer (IAF)', covariance: 'full', couplings: 1 },
  { name: 'realnvp', title: 'four coupling layers (RealNVP)', covariance: 'full', couplings: 4 },
];
/** What a share may be less, and -ELBO more in bits, for the noise of training. */
const NOISE = 0.05;

export const flow: Claim = {
  name: 'flow',
  claim:
    'What -ELBO costs beyond -log p(x) is the shape of q; a decoder that is trained along makes use of a better one.',
  source: 'Yu 2020, section 3.3, equations 18 to 32; Kingma et al. 2016; Dinh et al. 2017',
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const limits = limitFigures(bench);
  const closings = await closingFigures(bench);
  return {
    setting: {
      unit: 'bits of both dimensions together',
      limit:
        `over ${VECTORS} vectors x = f(z), one sample of q each; ` +
        `on disk ${CODED} of them in bins of 2^-${BITS}, ${2 * BITS} bits subtracted`,
      'toy models':
        `over ${POINTS} points, ${SAMPLES} samples of z each; ` +
        `${STEPS} steps of 200 points for every posterior`,
    },
    tables: [limitTable(limits), closingTable(closings)],
    plots: [limitPlot(limits), closingPlot(closings)],
    checks: [...limitChecks(limits), ...closingChecks(closings)],
  };
}

interface Limit {
  readonly covariance: Covariance;
  readonly epsilon: number;
  /** The mean gap in closed form, of all x; and what samples of q say at the vectors, less the closed form there. */
  readonly exact: number;
  readonly deviation: Estimate;
  /** Of the vectors coded: bits on disk, and what the closed form says of them. */
  readonly disk?: { readonly net: number; readonly exact: number };
}

/** The figures of equations 18 to 32: of the seed alone. */
export function limitFigures(bench: Bench): Limit[] {
  const latents = Array.from({ length: VECTORS }, (_, i): Pair => {
    const random = bench.random(0, i);
    return [random.normal(), random.normal()];
  });
  const coded = latents.slice(0, CODED);
  const bits = (nats: number) => nats * Math.LOG2E;
  return COVARIANCES.flatMap((covariance, c) =>
    EPSILONS.map((epsilon, e) => {
      const random = bench.random(1, c, e);
      const deviations = latents.map((z) =>
        bits(sampledGap(z, covariance, epsilon, random) - gap(z, covariance, epsilon)),
      );
      const figures = {
        covariance,
        epsilon,
        exact: bits(meanGap(covariance, epsilon)),
        deviation: estimate(deviations),
      };
      if (epsilon > WIDEST_CODED) return figures;
      const net = sigmaBitsOnDisk(coded.map(forward), covariance, epsilon, BITS);
      const exact = coded.reduce((sum, z) => sum + bits(negativeLog(z) + gap(z, covariance, epsilon)), 0);
      return { ...figures, disk: { net: net / CODED - 2 * BITS, exact: exact / CODED } };
    }),
  );
}

export function limitTable(limits: readonly Limit[]) {
  return {
    title:
      `-ELBO above -log p(x), whose mean is ${(ENTROPY * Math.LOG2E).toFixed(4)}: ` +
      'an invertible f with noise epsilon',
    columns: [
      { title: 'covariance of q' },
      { title: 'epsilon', digits: 2 },
      { title: 'closed form', digits: 5 },
      { title: 'over epsilon^2', digits: 3 },
      { title: 'estimate', digits: 5 },
      { title: 'error', digits: 5 },
      { title: 'on disk', digits: 3 },
      { title: 'closed form, same x', digits: 3 },
    ],
    rows: limits.map(({ covariance, epsilon, exact, deviation, disk }) => [
      covariance,
      epsilon,
      exact,
      exact / epsilon ** 2,
      exact + deviation.mean,
      deviation.error,
      disk?.net ?? null,
      disk?.exact ?? null,
    ]),
  };
}

function limitChecks(limits: readonly Limit[]): Check[] {
  const of = (wanted: Covariance) => limits.filter(({ covariance }) => covariance === wanted);
  const [full, diagonal] = COVARIANCES.map(of);
  const [first, last] = [full[0], full[full.length - 1]];
  const slope = Math.log(first.exact / last.exact) / Math.log(first.epsilon / last.epsilon);
  return [
    ...limits.map(({ covariance, epsilon, deviation }) =>
      within(
        `estimate less closed form, ${covariance}, epsilon ${epsilon}`,
        deviation.mean,
        0,
        ERRORS * deviation.error,
      ),
    ),
    within('power of epsilon that the gap follows, full covariance', slope, 2, 1e-6),
    atMost('gap at the smallest epsilon, full covariance', last.exact, 0.001),
    atLeast('gap at the smallest epsilon, diagonal covariance', diagonal[diagonal.length - 1].exact, 0.3),
    ...limits.flatMap(({ covariance, epsilon, disk }) =>
      disk
        ? [within(`on disk, ${covariance}, epsilon ${epsilon}`, disk.net, disk.exact, DISK_TOLERANCE)]
        : [],
    ),
  ];
}

interface Decoder {
  readonly title: string;
  /** Share of the gap that the most flexible posterior closes, at least. */
  readonly closes: number;
}

interface Closing {
  readonly decoder: Decoder;
  readonly posterior: string;
  readonly negativeElbo: Estimate;
  readonly negativeLog: Estimate;
  /** -ELBO - -log p(x), which the same samples give. */
  readonly gap: Estimate;
}

async function closingFigures(bench: Bench): Promise<Closing[]> {
  const variants = Object.keys(KEPT) as (keyof typeof KEPT)[];
  const kept = await toyStudyWeights(bench, [DENSITY], variants);
  const decoders = [
    ...variants.map((variant, i) => ({
      name: `-of-${VARIANTS[variant].name}`,
      title: `of the ${VARIANTS[variant].title}, kept`,
      toy: kept[i],
      closes: KEPT[variant],
    })),
    { name: '-along', title: 'trained along', toy: undefined, closes: CLOSED_ALONG },
  ];
  const cases = decoders.flatMap((decoder) => POSTERIORS.map((posterior) => ({ decoder, posterior })));
  const networks = cases.map(({ decoder, posterior }): Network => {
    const { name, title, ...options } = posterior;
    return flowNetwork(
      `flow-${name}${decoder.name}`,
      { ...options, density: DENSITY.name, hidden: HIDDEN, ...(decoder.toy ? { toy: decoder.toy } : {}) },
      STEPS,
    );
  });
  const weights = await bench.weights(networks);
  await bench.tensorFlow();
  const points = samplePoints(DENSITY, POINTS, bench.random(2));
  // As in the claim `toy`: the mean of log2 of the true density is known.
  const truth = Float64Array.from({ length: POINTS }, (_, n) =>
    DENSITY.log2([points[2 * n], points[2 * n + 1]]),
  );
  const above = (bound: Float64Array): Estimate => {
    const { mean, error } = estimate(bound.map((bits, n) => truth[n] - bits));
    return { mean: DENSITY.entropy + mean, error };
  };
  return cases.map(({ decoder, posterior }, i) => {
    bench.progress(`measuring ${networks[i].name}`);
    const tensors: NamedArrays = { ...(decoder.toy && decoderOf(decoder.toy)), ...weights[i].tensors };
    const q = flowPosterior(posterior, HIDDEN);
    const { elbo, log2Evidence } = boundsOf(TOY_MODEL, q, tensors, points, SAMPLES, bench.random(3, i));
    return {
      decoder,
      posterior: posterior.title,
      negativeElbo: above(elbo),
      negativeLog: above(log2Evidence),
      gap: estimate(log2Evidence.map((bits, n) => bits - elbo[n])),
    };
  });
}

function closingTable(closings: readonly Closing[]) {
  return {
    title: `Posteriors of toy models, ${DENSITY.title}, H = ${DENSITY.entropy.toFixed(3)}`,
    columns: [
      { title: 'decoder' },
      { title: 'q(z|x)' },
      { title: '-ELBO', digits: 3 },
      { title: '-log p(x)', digits: 3 },
      { title: 'gap', digits: 3 },
      { title: 'error', digits: 3 },
      { title: 'closed, %', digits: 0 },
    ],
    rows: closings.map((closing) => [
      closing.decoder.title,
      closing.posterior,
      closing.negativeElbo.mean,
      closing.negativeLog.mean,
      closing.gap.mean,
      closing.gap.error,
      100 * closed(closing, closings),
    ]),
  };
}

/** Share of the diagonal Gaussian's gap that is no more, with the same decoder. */
function closed({ decoder, gap }: Closing, closings: readonly Closing[]): number {
  const diagonal = closings.find((other) => other.decoder === decoder) as Closing;
  return 1 - gap.mean / diagonal.gap.mean;
}

function closingChecks(closings: readonly Closing[]): Check[] {
  return closings.flatMap((closing, i) => {
    const { decoder, posterior, gap, negativeElbo } = closing;
    const model = `decoder ${decoder.title}, ${posterior}`;
    const checks = [
      atLeast(`gap, ${model}`, gap.mean, 0),
      atLeast(`-ELBO, not below H: ${model}`, negativeElbo.mean, DENSITY.entropy, 0.01),
    ];
    if (posterior === POSTERIORS[0].title) return checks;
    const least = posterior === POSTERIORS[POSTERIORS.length - 1].title ? decoder.closes : 0;
    return [
      ...checks,
      atLeast(`share of the gap closed, ${model}`, closed(closing, closings), least, NOISE),
      atMost(
        `-ELBO, ${model}: no more than by the posterior before`,
        negativeElbo.mean,
        closings[i - 1].negativeElbo.mean,
        NOISE,
      ),
    ];
  });
}

function limitPlot(limits: readonly Limit[]): Plot {
  return {
    title: 'Gap of a VAE that tends to a flow',
    width: 380,
    height: 220,
    data: { values: limits.map(({ covariance, epsilon, exact }) => ({ covariance, epsilon, exact })) },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'epsilon', type: 'quantitative', title: 'epsilon', scale: { type: 'log' } },
      y: { field: 'exact', type: 'quantitative', title: '-ELBO + log p(x), bits', scale: { type: 'log' } },
      color: { field: 'covariance', type: 'nominal', title: 'covariance of q' },
    },
  };
}

function closingPlot(closings: readonly Closing[]): Plot {
  return {
    title: 'What q leaves open',
    width: 380,
    height: 220,
    data: {
      values: closings.map(({ decoder, posterior, gap }) => ({
        decoder: decoder.title,
        posterior,
        gap: gap.mean,
      })),
    },
    mark: 'bar',
    encoding: {
      x: { field: 'gap', type: 'quantitative', title: '-ELBO + log p(x), bits' },
      y: { field: 'decoder', type: 'nominal', title: 'decoder' },
      yOffset: { field: 'posterior', sort: POSTERIORS.map(({ title }) => title) },
      color: {
        field: 'posterior',
        type: 'nominal',
        title: 'q(z|x)',
        sort: POSTERIORS.map(({ title }) => title),
      },
    },
  };
}
