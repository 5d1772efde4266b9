// What is said where a package is not there that vaezip does not install.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withPackages } from '../src/optional-packages.ts';
import { withTensorFlow } from '../src/train/tensorflow/packages.ts';

const ABSENT = '@vaezip/absent';

it('gives what is imported', async () => {
  expect(await withPackages('nothing', [], async () => 7)).toBe(7);
  expect(await withTensorFlow(() => import('../src/train/tensorflow/backend.ts'))).toHaveProperty(
    'useBackend',
  );
});

it('says how to install what is missing', async () => {
  await expect(withPackages('the plot', ['a', 'b'], () => import(ABSENT))).rejects.toMatchObject({
    code: 'missing-package',
    message: 'the plot is not installed: npm install a b',
  });
  await expect(withTensorFlow(() => import(ABSENT))).rejects.toThrow(
    /^TensorFlow\.js is not installed: npm install @tensorflow\/tfjs-core /,
  );
});

it('says what is wrong with what is there', async () => {
  const load = async () => {
    throw new Error('no libcudart here');
  };
  await expect(withPackages('CUDA', ['a'], load)).rejects.toMatchObject({
    code: 'missing-package',
    message: 'CUDA is installed, but does not load: no libcudart here',
  });
});

it('every package that the sentences name is an optional peer of the version that is tested', () => {
  const { dependencies, devDependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  const peers = Object.keys(peerDependencies);
  expect(peers).toEqual(expect.arrayContaining(['@tensorflow/tfjs-core', 'vega', 'webgpu']));
  for (const name of peers) {
    expect(peerDependenciesMeta[name]).toEqual({ optional: true });
    expect(dependencies).not.toHaveProperty([name]);
    if (name in devDependencies) expect(devDependencies[name]).toBe(peerDependencies[name]);
  }
});
