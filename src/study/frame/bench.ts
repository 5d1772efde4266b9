// What a claim has at hand while it is measured: random numbers, data, trained weights, and whom to tell.

import type { Safetensors } from '../../../codec/network/safetensors.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { Random } from '../../train/run/random.ts';
import type { BackendName } from '../../train/tensorflow/backend.ts';
import type { Network } from './network.ts';

export interface Bench {
  readonly seed: number;
  /** Random numbers of this seed and key; no two uses should share a key. */
  random(...key: readonly number[]): Random;
  /** Weights of networks, in their order: those that are there, others trained now. */
  weights(networks: readonly Network[]): Promise<Safetensors[]>;
  /** MNIST's images, 28x28 grey. Throws VaezipError 'bad-argument' where no folder of data is given. */
  digits(part: 'train' | 'test'): Promise<Pixels>;
  /** The digits' classes, 0 to 9, where MNIST's files of labels lie beside the images. */
  labels(part: 'train' | 'test'): Promise<Uint8Array | undefined>;
  /** Starts TensorFlow.js on this thread, for estimates that need it. */
  tensorFlow(): Promise<BackendName>;
  /** Says what is being done, as in 'coding 10,000 digits'. */
  progress(what: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** What the bench needs from outside. */
export type BenchParts = Omit<Bench, 'random'>;

export function openBench(parts: BenchParts): Bench {
  return { ...parts, random: (...key) => new Random(parts.seed, ...key) };
}
