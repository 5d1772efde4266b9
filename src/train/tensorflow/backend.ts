// Chooses TensorFlow.js's back end. All are optional peers of the package: nobody downloads
// hundreds of megabytes who does not ask for them.

import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // registers the gradients
import { VaezipError } from '../../../codec/error.ts';
import { withPackages } from '../../optional-packages.ts';

export const BACKENDS = ['node-gpu', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

const PACKAGES: Readonly<Record<BackendName, readonly string[]>> = {
  'node-gpu': ['@tensorflow/tfjs-node-gpu'],
  webgpu: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
  wasm: ['@tensorflow/tfjs-backend-wasm'],
  cpu: ['@tensorflow/tfjs-backend-cpu'],
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
  throw new VaezipError('missing-package', `no back end starts here: npm install ${PACKAGES.wasm}`);
}

async function start(name: BackendName): Promise<void> {
  switch (name) {
    case 'node-gpu':
      await load(name, PACKAGES[name][0]);
      return select('tensorflow', name);
    case 'webgpu': {
      const dawn = (await load(name, 'webgpu')) as { globals: object; create(flags: string[]): unknown };
      Object.assign(globalThis, dawn.globals);
      Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create([]) }, configurable: true });
      await load(name, PACKAGES[name][0]);
      return select('webgpu', name);
    }
    case 'wasm':
    case 'cpu':
      await load(name, PACKAGES[name][0]);
      return select(name, name);
  }
}

function load(backend: BackendName, specifier: string): Promise<unknown> {
  return withPackages(`back end ${backend}`, PACKAGES[backend], () => import(specifier));
}

async function select(tfName: string, name: BackendName): Promise<void> {
  if (!(await tf.setBackend(tfName))) {
    throw new VaezipError('missing-package', `back end ${name} is installed, but finds no device here`);
  }
  await tf.ready();
}
