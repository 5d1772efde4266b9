// Rate against beta: one digits model for each beta, same seed and steps, each then codes the test images as one chain.
// Distortion is the likelihood's share of -ELBO, rate the KL's (Alemi et al. 2018, Fixing a broken ELBO).

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { digitsFamily } from '../../codec/digits/family.ts';
import { VaezipError } from '../../codec/error.ts';
import { readSafetensors, type Safetensors } from '../../codec/network/safetensors.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { readIdxFile } from '../files/idx-file.ts';
import { checkpointPath } from '../train/run/checkpoint.ts';
import type { BackendName } from '../train/tensorflow/backend.ts';
import type { Preset } from '../train/tensorflow/preset.ts';
import { type Progress, train } from '../train/tensorflow/trainer.ts';

const TEST_FILE = 't10k-images-idx3-ubyte';

export interface SweepOptions {
  /** Of the digits family. */
  readonly preset: Preset;
  readonly betas: readonly number[];
  /** Folder with MNIST's training and test images. */
  readonly data: string;
  /** Weights lie at PREFIX-beta-B.safetensors; those that are there already are not trained again. */
  readonly prefix: string;
  readonly seed: number;
  readonly steps?: number | undefined;
  /** For each beta; the first one's measurement decides the steps of all. */
  readonly minutes?: number | undefined;
  readonly threads?: number | undefined;
  readonly backend: BackendName;
  readonly signal?: AbortSignal | undefined;
  readonly onTraining?: ((beta: number) => (progress: Progress) => void) | undefined;
  readonly onPoint?: ((point: SweepPoint) => void) | undefined;
}

/** One beta's model on the test images, in bits per dimension. */
export interface SweepPoint {
  readonly beta: number;
  /** Distortion D. */
  readonly likelihood: number;
  /** Rate R. */
  readonly kl: number;
  readonly negElbo: number;
  /** What the message grew by. */
  readonly net: number;
  readonly baseline: 8;
}

export interface Sweep {
  readonly images: number;
  /** Training steps of each model. */
  readonly steps: number;
  readonly backend: string;
  readonly points: readonly SweepPoint[];
}

/**
 * The points in the order of the betas; undefined if the signal stopped it: the same call goes on later.
 * Throws VaezipError as `train` does, if data are missing, or if weights that are there are of another seed or length.
 */
export async function sweep(options: SweepOptions): Promise<Sweep | undefined> {
  const { pixels } = await readIdxFile(options.data, TEST_FILE);
  const points: SweepPoint[] = [];
  let trained: { steps: number; backend: string } | undefined;
  for (const beta of options.betas) {
    const path = `${options.prefix}-beta-${beta}.safetensors`;
    if (!existsSync(path)) {
      const steps = trained?.steps ?? options.steps;
      const finished = await trainWeights({ ...options, steps }, beta, path);
      if (!finished) return undefined;
    }
    const weights = readSafetensors(await readFile(path), path);
    const { metadata } = weights;
    trained ??= { steps: Number(metadata.steps), backend: metadata.backend };
    const expected = { beta, seed: options.seed, ...trained };
    for (const [name, value] of Object.entries(expected)) {
      if (metadata[name] === String(value)) continue;
      throw new VaezipError(
        'bad-argument',
        `${path} has ${name} ${metadata[name]}, not ${value}: choose another --out, or delete it`,
      );
    }
    const point = await codePoint(beta, path, weights, pixels);
    points.push(point);
    options.onPoint?.(point);
  }
  if (!trained) throw new VaezipError('bad-argument', 'there is no beta to train');
  return { images: pixels.images, ...trained, points };
}

async function trainWeights(options: SweepOptions, beta: number, path: string): Promise<boolean> {
  const training = await train({
    ...options,
    out: path,
    beta,
    resume: existsSync(checkpointPath(path)),
    onProgress: options.onTraining?.(beta),
  });
  return training.finished;
}

async function codePoint(
  beta: number,
  path: string,
  weights: Safetensors,
  pixels: Pixels,
): Promise<SweepPoint> {
  const model = digitsFamily.load(path, '', weights);
  if (!model.accepts(pixels)) {
    throw new VaezipError(
      'bad-input',
      `${TEST_FILE} holds ${pixels.width}x${pixels.height} images, not 28x28`,
    );
  }
  const { lengths } = await model.open(pixels, { threads: 1 }).encode(pixels.data);
  const perDim = (bits: number): number => Number((bits / pixels.data.length).toFixed(5));
  return {
    beta,
    likelihood: perDim(lengths.likelihood),
    kl: perDim(lengths.kl),
    negElbo: perDim(lengths.likelihood + lengths.kl),
    net: perDim(lengths.net),
    baseline: 8,
  };
}
