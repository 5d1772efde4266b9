// The rows as a Markdown table.

import { formatChange, table } from '../common/markdown.js';
import { REFERENCE } from './contestants.js';

const COLUMNS = [
  ['', ({ name }) => name],
  ['bits/dim', ({ bitsPerDim }) => bitsPerDim.toFixed(3)],
  [`against ${REFERENCE}`, ({ relative }) => (relative === null ? '-' : formatChange(relative))],
  ['encode, Mpx/s', ({ encodeSpeed }) => formatSpeed(encodeSpeed)],
  ['decode, Mpx/s', ({ decodeSpeed }) => formatSpeed(decodeSpeed)],
  ['peak memory, MB', ({ peakMemory }) => (peakMemory === null ? '-' : (peakMemory / 1e6).toFixed(0))],
];

/** @param {ReturnType<typeof import('./summary.js').summarise>} rows */
export function markdownTable(rows) {
  return table(COLUMNS, rows);
}

/** Two digits. */
export function formatSpeed(speed) {
  return speed < 10 ? String(Number(speed.toPrecision(2))) : speed.toFixed(0);
}
