// A thread that computes gradients: starts its own back end and data, then answers one task after the other.

import { workerData } from 'node:worker_threads';
import { answerTasks } from '../worker-threads.ts';
import { loadGradientPreset } from './gradient-presets.ts';
import { findPreset } from './presets.ts';
import { useBackend } from './tensorflow/backend.ts';
import type { Task, WorkerData } from './tensorflow/pool.ts';
import { heldOutRates, type Rates, shardGradient } from './tensorflow/shard.ts';

const { presetName, directory, backend, shared } = workerData as WorkerData;

const ready = (async () => {
  await useBackend(backend);
  const preset = await loadGradientPreset(findPreset(presetName));
  return { preset, source: await preset.openData(directory, shared.seed) };
})();

answerTasks(async (task: Task): Promise<Rates[]> => {
  const { preset, source } = await ready;
  const rates: Rates[] = [];
  if (task.kind === 'step') {
    for (const shard of task.shards) {
      rates.push(await shardGradient(preset, source, shared, task.step, shard, task.klWeight));
    }
  } else {
    for (const index of task.batches) rates.push(await heldOutRates(preset, source, shared, index));
  }
  return rates;
});
