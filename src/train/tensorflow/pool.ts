// Computes the shards of a step, on this thread or spread over several. Which thread computes a shard changes nothing.

import { ask, startThread } from '../../worker-threads.ts';
import { type BackendName, useBackend } from './backend.ts';
import type { DataSource, Preset } from './preset.ts';
import { heldOutRates, type Rates, type Shared, shardGradient } from './shard.ts';

export interface Pool {
  /** Fills `shared.gradients` and returns the rates of each shard, in their order. */
  step(step: number, klWeight: number): Promise<Rates[]>;
  heldOut(): Promise<Rates[]>;
  close(): Promise<void>;
}

/** What a thread starts from. */
export interface WorkerData {
  readonly presetName: string;
  readonly directory: string;
  readonly backend: BackendName;
  readonly shared: Shared;
}

/** Shards or held-out batches that a thread computes next. */
export type Task =
  | { readonly kind: 'step'; readonly step: number; readonly klWeight: number; readonly shards: number[] }
  | { readonly kind: 'held-out'; readonly batches: number[] };

/** All shards on this thread: for GPUs. */
export function localPool(preset: Preset, source: DataSource, shared: Shared): Pool {
  return {
    step: (step, klWeight) =>
      inOrder(preset.shards, (shard) => shardGradient(preset, source, shared, step, shard, klWeight)),
    heldOut: () => inOrder(source.heldOutBatches, (index) => heldOutRates(preset, source, shared, index)),
    close: async () => {},
  };
}

/** Shard i on thread i modulo `threads`. */
export function threadPool(preset: Preset, source: DataSource, data: WorkerData, threads: number): Pool {
  const workers = Array.from({ length: threads }, () => startThread('train/gradient-worker.js', data));
  const spread = async (count: number, task: (indices: number[]) => Task): Promise<Rates[]> => {
    const rates: Rates[] = new Array(count);
    await Promise.all(
      workers.map(async (worker, thread) => {
        const indices = range(count).filter((index) => index % threads === thread);
        const answers = await ask<Task, Rates[]>(worker, task(indices));
        for (const [i, index] of indices.entries()) rates[index] = answers[i];
      }),
    );
    return rates;
  };
  return {
    step: (step, klWeight) => spread(preset.shards, (shards) => ({ kind: 'step', step, klWeight, shards })),
    heldOut: () => spread(source.heldOutBatches, (batches) => ({ kind: 'held-out', batches })),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** The pool that suits the back end. */
export async function openPool(
  preset: Preset,
  source: DataSource,
  data: WorkerData,
  threads: number,
): Promise<Pool> {
  if (threads > 0) return threadPool(preset, source, data, Math.min(threads, preset.shards));
  await useBackend(data.backend);
  return localPool(preset, source, data.shared);
}

async function inOrder(count: number, compute: (index: number) => Promise<Rates>): Promise<Rates[]> {
  const rates: Rates[] = [];
  for (const index of range(count)) rates.push(await compute(index));
  return rates;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
