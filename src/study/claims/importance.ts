// Importance samples: how fast they close the gap between -ELBO and -log p(x), and what training by them (IWAE) does to
// the network, to its posterior, and to the bits that bits back writes.

import { activeUnits } from '../digits/active-units.ts';
import { codeDigits } from '../digits/coder.ts';
import { staticDigits } from '../digits/data.ts';
import { boundOf, elboOf, log2WeightsOf, posteriorsOf } from '../digits/estimates.ts';
import { digitsModel, PIXELS } from '../digits/model.ts';
import { digitsNetwork } from '../digits/preset.ts';
import type { Bench } from '../frame/bench.ts';
import { ascending, atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';

/** Importance samples of the objective, a network each. */
const TRAINED = [1, 5, 50];
const STEPS = 4000;
const IMAGES_A_STEP = 20;
const SIZES = { latents: 48, hidden: [128], neighbours: 0 };
/** Samples of z for each bound; each divides the next, so that each bound averages the same weights. */
const SAMPLES = [1, 5, 10, 50, 100, 500, 1000];
const MOST = SAMPLES[SAMPLES.length - 1];
const IMAGES = 400;
/**
 * Variances over images of a posterior's mean above which its latent counts as active: the published one, and one that
 * tells after a training as short as this.
 */
const ACTIVE = [0.01, 0.1];
/** Images by which latents count as active, and that are coded. */
const CODED = 1000;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Share that net may differ from the two terms of -ELBO at the latents drawn. */
const NET_TOLERANCE = 1e-3;
/** Nats of Burda et al. 2016, tables 1 and 2: one layer of latents; larger networks, 3280 epochs. */
const PUBLISHED = { static: [88.71, 87.63, 87.1], dynamic: [86.76, 85.54, 84.78] };

export const importance: Claim = {
  name: 'importance',
  claim:
    'Importance samples lift the bound toward log p(x); training by them betters log p(x), while bits back pays -ELBO.',
  source: 'Burda et al. 2016; Yu 2020, equation 15',
  ofDigits: true,
  run,
};

/** One network on the test digits, bits an image; `bounds`: -L_k of each image, by SAMPLES. */
interface Measured {
  readonly k: number;
  readonly bounds: readonly Float64Array[];
  /** -ELBO of each image at one sample of z, KL in closed form. */
  readonly negElbo: Float64Array;
  /** Latents that count as active, by ACTIVE. */
  readonly active: readonly number[];
  /** Of the images coded: net, and the terms of -ELBO at the latents drawn. */
  readonly net: number;
  readonly drawn: number;
}

async function run(bench: Bench): Promise<Findings> {
  const weights = await bench.weights(
    TRAINED.map((samples) =>
      digitsNetwork(`importance-k${samples}`, { ...SIZES, samples, images: IMAGES_A_STEP }, { steps: STEPS }),
    ),
  );
  await bench.tensorFlow();
  const coded = staticDigits((await bench.digits('test')).data as Uint8Array, CODED);
  const model = digitsModel(SIZES);
  const networks = weights.map(({ tensors }, i): Measured => {
    const k = TRAINED[i];
    bench.progress(`measuring the network that was trained with k = ${k}`);
    const images = coded.slice(0, IMAGES);
    const log2Weights = log2WeightsOf(model, tensors, images, MOST, bench.random(0, k));
    const { distortion, rate } = elboOf(model, tensors, images, bench.random(1, k));
    const disk = codeDigits(model, tensors, coded);
    const posteriors = posteriorsOf(model, tensors, coded);
    return {
      k,
      bounds: SAMPLES.map((samples) => Float64Array.from(log2Weights, (w) => -boundOf(w, samples))),
      negElbo: distortion.map((bits, image) => bits + rate[image]),
      active: ACTIVE.map((least) => activeUnits(posteriors, SIZES.latents, least)),
      net: disk.net / CODED,
      drawn: (disk.likelihood + disk.kl) / CODED,
    };
  });
  return {
    setting: {
      unit: 'bits an image of 784 binary pixels, unless nats are named',
      mean: `over the first ${IMAGES} test digits (on disk and active units: ${CODED}), static binarisation`,
      'samples of z': `as many as L_k says, ${MOST} / k times`,
      'trained on': `${(STEPS * IMAGES_A_STEP).toLocaleString('en')} images in ${STEPS} steps, binarised anew`,
    },
    tables: [samplesTable(networks), trainingTable(networks), publishedTable(networks)],
    plots: [samplesPlot(networks)],
    checks: checksOf(networks),
  };
}

function mean(values: ArrayLike<number>): number {
  return estimate(values).mean;
}

/** Of a, image by image, less b. */
function difference(a: Float64Array, b: Float64Array): Estimate {
  return estimate(a.map((value, image) => value - b[image]));
}

const last = <T>(values: readonly T[]): T => values[values.length - 1];
const negElboOf = ({ bounds }: Measured): Float64Array => bounds[0];
const nllOf = ({ bounds }: Measured): Float64Array => last(bounds);
const gapOf = (network: Measured): Estimate => difference(negElboOf(network), nllOf(network));

function samplesTable(networks: readonly Measured[]): FigureTable {
  return {
    title: '-L_k against samples of z',
    columns: [
      { title: 'k', digits: 0 },
      ...networks.flatMap(({ k }) => [
        { title: `trained with k = ${k}`, digits: 2 },
        { title: 'above the last', digits: 3 },
        { title: 'standard error', digits: 3 },
      ]),
    ],
    rows: SAMPLES.map((samples, i) => [
      samples,
      ...networks.flatMap((network) => {
        const above = difference(network.bounds[i], nllOf(network));
        return [mean(network.bounds[i]), above.mean, above.error];
      }),
    ]),
  };
}

function trainingTable(networks: readonly Measured[]): FigureTable {
  return {
    title: 'Trained by L_k, the same number of images each',
    columns: [
      { title: 'k', digits: 0 },
      { title: '-ELBO', digits: 2 },
      { title: '-L_k', digits: 2 },
      { title: `NLL, -L_${MOST}`, digits: 2 },
      { title: '-ELBO - NLL', digits: 2 },
      ...ACTIVE.map((least) => ({ title: `active, > ${least}`, digits: 0 })),
      { title: 'net on disk', digits: 2 },
      { title: '-ELBO as drawn', digits: 2 },
      { title: 'net, bits/dim', digits: 4 },
    ],
    rows: networks.map((network) => [
      network.k,
      mean(negElboOf(network)),
      mean(network.bounds[SAMPLES.indexOf(network.k)]),
      mean(nllOf(network)),
      gapOf(network).mean,
      ...network.active,
      network.net,
      network.drawn,
      network.net / PIXELS,
    ]),
  };
}

function publishedTable(networks: readonly Measured[]): FigureTable {
  const nats = (bits: number): number => bits * Math.LN2;
  return {
    title: 'NLL in nats, beside published ones of larger networks that were trained for 3,280 epochs',
    columns: [
      { title: 'k', digits: 0 },
      { title: 'here', digits: 1 },
      { title: 'standard error', digits: 1 },
      { title: 'published, static', digits: 1 },
      { title: 'published, dynamic', digits: 1 },
    ],
    rows: networks.map((network, i) => {
      const { mean, error } = estimate(nllOf(network));
      return [network.k, nats(mean), nats(error), PUBLISHED.static[i], PUBLISHED.dynamic[i]];
    }),
  };
}

function checksOf(networks: readonly Measured[]): Check[] {
  const [single, , most] = networks;
  const names = SAMPLES.map((k) => `L_${k}`);
  return [
    ...ascending(
      `trained with k = ${single.k}`,
      names,
      single.bounds.map((bound) => -mean(bound)),
    ),
    ...networks.flatMap((network) => {
      const { k, net, drawn } = network;
      const closed = difference(negElboOf(network), network.negElbo);
      return [
        within(`k = ${k}: -L_1 less -ELBO by the closed form of KL`, closed.mean, 0, ERRORS * closed.error),
        within(`k = ${k}: net over -ELBO as drawn`, net / drawn, 1, NET_TOLERANCE),
      ];
    }),
    ...networks.slice(1).map((network, i) => {
      const gain = difference(nllOf(network), nllOf(networks[i]));
      return atMost(
        `NLL, trained with k = ${network.k}, less that with k = ${networks[i].k}`,
        gain.mean,
        0,
        ERRORS * gain.error,
      );
    }),
    atMost(`NLL, k = ${most.k} less k = ${single.k}`, difference(nllOf(most), nllOf(single)).mean, 0),
    ...ascending(
      '-ELBO - NLL',
      TRAINED.map((k) => `k = ${k}`),
      networks.map((network) => gapOf(network).mean),
    ),
    atLeast(`net on disk, k = ${most.k} against k = ${single.k}`, most.net, single.net),
    ...ACTIVE.map((least, i) =>
      atLeast(
        `active units, > ${least}: k = ${most.k} against k = ${single.k}`,
        most.active[i],
        single.active[i],
      ),
    ),
  ];
}

function samplesPlot(networks: readonly Measured[]): Plot {
  const values = networks.flatMap(({ k, bounds }) =>
    bounds.map((bound, i) => ({ network: `k = ${k}`, samples: SAMPLES[i], bits: mean(bound) })),
  );
  return {
    title: 'Samples lift the bound: most where training counted on them',
    width: 420,
    height: 260,
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'samples', type: 'quantitative', title: 'samples of z, k', scale: { type: 'log' } },
      y: { field: 'bits', type: 'quantitative', title: '-L_k, bits an image', scale: { zero: false } },
      color: { field: 'network', type: 'nominal', title: 'trained with', sort: null },
    },
  };
}
