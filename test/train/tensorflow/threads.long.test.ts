// Gradient descent of the digits model on threads, to the same weights as without.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeIdx } from '../../../src/files/idx.ts';
import { useBackend } from '../../../src/train/tensorflow/backend.ts';
import { digits } from '../../../src/train/tensorflow/digits/preset.ts';
import { train } from '../../../src/train/tensorflow/trainer.ts';
import { inFolder } from '../../cli/command-line.ts';
import { randomNumbers } from '../../codec/kernel/fixture.ts';

it('threads do not change the digits’ weights', () =>
  inFolder(async (folder) => {
    const random = randomNumbers(5);
    const data = Uint8Array.from({ length: 24 * 784 }, () => (random() < 0.8 ? 0 : 256 * random()));
    const pixels = { data, width: 28, height: 28, channels: 1, bitDepth: 8, images: 24 } as const;
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), writeIdx(pixels));
    await useBackend('wasm');
    const run = {
      preset: { name: 'digits', ...digits },
      backend: 'wasm',
      data: folder,
      seed: 1,
      beta: 1,
      steps: 2,
    } as const;
    const none = await train({ ...run, threads: 0, out: join(folder, 'none.safetensors') });
    const two = await train({ ...run, threads: 2, out: join(folder, 'two.safetensors') });
    expect(two.parameters).toEqual(none.parameters);
    expect(two.heldOut).toEqual(none.heldOut);
  }));
