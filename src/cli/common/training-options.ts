// Options that the commands which train share.
import type { Argv } from 'yargs';
import { checkThreads } from './options.ts';

/** What --backend takes; src/train/tensorflow/backend.ts is loaded only when something is trained. */
export const BACKENDS = ['node-gpu', 'webgpu', 'wasm', 'cpu'];

export function trainingOptions(yargs: Argv<object>) {
  return yargs
    .option('data', {
      type: 'string',
      requiresArg: true,
      demandOption: true,
      describe: 'folder with the training data',
    })
    .option('minutes', {
      type: 'number',
      requiresArg: true,
      describe: 'time to train; a short measurement turns it into steps',
    })
    .option('steps', {
      type: 'number',
      requiresArg: true,
      describe: 'steps to train: with the same seed and back end, the same weights',
    })
    .option('seed', {
      type: 'number',
      requiresArg: true,
      default: 1,
      describe: 'of first weights, batches, noise',
    })
    .option('threads', {
      type: 'number',
      requiresArg: true,
      describe: 'threads on CPUs; the weights do not depend on them  [default: as many as cores]',
    })
    .option('backend', {
      type: 'string',
      choices: BACKENDS,
      describe: 'TensorFlow.js back end  [default: the best one present]',
    });
}

/** For yargs' check: true, or throws with what is wrong. */
export function checkTraining(args: {
  beta?: number | undefined;
  hours?: number | undefined;
  minutes?: number | undefined;
  steps?: number | undefined;
  latents?: number | undefined;
  seed: number;
  threads?: number | undefined;
}): true {
  const { beta, hours, minutes, steps, latents, seed } = args;
  if (beta !== undefined && !(beta > 0)) throw new Error('--beta must be above 0');
  if (hours !== undefined && !(hours > 0)) throw new Error('--hours must be above 0');
  if (minutes !== undefined && !(minutes > 0)) throw new Error('--minutes must be above 0');
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 1)) {
    throw new Error('--steps must be a whole number of at least 1');
  }
  if (latents !== undefined && !(Number.isInteger(latents) && latents >= 1 && latents <= 32)) {
    throw new Error('--latents must be a whole number from 1 to 32');
  }
  if (!Number.isSafeInteger(seed)) throw new Error('--seed must be a whole number');
  return checkThreads(args);
}
