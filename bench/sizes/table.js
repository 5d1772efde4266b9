// The rows as a Markdown table, and what its figures are.

import { formatChange, table } from '../common/markdown.js';
import { SIDE } from './images.js';

/** @type {import('../common/markdown.js').Column<import('./measure.js').Row>[]} */
const COLUMNS = [
  ['side', ({ size }) => String(size)],
  ['images', ({ images }) => String(images)],
  ['static, no z', rate('withoutLatents')],
  ['static, z (KL)', withKl('static')],
  ['learning, held', rate('frozen')],
  ['learning', rate('learning')],
  ['learning, large', rate('large')],
  ['z against no z', change('withoutLatents', 'static')],
  ['learning against held', change('frozen', 'learning')],
  ['against static', change('static', 'learning')],
  ['large against static', change('static', 'large')],
];

/** @param {import('./measure.js').Row[]} rows */
export function markdownTable(rows) {
  return table(COLUMNS, rows);
}

/**
 * Sentences; the models with the first digits of their ids.
 * @param {Record<string, import('./models.js').Model>} models
 * @param {number} photos number of them
 */
export function conditions(models, photos) {
  const titles = {
    withoutLatents: 'static, no z',
    static: 'static, z',
    learning: 'learning',
    large: 'learning, large',
  };
  const named = Object.entries(titles).flatMap(([name, title]) => {
    const model = models[name];
    return model ? [`${title}: ${model.title} (${model.codec.id.slice(0, 8)})`] : [];
  });
  return [
    `${named.join('; ')}.`,
    'Held: the same weights, the steps so small that nothing is learnt.',
    `${photos} photos, spread over the folder: crops of their centres, above ${SIDE} pixels mosaics ` +
      `of those of ${SIDE}.`,
    'Bits/dim that the messages grew by (net), without container and initial bits; of all images of a size together.',
  ];
}

/**
 * @param {string} model
 * @returns {(row: import('./measure.js').Row) => string}
 */
function rate(model) {
  return ({ rates }) => rates[model]?.net.toFixed(4) ?? '-';
}

/**
 * @param {string} model
 * @returns {(row: import('./measure.js').Row) => string}
 */
function withKl(model) {
  return ({ rates }) =>
    rates[model] ? `${rates[model].net.toFixed(4)} (${rates[model].kl.toFixed(4)})` : '-';
}

/**
 * @param {string} from
 * @param {string} to
 * @returns {(row: import('./measure.js').Row) => string}
 */
function change(from, to) {
  return ({ rates }) => (rates[from] && rates[to] ? formatChange(rates[to].net / rates[from].net - 1) : '-');
}
