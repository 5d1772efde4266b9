// Squared error is a Gaussian likelihood of variance 1/2 in whatever units the data have, so that the scale of the data
// is a hidden beta; a learned variance puts a logarithm before it, and saves bits on disk.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Bench } from '../frame/bench.ts';
import { ascending, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, Findings, Plot } from '../frame/claim.ts';
import { pictureGrid } from '../frame/pictures.ts';
import { codeLevels } from '../levels/coder.ts';
import { meanSquaredError, reconstruct } from '../levels/estimates.ts';
import { type LikelihoodName, PIXELS } from '../levels/model.ts';
import { levelsNetwork } from '../levels/preset.ts';

const STEPS = 1500;
/** Images that are coded, and training images that the variance is fitted to. */
const IMAGES = 1000;
const SHOWN = 8;
/**
 * Share of the rate that net may differ by: by the latents drawn, and by pixels far out in a Gaussian's tail, which the
 * counts that the coder reserves make cheaper.
 */
const DRAWS = 0.005;
/** The ranges [0, scale] that squared errors are taken in. */
const SCALES = [1, 4, 16, 64];

interface Trained {
  readonly title: string;
  readonly name: string;
  readonly likelihood: LikelihoodName;
  readonly scale: number;
}

const NETWORKS: readonly Trained[] = [
  ...SCALES.map((scale) => ({
    title: `squared error, data in [0, ${scale}]`,
    name: `squared-error-scale${scale}`,
    likelihood: 'squared-error' as const,
    scale,
  })),
  { title: 'Gaussian, variance learned', name: 'squared-error-gaussian', likelihood: 'gaussian', scale: 1 },
  { title: 'discretized logistic', name: 'squared-error-logistic', likelihood: 'logistic', scale: 1 },
];

export const squaredError: Claim = {
  name: 'squared-error',
  claim:
    'A VAE trained by squared error has fixed its variance without saying so: the scale of the data is a hidden beta.',
  source: 'Yu 2020, section 5.1, equations 39 to 43; Rezende and Viola 2018',
  ofDigits: true,
  run,
};

interface Measured {
  readonly reconstructed: Float32Array;
  /** In levels squared, of the test images. */
  readonly error: number;
  /** The variance of the file's Gaussians, in levels squared: the error of the training images. */
  readonly variance: number;
  /** Bits/dim by equation 43: a Gaussian density whose variance is the error. */
  readonly density: number;
  /** R, bits/dim in closed form. */
  readonly kl: number;
  /** D and all, bits/dim on disk. */
  readonly distortion: number;
  readonly net: number;
}

async function run(bench: Bench): Promise<Findings> {
  const weights = await bench.weights(
    NETWORKS.map(({ name, likelihood, scale }) => levelsNetwork(name, { likelihood, scale }, STEPS)),
  );
  await bench.tensorFlow();
  const [training, test] = [await imagesOf(bench, 'train'), await imagesOf(bench, 'test')];
  const measured = NETWORKS.map(({ title, likelihood }, i) => {
    bench.progress(`coding with ${title}`);
    return measure(likelihood, weights[i].tensors, training, test);
  });
  const scales = measured.slice(0, SCALES.length);
  const [gaussian, logistic] = measured.slice(SCALES.length);
  const names = SCALES.map((scale) => `scale ${scale}`);
  return {
    setting: {
      unit: 'bits per dimension; errors in levels, of 255',
      mean: `over ${IMAGES} test digits of ${PIXELS} pixels, one sample of z each`,
      training: `${STEPS} steps of 128 digits; variances of Gaussians on disk fitted to ${IMAGES} training digits`,
    },
    tables: [
      {
        title: 'The same network, trained by several losses',
        columns: [
          { title: 'loss' },
          { title: 'sigma it stands for', digits: 1 },
          { title: 'root of the mean squared error', digits: 1 },
          { title: 'R: KL', digits: 4 },
          { title: 'equation 43 + R', digits: 3 },
          { title: 'D on disk', digits: 3 },
          { title: 'net on disk', digits: 3 },
        ],
        rows: NETWORKS.map(({ title, likelihood, scale }, i) => {
          const { error, variance, kl, density, distortion, net } = measured[i];
          const sigma = likelihood === 'squared-error' ? (255 * Math.SQRT1_2) / scale : Math.sqrt(variance);
          return likelihood === 'logistic'
            ? [title, null, null, kl, null, distortion, net]
            : [title, sigma, Math.sqrt(error), kl, density + kl, distortion, net];
        }),
      },
    ],
    plots: [planePlot(measured), await reconstructionPlot(measured, test)],
    checks: [
      ...ascending(
        'KL rises with the scale',
        names,
        scales.map(({ kl }) => kl),
      ),
      ...ascending(
        'errors fall with the scale',
        names,
        scales.map(({ error }) => -error),
        0.01 * scales[0].error,
      ),
      ...measured.map(({ net, distortion, kl }, i) =>
        within(`net / (D + R), ${NETWORKS[i].title}`, net / (distortion + kl), 1, DRAWS),
      ),
      ...optimum(gaussian, test),
      ...scales.map(({ density, kl }, i) =>
        atMost(
          `density, equation 43 + R: variance learned against data in [0, ${SCALES[i]}]`,
          gaussian.density + gaussian.kl,
          density + kl,
        ),
      ),
      atMost('net on disk: variance learned against data in [0, 1]', gaussian.net, scales[0].net),
      atMost('net on disk: logistic against Gaussian', logistic.net, gaussian.net),
    ],
  };
}

async function imagesOf(bench: Bench, part: 'train' | 'test'): Promise<Uint16Array[]> {
  const { data } = await bench.digits(part);
  return Array.from({ length: IMAGES }, (_, i) =>
    Uint16Array.from(data.subarray(i * PIXELS, (i + 1) * PIXELS)),
  );
}

function measure(
  likelihood: LikelihoodName,
  tensors: NamedArrays,
  training: readonly Uint16Array[],
  test: readonly Uint16Array[],
): Measured {
  const { levels, kl } = reconstruct(likelihood, tensors, test);
  const error = meanSquaredError(test, levels);
  const variance = meanSquaredError(training, reconstruct(likelihood, tensors, training).levels);
  const disk = codeLevels(likelihood, tensors, test, Math.sqrt(variance));
  const perDimension = 1 / (test.length * PIXELS);
  return {
    ...{ reconstructed: levels, error, variance, density: gaussianBits(error, error), kl: kl / PIXELS },
    distortion: disk.likelihood * perDimension,
    net: disk.net * perDimension,
  };
}

/** Bits/dim of a Gaussian density of that variance at that mean squared error (equation 42). */
function gaussianBits(error: number, variance: number): number {
  return 0.5 * (Math.log2(2 * Math.PI * variance) + Math.LOG2E * (error / variance));
}

/** That no other variance is shorter than the error itself, and that equation 43 is what it costs. */
function optimum({ reconstructed }: Measured, test: readonly Uint16Array[]): Check[] {
  const error = meanSquaredError(test, reconstructed);
  const best = 0.5 * (Math.log2(2 * Math.PI * error) + Math.LOG2E);
  return [
    within('equation 42 at variance = error is equation 43', gaussianBits(error, error), best, 1e-12),
    ...[0.8, 1.25].map((factor) =>
      atMost(
        `equation 43 against a variance ${factor} times the error`,
        best,
        gaussianBits(error, factor * error),
      ),
    ),
  ];
}

function planePlot(measured: readonly Measured[]): Plot {
  const values = measured.map(({ kl, distortion, net }, i) => ({
    kl,
    distortion,
    net,
    loss: NETWORKS[i].title,
  }));
  return {
    title: 'What each loss makes of the same network, on disk',
    width: 380,
    height: 260,
    data: { values },
    encoding: {
      x: { field: 'kl', type: 'quantitative', title: 'R: KL, bits/dim' },
      y: { field: 'distortion', type: 'quantitative', title: 'D on disk, bits/dim', scale: { zero: false } },
    },
    layer: [
      {
        mark: { type: 'point', filled: true, size: 90, opacity: 1 },
        encoding: { color: { field: 'loss', type: 'nominal', title: null, sort: null } },
      },
    ],
  };
}

function reconstructionPlot(measured: readonly Measured[], test: readonly Uint16Array[]): Promise<Plot> {
  const picture = (levels: ArrayLike<number>) => ({
    width: 28,
    height: 28,
    levels: Uint8Array.from(levels, (level) => Math.max(0, Math.min(255, Math.round(level)))),
  });
  const rows = measured.map(({ reconstructed }) =>
    Array.from({ length: SHOWN }, (_, i) => picture(reconstructed.subarray(i * PIXELS, (i + 1) * PIXELS))),
  );
  return pictureGrid({
    title: 'Test digits, and what is decoded from z',
    rows: ['test digits', ...NETWORKS.map(({ title }) => title)],
    columns: new Array(SHOWN).fill(''),
    pictures: [...test.slice(0, SHOWN).map(picture), ...rows.flat()],
    cell: { width: 44, height: 44 },
  });
}
