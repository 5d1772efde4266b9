// What pages of black text on white take: this project's documents rendered at 150 dots an inch, as drawn and as if
// they had been scanned (turned a little, blurred, with noise), of 1 bit a pixel, against PNG and, where `cjxl` and
// `pbmtojbg` are to be had, JPEG XL and JBIG1.
// `node bench/text-pages.js [--effort N]` after a build. Prints a Markdown table, a row a page.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { compress, decompress } from '#dist/library/index.js';
import { readImage } from '#dist/src/files/read-image.js';
import { AGAINST_JXL, JXL_BYTES, VAEZIP_BYTES } from './common/columns.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { jbigBytes, jxlBytes } from './common/external.js';
import { table } from './common/markdown.js';

const USAGE = 'usage: node bench/text-pages.js [--effort N]';
const WIDTH = 1240;
const HEIGHT = 1754;
const MARGIN = 100;
const SPREAD = 18;

const PAGES = [
  { document: 'docs/tour.md', font: 'DejaVu Serif', size: 24, columns: 76, turn: 0.15 },
  { document: 'docs/MATH.md', font: 'DejaVu Sans Mono', size: 20, columns: 84, turn: -0.25 },
  { document: 'docs/coding.md', font: 'DejaVu Sans', size: 22, columns: 84, turn: 0.4 },
];

/**
 * @typedef {{page: string, png: number, jxl: number, jbig: number, vaezip: number}} Row
 * @type {import('./common/markdown.js').Column<Row>[]}
 */
const COLUMNS = [
  ['page', ({ page }) => page],
  ['PNG, bytes', ({ png }) => String(png)],
  JXL_BYTES,
  ['JBIG1', ({ jbig }) => (Number.isNaN(jbig) ? 'no pbmtojbg' : String(jbig))],
  VAEZIP_BYTES,
  AGAINST_JXL,
];

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
  });
  if (positionals.length > 0) throw new UsageError('there is nothing to name');
  const effort = wholeNumber('effort', values.effort, 1, 9);
  const rows = [];
  for (const page of PAGES) {
    const drawn = await sharp(Buffer.from(svgOf(page)))
      .flatten({ background: 'white' })
      .greyscale()
      .raw()
      .toBuffer();
    const scanned = await scannedOf(drawn, page.turn);
    for (const [kind, grey] of Object.entries({ drawn, scanned }))
      rows.push({ page: `${page.document}, ${kind}`, ...(await sizesOf(grey, effort)) });
  }
  console.log(table(COLUMNS, rows));
});

/** @param {(typeof PAGES)[number]} page */
function svgOf({ document, font, size, columns }) {
  const text = readFileSync(join(import.meta.dirname, '..', document), 'utf8');
  const lines = text
    .split('\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${columns}}( |$)|.{1,${columns}}`, 'g')) ?? ['']);
  const step = Math.round(size * 1.4);
  const tspans = lines.slice(0, Math.floor((HEIGHT - 2 * MARGIN) / step)).map((line, index) => {
    const safe = line.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<tspan x="${MARGIN}" y="${MARGIN + index * step}">${safe}</tspan>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">` +
    `<text font-family="${font}" font-size="${size}">${tspans.join('')}</text></svg>`
  );
}

/**
 * A page turned by so many degrees, blurred, with noise.
 * @param {Uint8Array} grey
 * @param {number} degrees
 */
async function scannedOf(grey, degrees) {
  const turned = await sharp(grey, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .rotate(degrees, { background: 'white' })
    .resize(WIDTH, HEIGHT, { fit: 'cover' })
    .blur(0.8)
    .greyscale()
    .raw()
    .toBuffer();
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return turned.map((level) =>
    Math.max(0, Math.min(255, level + SPREAD * 1.4 * (next() + next() + next() + next() - 2))),
  );
}

/**
 * @param {Uint8Array} grey of which what is darker than its middle is black
 * @param {number} effort
 */
async function sizesOf(grey, effort) {
  const levels = grey.map((level) => (level > 127 ? 255 : 0));
  const png = await sharp(levels, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
    .toColourspace('b-w')
    .png({ palette: true, colours: 2, compressionLevel: 9 })
    .toBuffer();
  const { pixels, form, metadata, recipe } = await readImage(png);
  if (!pixels) throw new Error('a page is not read');
  const { file } = await compress(pixels, { effort, form, metadata, recipe });
  const back = await decompress(file);
  if (!Buffer.from(back.data).equals(Buffer.from(pixels.data))) throw new Error('a page did not come back');
  return { png: png.length, jxl: jxlBytes(png), jbig: jbigBytes(pbmOf(levels)), vaezip: file.length };
}

/**
 * Netpbm's P4.
 * @param {Uint8Array} levels
 */
function pbmOf(levels) {
  const row = WIDTH / 8;
  const bits = Buffer.alloc(row * HEIGHT);
  for (const [pixel, level] of levels.entries())
    if (level === 0) bits[Math.floor(pixel / 8)] |= 128 >> (pixel % 8);
  return Buffer.concat([Buffer.from(`P4\n${WIDTH} ${HEIGHT}\n`), bits]);
}
