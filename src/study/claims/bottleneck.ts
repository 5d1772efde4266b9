// What z is good for, against what it costs: a linear classifier reads the class off z, over beta. What it can tell is
// a lower bound of I(z; y), which I(x; z) and R bound from above, as whatever is made of x alone.

import { classesOf, prototypesOf } from '../bottleneck/prototypes.ts';
import { type Features, type Score, scoreOf, trainClassifier } from '../bottleneck/softmax-regression.ts';
import { greyDigits, heldOutDigits, staticDigits } from '../digits/data.ts';
import { posteriorsOf } from '../digits/estimates.ts';
import { PIXELS } from '../digits/model.ts';
import { type DigitsNetwork, trainedNetworks } from '../digits/point.ts';
import type { Bench } from '../frame/bench.ts';
import { atLeast, atMost, type Check } from '../frame/check.ts';
import type { Claim, FigureTable, Findings, Plot } from '../frame/claim.ts';
import { type Estimate, estimate } from '../frame/estimate.ts';
import { apply, multiply, principalAxes, scaled, transpose } from '../frame/linear-algebra.ts';
import { log2Ratios, sampleGaussians } from '../information/gaussians.ts';
import { decoderName } from '../plane/plots.ts';

const BETAS = [0.5, 1, 2, 4, 16];
const STUDIES = [...BETAS.map((beta) => ({ neighbours: 0, beta })), { neighbours: 10, beta: 1 }];
/** Test digits; the classifier is trained on the training digits that no network has seen. */
const IMAGES = 5000;
const PROTOTYPES = 10;
/** Of each task: prototypes or digits. */
const CLASSES = 10;
/** Grey training digits that prototypes are made of. */
const FOR_PROTOTYPES = 5000;
/** Networks whose z is shown, and digits in each picture. */
const EMBEDDED = [0, 3, 4, 5];
const SHOWN = 400;
/** Standard errors that an estimate may be off. */
const ERRORS = 4;

export const bottleneck: Claim = {
  name: 'bottleneck',
  claim:
    'The fewer bits beta leaves in z, the less a linear classifier can read off it; what it reads is less than R.',
  source:
    'Tishby et al. 1999; Alemi et al. 2017, Deep variational information bottleneck; I(z; y) <= I(x; z)',
  ofDigits: true,
  run,
};

/** What y is. */
interface Task {
  readonly name: string;
  readonly trained: Uint8Array;
  readonly tested: Uint8Array;
}

interface Reading {
  /** Of the posterior's mean. */
  readonly onMeans: Score;
  /** Of a sample of z. */
  readonly onSamples: Score;
}

interface ReadNetwork extends DigitsNetwork {
  readonly rate: Estimate;
  readonly means: Features;
  /** A task each. */
  readonly readings: readonly Reading[];
}

async function run(bench: Bench): Promise<Findings> {
  const heldOut = heldOutDigits((await bench.digits('train')).data as Uint8Array);
  const tested = staticDigits((await bench.digits('test')).data as Uint8Array, IMAGES);
  const networks = await trainedNetworks(bench, STUDIES);
  const tasks = await tasksOf(bench);
  const read = networks.map((network, i) => readNetwork(bench, network, heldOut.bits, tested, tasks, i));
  return {
    setting: {
      unit: 'bits an image; accuracy in percent',
      mean: `over the first ${IMAGES} test digits, binarised`,
      classifier: `softmax regression, trained on the ${heldOut.bits.length} training digits that are held out`,
      classes: tasks.map(({ name }) => name).join('; '),
    },
    tables: tasks.map((task, t) => taskTable(task, read, t, pixelsScore(heldOut.bits, tested, task))),
    plots: [...tasks.map((task, t) => planePlot(task, read, t)), embeddingPlot(read, tasks[0].tested)],
    checks: tasks.flatMap((task, t) => taskChecks(task, read, t)),
  };
}

/** The nearest of ten prototypes, which every image has; and the digit, where labels are. */
export async function tasksOf(bench: Bench): Promise<Task[]> {
  const levels = (await bench.digits('train')).data as Uint8Array;
  const { first, grey } = heldOutDigits(levels);
  bench.progress('finding prototypes');
  const prototypes = prototypesOf(greyDigits(levels, 0, FOR_PROTOTYPES), PROTOTYPES, bench.random(0));
  const test = greyDigits((await bench.digits('test')).data as Uint8Array, 0, IMAGES);
  const nearest = {
    name: `the nearest of ${PROTOTYPES} prototypes`,
    trained: classesOf(grey, prototypes),
    tested: classesOf(test, prototypes),
  };
  const [trained, tested] = [await bench.labels('train'), await bench.labels('test')];
  if (!trained || !tested) return [nearest];
  const digit = { name: 'the digit', trained: trained.slice(first), tested: tested.slice(0, IMAGES) };
  return [nearest, digit];
}

function readNetwork(
  bench: Bench,
  network: DigitsNetwork,
  trained: readonly Uint8Array[],
  tested: readonly Uint8Array[],
  tasks: readonly Task[],
  index: number,
): ReadNetwork {
  bench.signal?.throwIfAborted();
  bench.progress(`reading z: ${nameOf(network)}`);
  const { model, tensors } = network;
  const size = model.sizes.latents;
  const random = bench.random(1, index);
  const [before, after] = [trained, tested].map((images) => {
    const posteriors = { ...posteriorsOf(model, tensors, images), size };
    const z = sampleGaussians(posteriors, random);
    const ratios = log2Ratios(posteriors, z);
    return { ratios, means: { values: posteriors.means, size }, samples: { values: z, size } };
  });
  const score = (part: 'means' | 'samples', task: Task) =>
    scoreOf(trainClassifier(before[part], task.trained, CLASSES), after[part], task.tested);
  return {
    ...network,
    rate: estimate(after.ratios),
    means: after.means,
    readings: tasks.map((task) => ({ onMeans: score('means', task), onSamples: score('samples', task) })),
  };
}

/** What the same classifier makes of the pixels themselves. */
function pixelsScore(trained: readonly Uint8Array[], tested: readonly Uint8Array[], task: Task): Score {
  const features = (images: readonly Uint8Array[]) => ({
    values: images.flatMap((image) => Array.from(image)),
    size: PIXELS,
  });
  return scoreOf(trainClassifier(features(trained), task.trained, CLASSES), features(tested), task.tested);
}

/** H(y) - E -log p(y|z) <= I(z; y), of each image. */
function told({ log2 }: Score, task: Task): Float64Array {
  const shares = sharesOf(task);
  return log2.map((bits, i) => bits - Math.log2(shares[task.tested[i]]));
}

/** Of each class among the test digits. */
function sharesOf({ tested }: Task): number[] {
  const shares = new Array<number>(CLASSES).fill(0);
  for (const y of tested) shares[y] += 1 / tested.length;
  return shares;
}

function entropyOf(task: Task): number {
  return sharesOf(task).reduce((sum, share) => sum - (share > 0 ? share * Math.log2(share) : 0), 0);
}

function percent(score: Score): number {
  return 100 * estimate(score.right).mean;
}

export function taskTitle(task: Task): string {
  return `y: ${task.name}; H(y) = ${entropyOf(task).toFixed(4)}`;
}

function taskTable(task: Task, networks: readonly ReadNetwork[], t: number, pixels: Score): FigureTable {
  return {
    title: taskTitle(task),
    columns: [
      { title: 'what is read' },
      { title: 'R', digits: 2 },
      { title: 'accuracy, means', digits: 1 },
      { title: 'accuracy, samples', digits: 1 },
      { title: 'I(z; y) at least', digits: 2 },
      { title: 'standard error', digits: 2 },
    ],
    rows: [
      ...networks.map((network) => {
        const { onMeans, onSamples } = network.readings[t];
        const { mean, error } = estimate(told(onSamples, task));
        return [nameOf(network), network.rate.mean, percent(onMeans), percent(onSamples), mean, error];
      }),
      ['the pixels', null, percent(pixels), null, null, null],
      ['nothing', 0, 100 * Math.max(...sharesOf(task)), 100 * Math.max(...sharesOf(task)), 0, null],
    ],
  };
}

function taskChecks(task: Task, networks: readonly ReadNetwork[], t: number): Check[] {
  const bounds = networks.map((network) => {
    const { mean, error } = estimate(told(network.readings[t].onSamples, task));
    const tolerance = ERRORS * (error + network.rate.error);
    return atMost(`I(z; y) <= R, ${task.name}: ${nameOf(network)}`, mean, network.rate.mean, tolerance);
  });
  const rightOf = ({ readings }: ReadNetwork) => estimate(readings[t].onSamples.right);
  const orders = networks.slice(1, BETAS.length).map((network, i) => {
    const [less, more] = [rightOf(network), rightOf(networks[i])];
    const what = `accuracy, ${task.name}: beta ${networks[i].beta} against ${network.beta}`;
    return atLeast(what, more.mean, less.mean, ERRORS * (less.error + more.error));
  });
  return [...bounds, ...orders];
}

function nameOf({ neighbours, beta }: DigitsNetwork): string {
  return `${decoderName(neighbours)}, beta ${beta}`;
}

/** I(z; y), as far as it is read, over R; grey: the bounds R and H(y). */
function planePlot(task: Task, networks: readonly ReadNetwork[], t: number): Plot {
  const entropy = entropyOf(task);
  const values = networks.map(({ neighbours, beta, rate, readings }) => ({
    ...{ decoder: decoderName(neighbours), beta: `${beta}`, rate: rate.mean },
    bits: estimate(told(readings[t].onSamples, task)).mean,
  }));
  const right = Math.max(...values.map(({ rate }) => rate));
  const corner = [
    { rate: 0, bits: 0 },
    { rate: entropy, bits: entropy },
    { rate: right, bits: entropy },
  ];
  const x = { field: 'rate', type: 'quantitative', title: 'R, bits' };
  const y = { field: 'bits', type: 'quantitative', title: 'I(z; y) at least, bits' };
  return {
    ...{ width: 460, height: 260 },
    title: `What z tells of ${task.name}; grey: at most R and H(y); beta beside each point`,
    layer: [
      { data: { values: corner }, mark: { type: 'line', color: '#bbb' }, encoding: { x, y } },
      {
        data: { values },
        mark: { type: 'line', point: { size: 60 } },
        encoding: {
          x,
          y,
          order: { field: 'rate' },
          color: { field: 'decoder', type: 'nominal', title: null },
        },
      },
      {
        data: { values },
        mark: { type: 'text', align: 'left', dx: 6, dy: 10 },
        encoding: { x, y, text: { field: 'beta' } },
      },
    ],
  };
}

/** Posterior means of test digits in the two directions in which they spread most. */
function embeddingPlot(networks: readonly ReadNetwork[], classes: Uint8Array): Plot {
  const chosen = EMBEDDED.map((index) => networks[index]);
  const values = chosen.flatMap((network) =>
    flattened(network.means).map(([x, y], i) => ({ name: nameOf(network), x, y, class: classes[i] })),
  );
  const axis = (field: string) => ({ field, type: 'quantitative', axis: null });
  return {
    title: `Posterior means of ${SHOWN} test digits in two dimensions, by their nearest prototype`,
    data: { values },
    facet: { field: 'name', type: 'nominal', title: null, sort: chosen.map(nameOf) },
    columns: 2,
    spec: {
      ...{ width: 240, height: 240 },
      mark: { type: 'point', filled: true, size: 12, opacity: 0.8, aria: false },
      encoding: {
        x: axis('x'),
        y: axis('y'),
        color: { field: 'class', type: 'nominal', title: 'prototype', scale: { scheme: 'category10' } },
      },
    },
  };
}

/** The first SHOWN of the features, on their two principal axes, to three digits. */
function flattened({ values, size }: Features): [number, number][] {
  const rows = Array.from({ length: SHOWN }, (_, i) =>
    Array.from({ length: size }, (_, k) => values[i * size + k]),
  );
  const centre = rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k] / SHOWN, 0));
  const centred = rows.map((row) => row.map((value, k) => value - centre[k]));
  const axes = principalAxes(scaled(multiply(transpose(centred), centred), 1 / SHOWN), 2);
  const round = (value: number) => Number(value.toFixed(3));
  return centred.map((row) => {
    const [x, y] = apply(axes, row);
    return [round(x), round(y)];
  });
}
