// The rows as a Markdown table.

import { formatChange, table } from '../common/markdown.js';
import { REFERENCE } from './contestants.js';

/**
 * @typedef {ReturnType<typeof import('./summary.js').summarise>[number]} Row
 * @type {import('../common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['', ({ name }) => name],
  ['bits/dim', ({ bitsPerDim }) => bitsPerDim.toFixed(3)],
  [`against ${REFERENCE}`, ({ relative }) => (relative === null ? '-' : formatChange(relative))],
  ['encode, Mpx/s', ({ encodeSpeed }) => formatSpeed(encodeSpeed)],
  ['decode, Mpx/s', ({ decodeSpeed }) => formatSpeed(decodeSpeed)],
  ['peak memory, MB', ({ peakMemory }) => (peakMemory === null ? '-' : (peakMemory / 1e6).toFixed(0))],
];

/** @param {Row[]} rows */
export function markdownTable(rows) {
  return table(COLUMNS, rows);
}

/**
 * Two digits.
 * @param {number} speed
 */
export function formatSpeed(speed) {
  return speed < 10 ? String(Number(speed.toPrecision(2))) : speed.toFixed(0);
}
