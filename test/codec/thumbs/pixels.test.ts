// The kernel's pixels, beside a reference that shares nothing with them.

import { expect, it } from 'vitest';
import { Message } from '../../../codec/ans/message.ts';
import type { Arena } from '../../../codec/kernel/arena.ts';
import { Engine } from '../../../codec/network/engine.ts';
import { SHAPES } from '../../../codec/thumbs/architecture.ts';
import { padImage, pixelsPlan, takeImage } from '../../../codec/thumbs/pixels-plan.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';
import { painted, untrainedTensors } from './images.ts';
import { referenceBits } from './reference.ts';

const tensors = untrainedTensors(1.7);
const random = randomNumbers(7);

function jobOf(arena: Arena, size: { width: number; height: number }) {
  const engine = new Engine(kernel, arena, tensors, SHAPES, 'untrained');
  const cells = 4 * Math.ceil(size.width / 8);
  const said = engine.buffer(cells * 4 * Math.ceil(size.height / 8) * 4 * 32);
  const values = Float32Array.from({ length: said.length }, () => 2 * random() - 1);
  engine.write(said, values);
  const job = arena.lay(pixelsPlan(size, said.address, (name) => engine.tensor(name).address));
  return { job, values, cells };
}

it.each([
  ['photo-like', 32, 32],
  ['noise', 35, 33],
  ['saturated noise', 32, 40],
  ['black', 33, 32],
])('of %s, %i x %i, cost what the reference says, and come back', (name, width, height) => {
  const arena = freshArena();
  const { job, values, cells } = jobOf(arena, { width, height });
  const image = painted(name, 1, width, height).data as Uint8Array;
  padImage(job, image);
  const samples = image.length;
  const intervals = arena.allocate(8 * samples);
  const bits = kernel.exports.thumbsIntervals(job.address, intervals);
  const expected = referenceBits(tensors, image, { width, height, cells }, values);
  expect(Math.abs(bits / expected - 1)).toBeLessThan(2e-5);

  const message = Message.create(kernel, arena, samples + 64);
  message.push(12345, 1, 32);
  const before = message.netBits;
  kernel.exports.pushManyReverse(message.address, intervals, samples, 22);
  expect(Math.abs((message.netBits - before) / bits - 1)).toBeLessThan(1e-3);
  padImage(job, new Uint8Array(samples));
  kernel.exports.thumbsPop(job.address, message.address);
  expect(takeImage(job)).toEqual(image);
  expect(message.pop(12345, 1, 32)).toBeUndefined();
});
