// What images are expected to take, by their shapes.
import { expect, it } from 'vitest';
import type { Shape } from '../../library/index.ts';
import { shippedModel } from '../../models/catalogue.ts';
import { encodingTask } from '../../src/cli/common/estimate.ts';

const phases = (mpx: number, speed: number) => [mpx / speed];
const rgb = (width: number, height: number, images = 1): Shape => ({
  ...{ width, height, images, channels: 3, bitDepth: 8 },
});

it.each([
  [1, 'photo-fast'],
  [3, 'photo-quick'],
  [6, 'photo'],
  [9, 'photo-max'],
])('effort %d takes the time of %s, on one thread and on more', async (effort, name) => {
  const speed = shippedModel(name)?.speed ?? [0, 0];
  expect(await encodingTask(rgb(4000, 3000), { effort }, phases)).toMatchObject({
    pixels: 12e6,
    phases: [12 / speed[0]],
    gain: speed[1] / speed[0],
  });
});

it.each([
  ['a shape that is not known', null],
  ['more pixels than a file of an image has', rgb(65536, 65536)],
  ['more samples than are coded', rgb(28, 28, 2 ** 32 - 1)],
])('of %s nothing is said', async (_, shape) => {
  expect(await encodingTask(shape, { effort: 6 }, phases)).toBe(null);
});
