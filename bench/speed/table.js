// The results as a Markdown table, and those of several photos together.

import { table } from '../common/markdown.js';
import { CLOCKS } from './measure.js';

/** @typedef {import('./measure.js').Result} Result */

/** @param {Result[]} results of one photo, or of several together */
export function speedTable(results) {
  return table(
    [
      ['by', ({ title }) => title],
      ['bytes', ({ bytes }) => String(bytes)],
      ['bits/dim', ({ bytes, samples }) => ((8 * bytes) / samples).toFixed(4)],
      ...CLOCKS.flatMap(({ threads }, index) =>
        /** @type {const} */ (['encode', 'decode']).map((way) => column(results, threads, index, way)),
      ),
    ],
    results,
  );
}

/**
 * @param {Result[]} results
 * @param {number} threads
 * @param {number} index of the clock
 * @param {'encode' | 'decode'} way
 * @returns {import('../common/markdown.js').Column<Result>}
 */
function column(results, threads, index, way) {
  const on = threads === 1 ? '1 thread' : `${threads} threads`;
  return [
    `${way}, ${on}`,
    ({ base, pixels, times }) => {
      const seconds = times[index][way];
      const faster = results[base].times[index][way] / seconds;
      return `${((1e6 * seconds) / pixels).toFixed(3)} (${faster.toFixed(2)})`;
    },
  ];
}

/**
 * Each contestant's bytes and times of all photos.
 * @param {Result[][]} tables one a photo, the contestants in the same order
 * @returns {Result[]}
 */
export function sumOf(tables) {
  return tables[0].map(({ title, base, times }, place) => {
    const all = tables.map((results) => results[place]);
    const sum = (/** @type {(result: Result) => number} */ of) =>
      all.reduce((total, one) => total + of(one), 0);
    return {
      ...{ title, base, bytes: sum(({ bytes }) => bytes) },
      ...{ samples: sum(({ samples }) => samples), pixels: sum(({ pixels }) => pixels) },
      times: times.map((_, index) => ({
        encode: sum((result) => result.times[index].encode),
        decode: sum((result) => result.times[index].decode),
      })),
    };
  });
}
