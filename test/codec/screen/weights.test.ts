// Weights' files of the screen family: what is none is refused in one sentence.

import { expect, it } from 'vitest';
import { readSafetensors, type Safetensors } from '../../../codec/network/safetensors.ts';
import { readWeights, stateFrom, stateOf } from '../../../codec/screen/weights.ts';
import { contentOf, small, untrainedFile, untrainedWeights } from './untrained.ts';

it.each([small, null])('are read as they were written: %o', (architecture) => {
  const weights = untrainedWeights(architecture);
  const read = readWeights(readSafetensors(untrainedFile(architecture), 'a file'));
  expect(read.planes).toEqual(weights.planes);
  expect(read.architecture).toEqual(architecture);
  // Tables keep 8 bits of a number in the file.
  const again = readWeights(contentOf(read));
  expect(again.tables).toEqual(read.tables);
});

it('say of a state what it was made of', () => {
  for (const p of [0, 0.25, 0.5, 0.999, 1])
    for (const times of [0, 1, 255]) {
      const state = stateOf(stateFrom(p, times));
      expect(state.times).toBe(times);
      expect(state.probability).toBeCloseTo(p, 6);
    }
});

const content = contentOf(untrainedWeights(small));
const withTensor = (name: string, change: (data: Float32Array) => Float32Array): Safetensors => ({
  ...content,
  tensors: {
    ...content.tensors,
    [name]: { ...content.tensors[name], data: change(content.tensors[name].data) },
  },
});

it.each<[string, Safetensors, RegExp]>([
  ['other units', { ...content, metadata: { ...content.metadata, units: '14' } }, /14 units/],
  ['no rate', { ...content, metadata: { ...content.metadata, rate: '0' } }, /rate '0'/],
  [
    'a probability above 1',
    withTensor('probabilities', (data) => data.with(3, 1.5)),
    /a probability is none/,
  ],
  ['a count that is none', withTensor('times', (data) => data.with(3, -1)), /a count is none/],
  ['a huge weight', withTensor('mixing', (data) => data.with(3, 1e9)), /too large/],
  ['an error below 0', withTensor('mixing', (data) => data.with(data.length - 1, -1)), /below 0/],
  ['a table too short', withTensor('mixing', (data) => data.slice(1)), /no tensor mixing/],
  [
    'a network too short',
    withTensor('plane0.layer1.weights', (data) => data.slice(1)),
    /plane0.layer1.weights/,
  ],
])('are refused with %s', (_what, file, message) => {
  expect(() => readWeights(file)).toThrow(message);
});
