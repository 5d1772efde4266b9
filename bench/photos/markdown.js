// The rows as a Markdown table.

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
  const lines = [
    COLUMNS.map(([title]) => title),
    COLUMNS.map((_, index) => (index === 0 ? '---' : '---:')),
    ...rows.map((row) => COLUMNS.map(([, cell]) => cell(row))),
  ];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function formatChange(share) {
  const percent = (100 * share).toFixed(1);
  return /^-?0\.0$/.test(percent) ? '0.0 %' : `${share > 0 ? '+' : ''}${percent} %`;
}

/** Two digits. */
export function formatSpeed(speed) {
  return speed < 10 ? String(Number(speed.toPrecision(2))) : speed.toFixed(0);
}
