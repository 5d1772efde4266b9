// Levels of learnt widths under a mixture: intervals that divide the whole, and a search that finds each of them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Constants } from '../../../codec/kernel/layouts.ts';
import { freshArena, kernel } from '../kernel/fixture.ts';

const { MIXTURE_BYTES, MIXTURE_TOTAL, START, FREQUENCY } = Constants['distributions/logistic-mixture'];
const { EDGES_BYTES } = Constants['digits/levels'];
const { CENTRE, UNIT } = Constants['digits/sizes'];
const LEVELS = 256;
const { levelCumulative, levelEdges, levelFind, levelInterval, levelMixtureSet } = kernel.exports;

function placed(widths: Float32Array, outputs: Float32Array) {
  const arena = freshArena();
  const edges = arena.allocate(EDGES_BYTES);
  const mixture = arena.allocate(MIXTURE_BYTES);
  levelEdges(edges, arena.place(widths));
  levelMixtureSet(mixture, arena.place(outputs), CENTRE, UNIT);
  const at = (field: number) => new Uint32Array(kernel.memory.buffer, mixture + field, 1)[0];
  return {
    cumulative: (t: number) => levelCumulative(mixture, edges, t) >>> 0,
    interval: (t: number) => {
      const probability = levelInterval(mixture, edges, t);
      return { probability, start: at(START), frequency: at(FREQUENCY) };
    },
    find: (position: number) => ({
      level: levelFind(mixture, edges, position),
      start: at(START),
      frequency: at(FREQUENCY),
    }),
    edges: new Float32Array(kernel.memory.buffer, edges, LEVELS).slice(1),
  };
}

const numbers = (length: number, most: number) =>
  fc
    .array(fc.float({ min: -most, max: most, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values));
const mixtures = fc
  .tuple(fc.constantFrom(0.5, 4, 1e6), fc.constantFrom(1, 12, 1e30))
  .map(([wide, far]) => [Math.fround(wide), Math.fround(far)] as const)
  .chain(([wide, far]) => fc.tuple(numbers(LEVELS, wide), numbers(12, far)));

describe('levels of learnt widths', () => {
  it('have edges that rise, and intervals that divide the whole', () => {
    fc.assert(
      fc.property(mixtures, ([widths, outputs]) => {
        const { cumulative, interval, edges } = placed(widths, outputs);
        for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]);
        expect([cumulative(0), cumulative(LEVELS)]).toEqual([0, MIXTURE_TOTAL]);
        for (let t = 0; t < LEVELS; t++) {
          const { probability, start, frequency } = interval(t);
          expect([start, start + frequency]).toEqual([cumulative(t), cumulative(t + 1)]);
          expect(frequency).toBeGreaterThanOrEqual(1);
          expect(Math.abs(probability - frequency / MIXTURE_TOTAL)).toBeLessThan(2e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are found from both ends of their intervals', () => {
    fc.assert(
      fc.property(mixtures, ([widths, outputs]) => {
        const { interval, find } = placed(widths, outputs);
        for (let level = 0; level < LEVELS; level++) {
          const { start, frequency } = interval(level);
          expect(find(start)).toEqual({ level, start, frequency });
          expect(find(start + frequency - 1)).toEqual({ level, start, frequency });
        }
      }),
      { numRuns: 60 },
    );
  });
});
