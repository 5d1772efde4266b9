// Size against speed as SVG: a line of each codec's, with a dot at its speed of encoding and a ring at that of
// decoding, named at the right edge. Lower is smaller, further right is faster.

import { parse, View } from 'vega';
import { compile } from 'vega-lite';
import { spread } from './spread.js';

const SIZE = { width: 560, height: 400 };
/** Pixels between two names. */
const LINE_HEIGHT = 17;
const FONT = 'Helvetica, Arial, sans-serif';
const OURS = '#2f5bd0';
const OTHERS = '#59636e';
const TEXT = '#1f2328';
const FAINT = '#d1d9e0';

/**
 * An SVG document.
 * @param {import('./markdown.js').Row[]} rows
 */
export function plot(rows) {
  const { spec } = compile(specification(rows));
  return new View(parse(spec), { renderer: 'none' }).toSVG();
}

/**
 * @param {import('./markdown.js').Row[]} rows
 * @returns {import('vega-lite').TopLevelSpec}
 */
function specification(rows) {
  const bits = bitsDomain(rows);
  const speeds = speedDomain(rows);
  return {
    ...SIZE,
    background: 'white',
    // Room by hand: without a browser the library cannot know how wide letters are, and takes too much.
    autosize: 'none',
    padding: { left: 66, top: 72, bottom: 52, right: labelWidth(rows) },
    title: {
      text: 'Lossless photos: size against speed',
      subtitle: '\u25cf encoding, \u25cb decoding; lower is smaller, further right is faster',
      anchor: 'start',
      offset: 14,
    },
    config: style(),
    data: { values: marks(rows, bits, speeds) },
    encoding: {
      x: {
        field: 'speed',
        type: 'quantitative',
        title: 'megapixels a second',
        scale: { type: 'log', domain: speeds, nice: false },
        axis: { values: decades(speeds), format: '~r' },
      },
      y: {
        field: 'bits',
        type: 'quantitative',
        title: 'bits per sample',
        scale: { domain: bits, nice: false },
      },
      detail: { field: 'name' },
      color: { field: 'colour', type: 'nominal', scale: null },
    },
    layer: [
      layer(
        'leader',
        { type: 'line', color: FAINT, strokeDash: [2, 3], strokeWidth: 1 },
        { color: { value: FAINT } },
      ),
      layer('span', { type: 'line', strokeWidth: 1.5, opacity: 0.55 }),
      // The dot lies on the ring, so that both are seen where the speeds are alike.
      layer('decode', {
        type: 'point',
        fill: 'white',
        filled: false,
        size: 120,
        strokeWidth: 1.8,
        opacity: 1,
      }),
      layer('encode', { type: 'point', filled: true, size: 50, opacity: 1 }),
      layer(
        'label',
        { type: 'text', align: 'left', baseline: 'middle', dx: 8, fontSize: 12 },
        { text: { field: 'label' } },
      ),
    ],
  };
}

function layer(part, mark, encoding = {}) {
  return { transform: [{ filter: { field: 'part', equal: part } }], mark, encoding };
}

/**
 * What is drawn, one record a point: leaders and spans have two.
 * @param {import('./markdown.js').Row[]} rows
 * @param {[number, number]} bits
 * @param {[number, number]} speeds
 */
function marks(rows, bits, speeds) {
  const [low, high] = bits;
  const perPixel = (high - low) / SIZE.height;
  const heights = spread(
    rows.map(({ bitsPerDim }) => (high - bitsPerDim) / perPixel),
    LINE_HEIGHT,
  );
  return rows.flatMap(({ name, bitsPerDim, encodeSpeed, decodeSpeed }, index) => {
    const point = (/** @type {string} */ part, /** @type {number} */ speed, at = bitsPerDim) => ({
      part,
      name,
      speed,
      bits: at,
      colour: name.startsWith('vaezip') ? OURS : OTHERS,
      label: `${bitsPerDim.toFixed(3)} ${name}`,
    });
    const labelBits = high - heights[index] * perPixel;
    return [
      point('leader', Math.max(encodeSpeed, decodeSpeed)),
      point('leader', speeds[1], labelBits),
      point('span', encodeSpeed),
      point('span', decodeSpeed),
      point('encode', encodeSpeed),
      point('decode', decodeSpeed),
      point('label', speeds[1], labelBits),
    ];
  });
}

/** @param {import('./markdown.js').Row[]} rows */
function labelWidth(rows) {
  return 75 + 6.2 * Math.max(...rows.map(({ name }) => name.length));
}

/**
 * @param {import('./markdown.js').Row[]} rows
 * @returns {[number, number]}
 */
function bitsDomain(rows) {
  const bits = rows.map(({ bitsPerDim }) => bitsPerDim);
  const margin = Math.max(0.05, 0.08 * (Math.max(...bits) - Math.min(...bits)));
  return [Math.min(...bits) - margin, Math.max(...bits) + margin];
}

/**
 * @param {import('./markdown.js').Row[]} rows
 * @returns {[number, number]}
 */
function speedDomain(rows) {
  const speeds = rows.flatMap(({ encodeSpeed, decodeSpeed }) => [encodeSpeed, decodeSpeed]);
  return [Math.min(...speeds) / 1.6, Math.max(...speeds) * 1.6];
}

/**
 * Powers of ten within a range.
 * @param {[number, number]} range
 */
function decades([low, high]) {
  const values = [];
  for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high; power++) values.push(10 ** power);
  return values;
}

/** @returns {import('vega-lite').Config} */
function style() {
  return {
    font: FONT,
    view: { stroke: null },
    title: { fontSize: 15, subtitleFontSize: 12, color: TEXT, subtitleColor: OTHERS, subtitlePadding: 6 },
    axis: {
      grid: false,
      domainColor: OTHERS,
      tickColor: OTHERS,
      labelColor: TEXT,
      titleColor: TEXT,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 'normal',
    },
  };
}
