// What z costs is what it carries: the KL of a latent is the capacity of a Gaussian channel, and a chain of images
// grows by it.

import { capacity, randomCodeErrors, standardKl } from '../channel/gaussian-channel.ts';
import { latentBitsOnDisk } from '../channel/latents-on-disk.ts';
import { staticDigits } from '../digits/data.ts';
import { type Posteriors, posteriorsOf } from '../digits/estimates.ts';
import { sharedModel, sharedNetwork } from '../digits/networks.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, within } from '../frame/check.ts';
import type { Claim, Findings, Plot } from '../frame/claim.ts';
import { estimate } from '../frame/estimate.ts';

const NOISES = [0.9, 0.5, 0.25, 0.1, 0.01];
const POINTS = 100_000;
/** The channel of the random codes: one bit a use. */
const NOISE = 0.25;
const USES = [2, 4, 8, 12];
/** Bits a use, below and above capacity. */
const RATES = [0.5, 1.25];
const BOOKS = 10;
/** Test digits whose posteriors are looked at. */
const DIGITS = 2000;
const LATENTS = 16;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;
/** Bits that one latent on disk may differ from the closed form of the same inputs: the spread of the latents drawn. */
const DISK_TOLERANCE = 0.01;

export const channel: Claim = {
  name: 'channel',
  claim:
    'The KL of a latent is the capacity of a Gaussian channel, -1/2 log N: what z costs is what it can carry.',
  source: 'Yu 2020, section 4.3, equations 35 to 38; Cover and Thomas 2006, section 9.1',
  ofDigits: true,
  run,
};

async function run(bench: Bench): Promise<Findings> {
  const exact = closedForm(bench);
  const [{ tensors }] = await bench.weights([sharedNetwork({ neighbours: 0, beta: 1 })]);
  await bench.tensorFlow();
  const images = staticDigits((await bench.digits('test')).data as Uint8Array, DIGITS);
  const trained = channelsOf(posteriorsOf(sharedModel(0), tensors, images), images.length);
  const total = (part: (latent: TrainedChannel) => number) =>
    trained.reduce((sum, latent) => sum + part(latent), 0);
  const kl = total((latent) => latent.kl);
  return {
    ...exact,
    setting: { ...exact.setting, 'trained latents': `the first ${DIGITS} test digits, binarised` },
    tables: [
      ...exact.tables,
      {
        title: `The latents of a trained network: ${kl.toFixed(2)} bits a digit in all`,
        columns: [
          { title: 'latent' },
          { title: 'power P', digits: 3 },
          { title: 'noise N', digits: 3 },
          { title: 'P + N', digits: 3 },
          { title: 'KL', digits: 3 },
          { title: 'mean of -1/2 log2 N', digits: 3 },
          { title: 'capacity 1/2 log2(1 + P / N)', digits: 3 },
        ],
        rows: trained.map(({ index, power, noise, kl, logNoise, capacity }) => [
          ...[String(index), power, noise, power + noise, kl],
          ...[logNoise, capacity],
        ]),
      },
    ],
    checks: [
      ...exact.checks,
      within(
        'mean over latents of P + N, trained',
        total(({ power, noise }) => power + noise) / LATENTS,
        1,
        0.25,
      ),
      within('sum over latents of -1/2 log2 N / KL, trained', total(({ logNoise }) => logNoise) / kl, 1, 0.1),
      atMost(
        'sum over latents of the capacity <= KL',
        total(({ capacity }) => capacity),
        kl,
      ),
    ],
  };
}

/** What holds exactly, for latents that were not trained. */
export function closedForm(bench: Bench): Findings {
  const latents = NOISES.map((noise, i) => {
    const amplitude = Math.sqrt(1 - noise);
    const means = bench
      .random(0, i)
      .normals(POINTS)
      .map((x) => amplitude * x);
    const kl = estimate(Float64Array.from(means, (mean) => standardKl(mean, noise)));
    return { noise, capacity: capacity(noise), kl, disk: latentBitsOnDisk(means, noise) };
  });
  const errors = RATES.map((rate, r) =>
    USES.map((uses, u) =>
      randomCodeErrors({ noise: NOISE, uses, bits: rate * uses }, BOOKS, bench.random(1, r, u)),
    ),
  );
  const [below, above] = errors;
  return {
    setting: {
      unit: 'bits',
      mean: `over ${POINTS} inputs x ~ N(0, 1), with q(z|x) = N(sqrt(1 - N) x, N)`,
      'random codes': `${100 * BOOKS} messages each, N = ${NOISE}, capacity ${capacity(NOISE)} bit a use`,
    },
    tables: [
      {
        title: 'One latent as a channel',
        columns: [
          { title: 'N', digits: 2 },
          { title: 'capacity -1/2 log2 N', digits: 4 },
          { title: 'mean KL', digits: 4 },
          { title: 'standard error', digits: 4 },
          { title: 'on disk', digits: 4 },
        ],
        rows: latents.map(({ noise, capacity, kl, disk }) => [noise, capacity, kl.mean, kl.error, disk]),
      },
      {
        title: 'Random codes: share of messages decoded wrongly',
        columns: [
          { title: 'uses of the channel', digits: 0 },
          ...RATES.map((rate) => ({ title: `${rate} bits a use`, digits: 3 })),
        ],
        rows: USES.map((uses, u) => [uses, ...errors.map((shares) => shares[u])]),
      },
    ],
    plots: [codesPlot(errors)],
    checks: [
      ...latents.flatMap(({ noise, capacity, kl, disk }) => [
        within(`mean KL, N = ${noise}`, kl.mean, capacity, ERRORS * kl.error),
        within(`on disk, N = ${noise}`, disk, kl.mean, DISK_TOLERANCE),
      ]),
      atMost(`errors below capacity, ${last(USES)} uses against ${USES[0]}`, last(below), 0.5 * below[0]),
      atLeast(`errors above capacity, ${last(USES)} uses against ${USES[0]}`, last(above), above[0]),
    ],
  };
}

/** A latent as a channel whose noise differs from image to image. */
interface TrainedChannel {
  readonly index: number;
  /** E mu^2 and E sigma^2. */
  readonly power: number;
  readonly noise: number;
  /** Bits, means over images: KL, and -1/2 log2 sigma^2. */
  readonly kl: number;
  readonly logNoise: number;
  /** Of a channel of that power and that noise. */
  readonly capacity: number;
}

/** The one that carries most first. */
function channelsOf({ means, scales }: Posteriors, images: number): TrainedChannel[] {
  const latents = means.length / images;
  return Array.from({ length: latents }, (_, index) => {
    let [power, noise, kl, logNoise] = [0, 0, 0, 0];
    for (let at = index; at < means.length; at += latents) {
      const variance = scales[at] ** 2;
      power += means[at] ** 2 / images;
      noise += variance / images;
      kl += standardKl(means[at], variance) / images;
      logNoise += capacity(variance) / images;
    }
    return { index, power, noise, kl, logNoise, capacity: 0.5 * Math.log2(1 + power / noise) };
  }).sort((a, b) => b.kl - a.kl);
}

function last<T>(values: readonly T[]): T {
  return values[values.length - 1];
}

function codesPlot(errors: readonly (readonly number[])[]): Plot {
  const values = errors.flatMap((shares, r) =>
    shares.map((share, u) => ({ rate: `${RATES[r]} bits a use`, uses: USES[u], share })),
  );
  return {
    title: `Random codes over a channel of ${capacity(NOISE)} bit a use`,
    width: 380,
    height: 220,
    data: { values },
    mark: { type: 'line', point: { size: 60 } },
    encoding: {
      x: { field: 'uses', type: 'quantitative', title: 'uses of the channel, d' },
      y: { field: 'share', type: 'quantitative', title: 'share decoded wrongly', scale: { domain: [0, 1] } },
      color: { field: 'rate', type: 'nominal', title: null },
    },
  };
}
