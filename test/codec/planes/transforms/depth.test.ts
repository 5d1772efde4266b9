// The levels of 16-bit samples: ranks and back, and tables that no image has.
import { describe, expect, it } from 'vitest';
import { findDepth, readDepth } from '../../../../codec/planes/transforms/depth.ts';
import { randomNumbers } from '../../kernel/fixture.ts';

const random = randomNumbers(23);
const ROW = 96;

/** Samples as a function gives them. */
function samplesOf(level: (index: number) => number, length = ROW * 200): Uint16Array {
  return Uint16Array.from({ length }, (_, index) => level(index));
}

const images = {
  'one level': samplesOf(() => 777),
  noise: samplesOf(() => 65536 * random()),
  '12 bits': samplesOf(() => 4096 * random()),
  '12 bits times 16': samplesOf(() => 16 * Math.floor(4096 * random())),
  '12 bits repeated': samplesOf(() => {
    const level = Math.floor(4096 * random());
    return (level << 4) | (level >> 8);
  }),
  '8 bits times 257': samplesOf(() => 257 * Math.floor(256 * random())),
  'a hundred odd levels': samplesOf(() => Math.floor(100 * random()) ** 2 + 3),
  'few samples': samplesOf(() => 65536 * random(), 7),
};

function depthOf(samples: Uint16Array) {
  return findDepth(samples, ROW, 1);
}

describe('levels of 16-bit samples', () => {
  for (const [name, samples] of Object.entries(images))
    it(`come back: ${name}`, () => {
      const { table, deep, ranksOf } = depthOf(samples);
      const read = readDepth(table);
      expect(read.deep).toEqual(deep);
      const ranks = ranksOf(samples);
      expect(Math.max(...ranks)).toBeLessThan(deep?.levels ?? 256);
      expect(read.samplesOf(ranks)).toEqual(samples);
    });

  it('are ranks where few are used', () => {
    expect(depthOf(images['12 bits times 16']).deep?.levels).toBeLessThanOrEqual(4096);
    expect(depthOf(images['12 bits repeated']).deep?.levels).toBeLessThanOrEqual(4096);
    expect(depthOf(images['12 bits repeated']).table.length).toBeLessThan(400);
    for (const name of ['one level', '8 bits times 257', 'a hundred odd levels'] as const)
      expect(depthOf(images[name]).deep).toBeUndefined();
  });

  it('stand for values in steps of a square root where neighbours differ the more the higher they are', () => {
    const light = (power: number) =>
      samplesOf((index) => ((1 + (index % ROW)) / (ROW + 1)) ** power * 60000 * (1 + 0.05 * random()));
    expect(depthOf(light(3)).deep).toMatchObject({ rooted: true });
    const even = samplesOf((index) => 600 * (index % ROW) + 900 * random());
    expect(depthOf(even).deep).toMatchObject({ rooted: false });
  });

  it('are refused where a table is none', () => {
    const { table } = depthOf(images['12 bits repeated']);
    const tables = [
      Uint8Array.of(),
      Uint8Array.of(0, 0, 1, 5),
      Uint8Array.of(3, 0, 1, 5),
      Uint8Array.of(1, 0, 0, 5),
      Uint8Array.of(1, 0, 1, 5, 0),
      Uint8Array.of(17, 0, 1, 5),
      Uint8Array.of(1, 255, 255, 3, 2, 5),
      Uint8Array.of(2, 0, 1),
      table.subarray(0, -1),
    ];
    for (const damaged of tables)
      expect(() => readDepth(damaged)).toThrow(/damaged|truncated|long|hold|zlib|end/i);
  });

  it('are refused where a rank has none', () => {
    const { samplesOf } = readDepth(Uint8Array.of(1, 0, 1, 5));
    expect(() => samplesOf(Uint8Array.of(6))).toThrow('damaged');
  });
});
