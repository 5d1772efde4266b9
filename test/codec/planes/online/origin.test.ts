// The weights of latents, as they lie in a weights' file.

import { expect, it } from 'vitest';
import { originOfTensors, tensorsOfOrigin } from '../../../../codec/planes/online/origin.ts';
import { shapesOf } from '../../../../codec/planes/quick/weights.ts';
import { colour } from '../quick/untrained.ts';
import { untrainedOrigin } from './untrained.ts';

const shapes = shapesOf(colour);
const origin = untrainedOrigin(shapes, { latents: 5 });
const tensors = tensorsOfOrigin(shapes, origin);

it('come back from their tensors; without them there are no latents', () => {
  expect(originOfTensors(shapes, tensors)).toEqual(origin);
  expect(tensors['plane1.layer2.weights.basis'].shape).toEqual([5, 8, 12]);
  expect(originOfTensors(shapes, {})).toBeUndefined();
});

const changed = (name: string, change: (data: Float32Array) => Float32Array) => ({
  ...tensors,
  [name]: { ...tensors[name], data: change(tensors[name].data.slice()) },
});

it.each([
  ['latents by halves', changed('origin.posterior.bias', (data) => data.subarray(1)), /4.5 latents/],
  ['no latents', changed('origin.posterior.bias', () => new Float32Array(0)), /0 latents/],
  ['too many', changed('origin.posterior.bias', () => new Float32Array(66)), /33 latents/],
  ['other statistics', changed('origin.statistics.scale', (data) => data.subarray(1)), /64 numbers/],
  ['a basis less', changed('plane2.layer1.bias.basis', (data) => data.subarray(1)), /60 numbers/],
  ['too large a shift', changed('plane0.layer1.bias.basis', (data) => data.fill(2e4)), /beyond 10000/],
])('are refused with %s', (_, wrong, message) => {
  expect(() => originOfTensors(shapes, wrong)).toThrow(message);
});
