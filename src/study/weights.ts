// Trained weights of a study's networks: found where an earlier run or the repository has them, trained else, as many
// at a time as there are threads. A network is found by its name, and by the seed, steps and beta in its metadata.

import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors, type Safetensors } from '../../codec/network/safetensors.ts';
import type { BackendName } from '../train/tensorflow/backend.ts';
import { ask, startThread } from '../worker-threads.ts';
import type { Network } from './frame/network.ts';
import type { Assignment } from './training-worker.ts';

/** Weights of networks that take more than some minutes to train lie in the repository. */
const SHIPPED = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../docs/study/weights' : '../../../docs/study/weights',
    import.meta.url,
  ),
);

export interface WeightsOptions {
  readonly seed: number;
  /** Weights that are trained lie here, and are found here again. */
  readonly folder: string;
  /** Folder of MNIST's files, for networks of digits. */
  readonly data?: string | undefined;
  /** How the weights' cards say that they can be trained again. */
  readonly command: string;
  /** Whether those that ship count. */
  readonly shipped: boolean;
  readonly threads: number;
  /** Starts TensorFlow.js; asked for only where something is to be trained. */
  readonly backend: () => Promise<BackendName>;
  /** Ends training after the current step; the next run goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each network that is to be trained. */
  readonly onTraining?: ((name: string) => void) | undefined;
}

/** The networks' weights in their order. Throws the signal's reason when it is raised, and what training throws. */
export async function weightsOf(
  networks: readonly Network[],
  options: WeightsOptions,
): Promise<Safetensors[]> {
  const { seed, folder, shipped, threads, signal } = options;
  const folders = shipped ? [folder, SHIPPED] : [folder];
  const found = new Map<Network, Safetensors>();
  const missing: Network[] = [];
  for (const network of networks) {
    const weights = await find(network, seed, folders);
    if (weights) found.set(network, weights);
    else missing.push(network);
  }
  if (missing.length > 0) await mkdir(folder, { recursive: true });
  const backend = missing.length > 0 ? await options.backend() : undefined;
  const next = missing[Symbol.iterator]();
  const takeTurns = async (): Promise<void> => {
    for (const network of next) found.set(network, await trained(network, backend as BackendName, options));
  };
  await Promise.all(Array.from({ length: Math.min(threads, missing.length) }, takeTurns));
  signal?.throwIfAborted();
  return networks.map((network) => found.get(network) as Safetensors);
}

/** Undefined where no folder has weights of that name, seed, beta and number of steps. */
async function find(
  { name, steps, beta = 1 }: Network,
  seed: number,
  folders: readonly string[],
): Promise<Safetensors | undefined> {
  const wanted = { seed, steps, beta };
  for (const path of folders.map((folder) => weightsPath(folder, name)).filter(existsSync)) {
    const weights = readSafetensors(await readFile(path), path);
    const same = Object.entries(wanted).every(([key, value]) => weights.metadata[key] === String(value));
    if (same) return weights;
  }
  return undefined;
}

async function trained(
  network: Network,
  backend: BackendName,
  options: WeightsOptions,
): Promise<Safetensors> {
  const { seed, folder, data = '', command, signal, onTraining } = options;
  signal?.throwIfAborted();
  onTraining?.(network.name);
  const out = weightsPath(folder, network.name);
  const stop = new SharedArrayBuffer(4);
  const raise = (): void => {
    Atomics.store(new Int32Array(stop), 0, 1);
  };
  signal?.addEventListener('abort', raise);
  const worker = startThread('study/training-worker.js', { backend });
  try {
    const finished = await ask<Assignment, boolean>(worker, { network, out, seed, data, command, stop });
    if (!finished) signal?.throwIfAborted();
    return readSafetensors(await readFile(out), out);
  } finally {
    signal?.removeEventListener('abort', raise);
    await worker.terminate();
  }
}

function weightsPath(folder: string, name: string): string {
  return join(folder, `${name}.safetensors`);
}
