// Is a likelihood a measure of oddity? Digits against images that are none, by several scores of one network, down to
// the bits on disk; and where it fails: what is simpler than a digit takes fewer bits than a digit.

import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { auroc } from '../anomaly/auroc.ts';
import { adaptiveBits } from '../anomaly/complexity.ts';
import { mirrored, noise, rotated, shuffledColumns, strokes } from '../anomaly/odd-images.ts';
import { codeDigits } from '../digits/coder.ts';
import { staticDigits } from '../digits/data.ts';
import { boundOf, elboOf, log2WeightsOf } from '../digits/estimates.ts';
import { PIXELS } from '../digits/model.ts';
import { sharedModel, sharedNetwork } from '../digits/networks.ts';
import { digitPicture } from '../digits/pictures.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check, within } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { estimate } from '../frame/estimate.ts';
import { pictureGrid } from '../frame/pictures.ts';

/** Images of each set. */
const IMAGES = 500;
const SAMPLES = 50;
/** Training images whose pixels' frequencies noise has. */
const COUNTED = 10_000;
const SHOWN = 12;
/** Of an AUROC of two sets of 500 images, about four standard errors. */
const SLACK = 0.06;

const STUDY = { neighbours: 0, beta: 1 };

/** A score in bits: more is odder. */
const SCORES = [
  'KL',
  'distortion',
  '-ELBO',
  `-L_${SAMPLES}`,
  'net on disk',
  '-ELBO less complexity',
] as const;
type Score = (typeof SCORES)[number];

export const anomaly: Claim = {
  name: 'anomaly',
  claim: 'Bits tell what is no digit, unless it is simpler than one: then it takes fewer bits than a digit.',
  source: 'Nalisnick et al. 2019; Serra et al. 2020; An and Cho 2015',
  ofDigits: true,
  run,
};

interface Scored {
  readonly name: string;
  readonly images: readonly Uint8Array[];
  /** Of each image. */
  readonly scores: Readonly<Record<Score, Float64Array>>;
}

async function run(bench: Bench): Promise<Findings> {
  const [{ tensors }] = await bench.weights([sharedNetwork(STUDY)]);
  await bench.tensorFlow();
  // Those that are made odd are other digits than the ordinary ones.
  const test = staticDigits((await bench.digits('test')).data as Uint8Array, 2 * IMAGES);
  const ordinary = test.slice(0, IMAGES);
  const others = test.slice(IMAGES);
  const trained = staticDigits((await bench.digits('train')).data as Uint8Array, COUNTED);
  const frequencies = Float64Array.from(
    { length: PIXELS },
    (_, i) => trained.reduce((sum, image) => sum + image[i], 0) / COUNTED,
  );
  const drawn = (key: number, draw: (random: ReturnType<Bench['random']>) => Uint8Array): Uint8Array[] => {
    const random = bench.random(0, key);
    return others.map(() => draw(random));
  };
  const order = bench.random(1);
  const sets: Record<string, readonly Uint8Array[]> = {
    digits: ordinary,
    'other digits': others,
    rotated: others.map(rotated),
    mirrored: others.map(mirrored),
    'columns shuffled': others.map((image) => shuffledColumns(image, order)),
    noise: drawn(0, (random) => noise(frequencies, random)),
    'three strokes': drawn(1, (random) => strokes(3, random)),
    'one stroke': drawn(2, (random) => strokes(1, random)),
    blank: others.map(() => new Uint8Array(PIXELS)),
  };
  const scored = Object.entries(sets).map(([name, images], i): Scored => {
    bench.progress(`scoring ${images.length} images: ${name}`);
    return { name, images, scores: scoresOf(tensors, images, bench, i) };
  });
  return {
    setting: {
      unit: 'bits an image of 784 binary pixels',
      mean: `over ${IMAGES} images of each set`,
      'samples of z': `1 for the distortion and on disk, ${SAMPLES} for -L_${SAMPLES}`,
      AUROC: 'share of pairs in which the odd image has the higher score; against the first set',
    },
    tables: [meansTable(scored), aurocTable(scored)],
    plots: [await setsGrid(scored), scoresPlot(scored)],
    checks: checksOf(scored),
  };
}

function scoresOf(
  tensors: NamedArrays,
  images: readonly Uint8Array[],
  bench: Bench,
  key: number,
): Record<Score, Float64Array> {
  const model = sharedModel(STUDY.neighbours);
  const { rate, distortion } = elboOf(model, tensors, images, bench.random(2, key));
  const log2Weights = log2WeightsOf(model, tensors, images, SAMPLES, bench.random(3, key));
  const negElbo = rate.map((bits, i) => bits + distortion[i]);
  return {
    KL: rate,
    distortion,
    '-ELBO': negElbo,
    [`-L_${SAMPLES}`]: Float64Array.from(log2Weights, (w) => -boundOf(w, SAMPLES)),
    'net on disk': codeDigits(model, tensors, images).nets,
    '-ELBO less complexity': negElbo.map((bits, i) => bits - adaptiveBits(images[i])),
  } as Record<Score, Float64Array>;
}

const whitePixels = (images: readonly Uint8Array[]): number =>
  estimate(images.map((image) => image.reduce((sum, bit) => sum + bit, 0))).mean;

function meansTable(scored: readonly Scored[]): FigureTable {
  return {
    title: 'Mean scores',
    columns: [
      { title: 'set' },
      { title: 'white pixels', digits: 1 },
      ...SCORES.map((score) => ({ title: score, digits: 1 })),
      { title: 'net, bits/dim', digits: 4 },
    ],
    rows: scored.map(({ name, images, scores }) => [
      name,
      whitePixels(images),
      ...SCORES.map((score) => estimate(scores[score]).mean),
      estimate(scores['net on disk']).mean / PIXELS,
    ]),
  };
}

function aurocOf(scored: readonly Scored[], name: string, score: Score): number {
  const odd = scored.find((set) => set.name === name) as Scored;
  return auroc(odd.scores[score], scored[0].scores[score]);
}

function aurocTable(scored: readonly Scored[]): FigureTable {
  return {
    title: 'AUROC against digits',
    columns: [{ title: 'set' }, ...SCORES.map((score) => ({ title: score, digits: 3 }))],
    rows: scored.slice(1).map(({ name }) => [name, ...SCORES.map((score) => aurocOf(scored, name, score))]),
  };
}

function checksOf(scored: readonly Scored[]): Check[] {
  const of = (name: string, score: Score): number => aurocOf(scored, name, score);
  return [
    within('AUROC of -ELBO, other digits', of('other digits', '-ELBO'), 0.5, SLACK),
    atLeast('AUROC of -ELBO, noise', of('noise', '-ELBO'), 0.99),
    atLeast('AUROC of -ELBO, columns shuffled', of('columns shuffled', '-ELBO'), 0.98),
    atLeast('AUROC of -ELBO, three strokes', of('three strokes', '-ELBO'), 0.8),
    atLeast('AUROC of -ELBO, rotated', of('rotated', '-ELBO'), 0.8),
    atLeast('AUROC of -ELBO, mirrored', of('mirrored', '-ELBO'), 0.65),
    ...scored
      .slice(1)
      .map(({ name }) => within(`AUROC on disk, ${name}`, of(name, 'net on disk'), of(name, '-ELBO'), SLACK)),
    ...['one stroke', 'blank'].flatMap((name) => [
      atMost(`AUROC of -ELBO, ${name}: simpler than a digit`, of(name, '-ELBO'), 0.5),
      atLeast(`AUROC of -ELBO less complexity, ${name}`, of(name, '-ELBO less complexity'), 0.9),
    ]),
    atMost(
      'AUROC of -ELBO less complexity, noise: no simpler for a coder',
      of('noise', '-ELBO less complexity'),
      0.9,
    ),
  ];
}

function setsGrid(scored: readonly Scored[]): Promise<Plot> {
  return pictureGrid({
    title: 'The sets',
    rows: scored.map(({ name }) => name),
    columns: new Array<string>(SHOWN).fill(''),
    pictures: scored.flatMap(({ images }) => images.slice(0, SHOWN).map(digitPicture)),
    cell: { width: 34, height: 34 },
  });
}

function scoresPlot(scored: readonly Scored[]): Plot {
  const values = scored.flatMap(({ name, scores }) =>
    Array.from(scores['net on disk'], (bits) => ({ name, bits: Number(bits.toFixed(1)) })),
  );
  return {
    title: 'Bits on disk, image by image',
    width: 420,
    height: 240,
    data: { values },
    mark: { type: 'boxplot', extent: 1.5, outliers: { size: 4, opacity: 0.4 } },
    encoding: {
      x: { field: 'bits', type: 'quantitative', title: 'net bits an image' },
      y: { field: 'name', type: 'nominal', title: null, sort: null },
    },
  };
}
