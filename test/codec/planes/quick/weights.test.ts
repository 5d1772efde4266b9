// Weights' files of the quick family: what is none is refused in one sentence.

import { expect, it } from 'vitest';
import { readSafetensors, type Safetensors } from '../../../../codec/network/safetensors.ts';
import { quickFamily } from '../../../../codec/planes/quick/family.ts';
import { readWeights } from '../../../../codec/planes/quick/weights.ts';
import { colour, contentOf, grey, untrainedFile, untrainedWeights, wide } from './untrained.ts';

it.each([colour, wide, grey])('are read as they were written: %o', (architecture) => {
  const weights = untrainedWeights(architecture);
  expect(readWeights(readSafetensors(untrainedFile(architecture), 'a file'))).toEqual(weights);
  expect(quickFamily.shapes(architecture).length).toBe(architecture.planes);
});

const content = contentOf(untrainedWeights(grey));
const withMetadata = (more: Record<string, string>): Safetensors => ({
  ...content,
  metadata: { ...content.metadata, ...more },
});

it.each<[string, Safetensors, RegExp]>([
  ['two planes', withMetadata({ planes: '2' }), /'2' planes/],
  ['more planes than tensors', withMetadata({ planes: '3' }), /plane0.layer1.weights/],
  ['other units', withMetadata({ units: '14' }), /14 units/],
  ['too many units', withMetadata({ units: '72' }), /units '72'/],
  ['no rate', withMetadata({ rate: '0' }), /rate '0'/],
  ['a tensor less', { ...content, tensors: {} }, /is missing/],
])('are refused with %s', (_what, changed, message) => {
  expect(() => readWeights(changed)).toThrow(
    expect.objectContaining({
      name: 'VaezipError',
      code: 'bad-file',
      message: expect.stringMatching(message),
    }),
  );
});
