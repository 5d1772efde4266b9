// Seeded pseudorandom numbers, the same on every machine: Mulberry32 (Tommy Ettinger, public domain).

/**
 * @typedef {object} Random
 * @property {() => number} unit in [0, 1)
 * @property {(low: number, high: number) => number} real in [low, high)
 * @property {(low: number, high: number) => number} whole from low to high, both included
 * @property {(probability: number) => boolean} chance
 * @property {<T>(list: readonly T[]) => T} pick
 * @property {() => number} normal standard normal but for its tails: a sum of twelve
 */

/**
 * @param {number} seed a 32-bit whole number
 * @param {number} [variation] a whole number; for each, other numbers from all seeds
 * @returns {Random}
 */
export function generator(seed, variation = 0) {
  let state = (seed + Math.imul(variation, 0x9e3779b1)) | 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /** @param {number} low @param {number} high */
  const whole = (low, high) => low + Math.floor(unit() * (high - low + 1));
  return {
    unit,
    real: (low, high) => low + unit() * (high - low),
    whole,
    chance: (probability) => unit() < probability,
    pick: (list) => list[whole(0, list.length - 1)],
    normal: () => range(12).reduce((sum) => sum + unit(), -6),
  };
}

/**
 * The whole numbers from 0 to count - 1.
 * @param {number} count
 */
export function range(count) {
  return Array.from({ length: count }, (_, i) => i);
}
