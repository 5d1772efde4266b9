// Corrections of a network's outputs: for columns, levels, those of W and N, and textures, against plain arithmetic.

import { describe, expect, it } from 'vitest';
import { Constants } from '../../../../codec/kernel/layouts.ts';
import { plan } from '../../../../codec/kernel/records.ts';
import { correctionsPlan } from '../../../../codec/planes/online/job.ts';
import { freshArena, kernel, randomNumbers } from '../../kernel/fixture.ts';

const { exports, memory } = kernel;
const { OUTPUTS } = Constants['network/steps'];
const WIDTH = 100;
const PAD = 4;
const LOGITS = 8;

/** A sample's surroundings. */
interface Place {
  readonly x: number;
  readonly centre: number;
  readonly scale: number;
  readonly w: number;
  readonly n: number;
  readonly nw: number;
  readonly ne: number;
}

const FLAT: Place = { x: 0, centre: 100, scale: 1, w: 90, n: 90, nw: 90, ne: 90 };

/** Corrections of a plane that has seen nothing. */
function newCorrections() {
  const arena = freshArena();
  const corrections = arena.lay(correctionsPlan(WIDTH));
  const rows = arena.lay(plan('Rows', {}));
  const [above, current] = [0, 1].map(() => arena.place(new Float32Array(WIDTH + 2 * PAD)));
  rows.set('samples0', current + 4 * PAD);
  rows.set('samples1', above + 4 * PAD);
  const gradients = arena.place(new Float32Array(OUTPUTS));
  const sample = (row: number, x: number, value: number) => {
    new Float32Array(memory.buffer, row, WIDTH + 2 * PAD)[x + PAD] = value;
  };
  exports.clearCorrections(corrections.address, WIDTH);
  return {
    clear: () => exports.clearCorrections(corrections.address, WIDTH),
    /** What is added to the outputs at a place. */
    at: ({ x, centre, scale, w, n, nw, ne }: Place): Float32Array => {
      sample(current, x - 1, w);
      sample(above, x - 1, nw);
      sample(above, x, n);
      sample(above, x + 1, ne);
      exports.correct(corrections.address, x, rows.address, 4 * x, centre, scale);
      return corrections.floats('sum', OUTPUTS).slice();
    },
    /** Learns from the sample at the place asked for last. */
    learn: (values: readonly number[]) => {
      new Float32Array(memory.buffer, gradients, OUTPUTS).set(values);
      exports.learnCorrections(corrections.address, gradients);
    },
  };
}

const random = randomNumbers(3);
const gradient = () => Array.from({ length: OUTPUTS }, () => (random() - 0.5) / 2);

/** Steps for output k: of columns, levels, W and N, textures. */
const rates = (k: number) => [0.15, 0.03, 0.03, 0.03].map((rate) => rate * (k < LOGITS ? 1 : 20));

/** Compares with what is expected of each output. */
function expectSum(sum: Float32Array, expected: (k: number) => number): void {
  sum.forEach((value, k) => {
    expect(Math.abs(value - expected(k))).toBeLessThan(1e-5);
  });
}

describe('corrections', () => {
  it('are nothing at first', () => {
    expect(newCorrections().at(FLAT)).toEqual(new Float32Array(OUTPUTS));
  });

  it.each([
    ['the same place', {}, [1, 1, 1, 1]],
    ['another column of 32', { x: 31 }, [1, 1, 1, 1]],
    ['another 32 columns', { x: 32 }, [0, 1, 1, 1]],
    ['the last column', { x: WIDTH - 1 }, [0, 1, 1, 1]],
    ['another level of 8', { centre: 96 }, [1, 1, 1, 1]],
    ['another 8 levels', { centre: 104 }, [1, 0, 1, 1]],
    ['the ends of the levels', { centre: 255 }, [1, 0, 1, 1]],
    ['a larger scale of the same class', { scale: 1.1 }, [1, 1, 1, 1]],
    ['another class of scales', { scale: 1.3 }, [1, 1, 1, 0]],
    ['the largest scale', { scale: 300 }, [1, 1, 1, 0]],
    ['W above the centre', { w: 110 }, [1, 1, 0, 0]],
    ['N above the centre', { n: 110 }, [1, 1, 0, 0]],
    ['NW above the centre', { nw: 110 }, [1, 1, 1, 0]],
    ['NE above the centre', { ne: 110 }, [1, 1, 1, 0]],
    ['W in another sixteen', { w: 79 }, [1, 1, 0, 1]],
    ['N in another sixteen', { n: 79 }, [1, 1, 0, 1]],
    ['others of the same sixteen', { w: 80, n: 95 }, [1, 1, 1, 1]],
    ['all of it', { x: 64, centre: 30, scale: 9, w: 10 }, [0, 0, 0, 0]],
  ] as const)('go against the gradient, as far as what was learnt counts for %s', (_what, change, counts) => {
    const corrections = newCorrections();
    const g = gradient();
    corrections.at(FLAT);
    corrections.learn(g);
    const sum = corrections.at({ ...FLAT, ...change });
    expectSum(sum, (k) => -g[k] * rates(k).reduce((total, rate, i) => total + counts[i] * rate, 0));
  });

  it('add up, and those of columns are forgotten by 0.002 a sample', () => {
    const corrections = newCorrections();
    const [one, two] = [gradient(), gradient()];
    for (const g of [one, two]) {
      corrections.at(FLAT);
      corrections.learn(g);
    }
    expectSum(corrections.at(FLAT), (k) => {
      const [column, ...others] = rates(k);
      const sum = others.reduce((a, b) => a + b);
      return -(column * (0.998 * one[k] + two[k]) + sum * (one[k] + two[k]));
    });
  });

  it('forget all samples of an image', () => {
    const corrections = newCorrections();
    const places = [
      FLAT,
      { ...FLAT, x: WIDTH - 1, centre: 254, scale: 99, w: 255, n: 255, nw: 255, ne: 255 },
    ];
    for (const place of places) {
      corrections.at(place);
      corrections.learn(gradient());
    }
    corrections.clear();
    for (const place of places) expect(corrections.at(place)).toEqual(new Float32Array(OUTPUTS));
  });
});
