// Chooses TensorFlow.js's back end. node-gpu (CUDA) and webgpu (Dawn) are optional peers of the package: nobody
// downloads hundreds of megabytes who does not ask for them. wasm and cpu are always there.

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { VaezipError } from '../../../codec/error.ts';

export const BACKENDS = ['node-gpu', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Packages that are not installed with vaezip, by the back end that needs them. */
const OPTIONAL: Readonly<Record<BackendName, readonly string[]>> = {
  'node-gpu': ['@tensorflow/tfjs-node-gpu'],
  webgpu: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
  wasm: [],
  cpu: [],
};

/** The back end of that name, undefined for none. Throws VaezipError 'bad-argument' for another name. */
export function validBackend(name: string | undefined): BackendName | undefined {
  const backend = BACKENDS.find((candidate) => candidate === name);
  if (name !== undefined && !backend) {
    throw new VaezipError(
      'bad-argument',
      `there is no back end ${name}: choose one of ${BACKENDS.join(', ')}`,
    );
  }
  return backend;
}

/** Whether gradients are computed on threads of their own: a GPU takes whole batches from one thread instead. */
export function usesThreads(backend: BackendName): boolean {
  return backend === 'wasm' || backend === 'cpu';
}

/**
 * Makes `name`, or else the best back end present, the current one of this thread.
 * Throws VaezipError 'missing-package', with the npm command that helps, when `name` is not installed.
 */
export async function useBackend(name?: BackendName): Promise<BackendName> {
  tf.enableProdMode(); // no advice on other back ends, no checks of values
  if (name) {
    await start(name);
    return name;
  }
  for (const candidate of BACKENDS) {
    try {
      await start(candidate);
      return candidate;
    } catch {
      // Not installed, or no such device here: the next one.
    }
  }
  throw new VaezipError('missing-package', 'no TensorFlow.js back end starts here: run npm ci again');
}

async function start(name: BackendName): Promise<void> {
  switch (name) {
    case 'node-gpu':
      await load(name, OPTIONAL[name][0]);
      return select('tensorflow', name);
    case 'webgpu': {
      const dawn = (await load(name, 'webgpu')) as { globals: object; create(flags: string[]): unknown };
      Object.assign(globalThis, dawn.globals);
      Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create([]) }, configurable: true });
      await load(name, OPTIONAL[name][0]);
      return select('webgpu', name);
    }
    case 'wasm':
      await import('@tensorflow/tfjs-backend-wasm');
      return select('wasm', name);
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      return select('cpu', name);
  }
}

async function load(backend: BackendName, specifier: string): Promise<unknown> {
  try {
    return await import(specifier);
  } catch (cause) {
    throw new VaezipError(
      'missing-package',
      `back end ${backend} is not installed: npm install ${OPTIONAL[backend].join(' ')}`,
      { cause },
    );
  }
}

async function select(tfName: string, name: BackendName): Promise<void> {
  if (!(await tf.setBackend(tfName))) {
    throw new VaezipError('missing-package', `back end ${name} is installed, but finds no device here`);
  }
  await tf.ready();
}
