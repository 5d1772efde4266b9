// What a weights' file may say: it loads as it was written, or is refused as damaged.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaezipError } from '../../../../codec/error.ts';
import {
  type NamedArray,
  type Safetensors,
  writeSafetensors,
} from '../../../../codec/network/safetensors.ts';
import { learningFamily } from '../../../../codec/planes/learning/family.ts';
import { metadataOf, readWeights } from '../../../../codec/planes/learning/weights.ts';
import { decode, encode, modelOf } from '../../coding.ts';
import { areSame, paint } from './images.ts';
import { colour, contentOf, grey, similar, similarGrey, uneven, untrainedWeights } from './untrained.ts';

const content = contentOf(untrainedWeights(grey));
const inColour = contentOf(untrainedWeights(colour));
const withSimilar = contentOf(untrainedWeights(similar));
const withSimilarGrey = contentOf(untrainedWeights(similarGrey));

/** Whether it loads; fails on any error but 'bad-file'. */
function loads(changed: Safetensors): boolean {
  try {
    readWeights(changed);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(VaezipError);
    expect((error as VaezipError).code).toBe('bad-file');
    return false;
  }
}

const withMetadata = (metadata: Record<string, string>): Safetensors => ({
  ...content,
  metadata: { ...content.metadata, ...metadata },
});

const without = <T>(record: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

describe('the weights of a learning model', () => {
  it.each([
    ['grey', grey],
    ['colour', colour],
    ['uneven', uneven],
    ['similar', similar],
    ['grey similar', similarGrey],
  ])('come back as they were written: %s', (_name, architecture) => {
    const weights = untrainedWeights(architecture);
    expect(readWeights(contentOf(weights))).toEqual(weights);
  });

  it('are refused without any one of their metadata', () => {
    for (const { tensors, metadata } of [content, withSimilar, withSimilarGrey])
      for (const name of Object.keys(metadata))
        expect(loads({ tensors, metadata: without(metadata, name) })).toBe(
          name === 'format' || name === 'arithmetic',
        );
  });

  it('are refused without any one of their tensors', () => {
    for (const { tensors, metadata } of [content, inColour, withSimilar])
      for (const name of Object.keys(tensors))
        expect(loads({ metadata, tensors: without(tensors, name) })).toBe(false);
  });

  it.each([
    [{ planes: '0' }],
    [{ planes: '2' }],
    [{ planes: '3' }],
    [{ planes: 'one' }],
    [{ planes: '' }],
    [{ hidden: '32' }],
    [{ hidden: '32 16 16' }],
    [{ hidden: '33 16' }],
    [{ hidden: '32 -16' }],
    [{ hidden: '32 0' }],
    [{ hidden: '32 1024' }],
    [{ hidden: '32 Infinity' }],
    [{ neighbours: '' }],
    [{ neighbours: '12' }],
    [{ neighbours: '12 0' }],
    [{ neighbours: '12.5 0 0' }],
    [{ neighbours: '400 0 0' }],
    [{ neighbours: '12 0 -4' }],
    [{ neighbours: '12 0 0, 12 0 0' }],
    [{ neighbours: '0 0 0' }],
    [{ neighbours: '13 0 0' }],
    [{ bundle: '3' }],
    [{ forgetting: '0.7 0.8 0.9' }],
    [{ forgetting: '0.7 0.8 0.9 none' }],
    [{ forgetting: '0.7 0.8 0.9 -1' }],
    [{ forgetting: '0.7 0.8 0.9 0' }],
    [{ ridge: '16 16 16 -16' }],
    [{ ridge: '' }],
    [{ rate: 'NaN' }],
    [{ rate: '-0.001' }],
    [{ rate: '' }],
    [{ rate: '0.1 0.1' }],
  ])('are refused with %j', (metadata) => {
    expect(loads(withMetadata(metadata))).toBe(false);
  });

  it('are refused with more neighbours than there is room for', () => {
    const neighbours = '20 0 6, 20 10 6, 20 10 6';
    expect(loads({ ...inColour, metadata: { ...inColour.metadata, neighbours } })).toBe(false);
  });

  it.each([
    '',
    '16',
    '16 0',
    '16 0, 8 8',
    '16 0, 8 8, 6 5, 6 5',
    '15 0, 8 8, 6 5',
    '17 0, 8 8, 6 5',
    '16 0, 8 7, 6 5',
    '16 0, 8 9, 6 5',
    '16 0, 8 8, 5 5',
    '16 0, 8 8, 7 5',
    '16 0, 8 8, 16 0, 16 0',
    '16 0, 6 10, 6 5',
    '16 0, 10 6, 6 5',
    '16 0, 8 8, 10 3',
    '16 0, 8 8, 2 7',
    '16 0, 8 8, -4 10',
    '16 0, 18 -2, 6 5',
    '16 0, 17 -1, 6 5',
    '16 -1, 8 8, 6 5',
    '16 0.5, 8 8, 6 5',
    '16, 8 8, 6 5',
    '16 0 0, 8 8, 6 5',
    '16 0, 8 8 0, 6 5',
    '16 0, 8 8, 6 5 0',
    '16 0, 8 8, 6 5,',
    '16 0, 7.5 8.5, 6 5',
    '16 0, 8 8, six five',
    '16 NaN, 8 8, 6 5',
    '16 Infinity, 8 8, 6 5',
    '16 0; 8 8; 6 5',
  ])('are refused with neighbours %j of similar contexts', (text) => {
    expect(loads({ ...withSimilar, metadata: { ...withSimilar.metadata, similar: text } })).toBe(false);
  });

  it('are refused where similar contexts need more neighbours than the least squares have', () => {
    const { metadata } = withSimilarGrey;
    expect(loads({ ...withSimilarGrey, metadata: { ...metadata, neighbours: '16 0 0' } })).toBe(true);
    expect(loads({ ...withSimilarGrey, metadata: { ...metadata, neighbours: '12 0 0' } })).toBe(false);
    for (const text of ['16 0, 16 0', '16 0, 8 8, 6 5', '20 0'])
      expect(loads({ ...withSimilarGrey, metadata: { ...metadata, similar: text } })).toBe(false);
  });

  it('are refused with a predictor from similar contexts that their layers have no room for, or without theirs', () => {
    const { similar: text, ...metadata } = withSimilar.metadata;
    expect(loads({ ...withSimilar, metadata })).toBe(false);
    const plain = contentOf(untrainedWeights({ ...similar, similar: undefined }));
    expect(loads(plain)).toBe(true);
    expect(loads({ ...plain, metadata: { ...plain.metadata, similar: text } })).toBe(false);
  });

  it('load with any share of neighbours from planes already coded, and code', async () => {
    const pixels = paint('photo-like', 19, 16);
    for (const text of ['16 0, 8 8, 6 5', '16 0, 7 9, 8 4', '16 0, 9 7, 4 6', '16 4, 8 8, 6 5']) {
      const changed = { ...withSimilar, metadata: { ...withSimilar.metadata, similar: text } };
      const codec = modelOf(learningFamily, 'changed', writeSafetensors(changed));
      const { streams } = await encode(codec, pixels, { threads: 1 });
      expect(areSame(await decode(codec, streams, pixels, { threads: 1 }), pixels)).toBe(true);
    }
  });

  it.each([
    [
      'a value that is not a number',
      ({ shape, data }: NamedArray) => ({ shape, data: data.with(5, Number.NaN) }),
    ],
    ['an infinite value', ({ shape, data }: NamedArray) => ({ shape, data: data.with(0, -Infinity) })],
    ['a value too few', ({ data }: NamedArray) => ({ shape: [data.length - 1], data: data.slice(1) })],
    ['no values', () => ({ shape: [0], data: new Float32Array(0) })],
  ])('are refused with %s', (_what, damage) => {
    for (const [name, tensor] of Object.entries(content.tensors))
      expect(loads({ ...content, tensors: { ...content.tensors, [name]: damage(tensor) } })).toBe(false);
  });

  it('load or are refused, whatever their metadata say; and code what they load for', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
      fc
        .array(fc.oneof(fc.integer({ min: -1, max: 200 }), fc.double()), { maxLength: 5 })
        .map((a) => a.join(' ')),
      fc.constantFrom('1', '3', '32 16', '12 0 0', '16 0 0', '0.5 0.5 0.5 0.5', '1e-30', '0.002'),
    );
    const name = fc.constantFrom(...Object.keys(metadataOf(similarGrey)));
    const pixels = paint('photo-like', 17, 12, 1);
    let loaded = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(content, withSimilarGrey), name, text, async (base, key, value) => {
        const changed = { ...base, metadata: { ...base.metadata, [key]: value } };
        if (!loads(changed)) return;
        loaded++;
        const codec = modelOf(learningFamily, 'changed', writeSafetensors(changed));
        const { streams, lengths } = await encode(codec, pixels, { threads: 1 });
        expect(areSame(await decode(codec, streams, pixels, { threads: 1 }), pixels)).toBe(true);
        expect(Number.isFinite(lengths.likelihood)).toBe(true);
      }),
      { numRuns: 500 },
    );
    expect(loaded).toBeGreaterThan(0);
  });

  it('load or are refused as a file with any byte changed', () => {
    const file = writeSafetensors(content);
    fc.assert(
      fc.property(fc.nat(4000), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = file.slice();
        damaged[at] ^= mask;
        try {
          modelOf(learningFamily, 'damaged', damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(VaezipError);
        }
      }),
      { numRuns: 300 },
    );
    expect(() => modelOf(learningFamily, 'short', file.subarray(0, -4))).toThrow(VaezipError);
  });
});
