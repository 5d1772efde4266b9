// Mixtures over more than 256 levels: intervals, the search for them, and gradients.
import { describe, expect, it } from 'vitest';
import { Constants } from '../../../codec/kernel/layouts.ts';
import { plan } from '../../../codec/kernel/records.ts';
import { freshArena, kernel, randomNumbers } from '../kernel/fixture.ts';
import { logisticMass } from './reference.ts';

const { exports } = kernel;
const { MIXTURE_BYTES, START, FREQUENCY } = Constants['distributions/logistic-mixture'];
const TOTAL = 2 ** 28;
const RESERVED = 2 ** 17;
const random = randomNumbers(17);
const spread = (width: number) => width * (2 * random() - 1);

interface Case {
  readonly levels: number;
  readonly rooted: boolean;
  readonly outputs: readonly number[];
  readonly centre: number;
  readonly scale: number;
  /** The level that is likelier, and by how many counts. */
  readonly level: number;
  readonly extra: number;
}

const cases: Case[] = Array.from({ length: 60 }, (_, index) => {
  const levels = [257, 1000, 4096, 65536][index % 4];
  return {
    ...{ levels, rooted: index % 3 === 0, outputs: Array.from({ length: 12 }, () => spread(3)) },
    ...{ centre: 255 * random(), scale: Math.exp(spread(4)) },
    ...{
      level: Math.floor(levels * random()),
      extra: index % 2 === 0 ? 0 : Math.floor(0.999 * TOTAL * random()),
    },
  };
});
for (const mean of [-1e30, 0, 1e30])
  for (const logScale of [-100, 100])
    cases.push({
      ...{
        levels: 65536,
        rooted: logScale > 0,
        outputs: [mean, 0, -mean, 1, logScale, 0, 0, 0, 80, 0, -80, 79],
      },
      ...{ centre: 128, scale: 1e-6, level: 65535, extra: Math.floor(0.999 * TOTAL) },
    });

/** Addresses of a mixture and of its levels. */
function place({ levels, rooted, outputs, centre, scale, level, extra }: Case) {
  const arena = freshArena();
  const mixture = arena.allocate(MIXTURE_BYTES);
  const at = arena.place(Float32Array.from(outputs));
  const deep = arena.lay(plan('DeepLevels', { levels, rooted: rooted ? 1 : 0 }));
  exports.openDeepLevels(deep.address);
  deep.set('level', level);
  deep.set('extra', extra);
  exports.deepMixtureSet(mixture, at, centre, scale);
  return { mixture, deep: deep.address, gradients: arena.allocate(48) };
}

/** -ln p of a level by the model in f64. */
function nats({ levels, rooted, outputs, centre, scale, level, extra }: Case, t: number): number {
  const step = 255 / (rooted ? Math.sqrt(levels - 1) : levels - 1);
  const edge = (at: number) => step * (rooted ? Math.sqrt(Math.max(at, 0)) : at);
  const top = Math.max(...outputs.slice(8));
  const weights = outputs.slice(8).map((logit) => Math.exp(logit - top));
  const sum = weights.reduce((a, b) => a + b);
  let mass = 0;
  for (let k = 0; k < 4; k++) {
    const mean = centre + scale * outputs[k];
    const inverse = Math.min(8192, Math.exp(-Math.max(-4, Math.min(4, outputs[4 + k]))) / scale);
    const a = t === 0 ? -Infinity : (edge(t - 0.5) - mean) * inverse;
    const b = t === levels - 1 ? Infinity : (edge(t + 0.5) - mean) * inverse;
    mass += (weights[k] / sum) * logisticMass(a, b);
  }
  const reserved = Math.floor(RESERVED / levels);
  const shared = TOTAL - extra - reserved * levels;
  return -Math.log((mass * shared + reserved + (t === level ? extra : 0)) / TOTAL);
}

describe('a mixture over many levels', () => {
  it('gives each level an interval, from 0 to 2^28 without a gap', () => {
    for (const mixtureCase of cases) {
      const { mixture, deep } = place(mixtureCase);
      let before = 0;
      let least = TOTAL;
      expect(exports.deepCumulative(mixture, deep, 0)).toBe(0);
      for (let t = 1; t <= mixtureCase.levels; t++) {
        const end = exports.deepCumulative(mixture, deep, t) >>> 0;
        least = Math.min(least, end - before);
        before = end;
      }
      expect(before).toBe(TOTAL);
      expect(least).toBeGreaterThanOrEqual(1);
    }
  });

  it('finds the level of each position', () => {
    for (const mixtureCase of cases) {
      const { mixture, deep } = place(mixtureCase);
      const view = new DataView(kernel.memory.buffer, mixture);
      const positions = Array.from({ length: 40 }, () => Math.floor(TOTAL * random()));
      for (const position of [0, 1, TOTAL - 1, ...positions]) {
        const level = exports.deepFind(mixture, deep, position);
        const start = view.getUint32(START, true);
        const frequency = view.getUint32(FREQUENCY, true);
        expect(start).toBeLessThanOrEqual(position);
        expect(start + frequency).toBeGreaterThan(position);
        exports.deepInterval(mixture, deep, level);
        expect(view.getUint32(START, true)).toBe(start);
        expect(view.getUint32(FREQUENCY, true)).toBe(frequency);
      }
    }
  });

  it('tells the probability of the real-valued model', () => {
    for (const mixtureCase of cases.slice(0, 60)) {
      const { mixture, deep } = place(mixtureCase);
      for (let i = 0; i < 40; i++) {
        const t = Math.floor(mixtureCase.levels * random());
        const probability = exports.deepInterval(mixture, deep, t);
        const expected = Math.exp(-nats(mixtureCase, t));
        expect(Math.abs(probability - expected)).toBeLessThan(1e-8 + 2e-4 * expected);
      }
    }
  });

  it('tells the gradient of a code length', () => {
    for (const mixtureCase of cases.slice(0, 60)) {
      const { mixture, deep, gradients } = place(mixtureCase);
      const t = Math.floor(mixtureCase.levels * random());
      exports.deepGradient(mixture, deep, t, mixtureCase.scale, 1, gradients);
      const found = new Float32Array(kernel.memory.buffer, gradients, 12);
      for (let k = 0; k < 12; k++) {
        const moved = (by: number): Case => ({
          ...mixtureCase,
          outputs: mixtureCase.outputs.map((output, index) => (index === k ? output + by : output)),
        });
        const expected = (nats(moved(1e-3), t) - nats(moved(-1e-3), t)) / 2e-3;
        expect(Math.abs(found[k] - expected)).toBeLessThan(0.02 + 0.03 * Math.abs(expected));
      }
    }
  });
});
