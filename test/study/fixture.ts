// A bench for tests: the seed of the book, MNIST where it is, weights that ship, nothing trained.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readIdxFile } from '../../src/files/idx-file.ts';
import { type Bench, openBench } from '../../src/study/frame/bench.ts';
import { weightsOf } from '../../src/study/weights.ts';
import { useBackend } from '../../src/train/tensorflow/backend.ts';

const MNIST = join(import.meta.dirname, '../../../shared/data/mnist');
export const hasDigits = existsSync(MNIST);

export function testBench(): Bench {
  const neverTrain = async (): Promise<never> => {
    throw new Error('a test trains nothing');
  };
  return openBench({
    seed: 1,
    tensorFlow: () => useBackend('wasm'),
    progress: () => {},
    digits: async (part) =>
      (await readIdxFile(MNIST, part === 'train' ? 'train-images-idx3-ubyte' : 't10k-images-idx3-ubyte'))
        .pixels,
    labels: async () => undefined,
    weights: (networks) =>
      weightsOf(networks, {
        seed: 1,
        command: '',
        folder: 'none',
        shipped: true,
        threads: 1,
        backend: neverTrain,
      }),
  });
}
