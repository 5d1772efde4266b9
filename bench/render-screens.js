// Renders what the codecs for screens are tuned by, so that no screen of the test set has to be: screenshots of pages
// that are written here, by headless Chromium, or icons with alpha from SVG. Text, colours and numbers come from seeded
// generators and from the project's own sources: the same sources, photos, fonts and browser give the same pixels.
// `node bench/render-screens.js OUTFOLDER [--seed N] [--browser chromium] [--photos DIR] [--fonts DIR]
// [--only NAME,NAME] [--icons]` writes a PNG file for each; without photos, gradients stand in for them, and without
// fonts, text is in DejaVu. Another seed than 0 makes other choices everywhere, and gives each page another theme.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { shoot } from './render-screens/browser.js';
import { fontFaces } from './render-screens/fonts.js';
import { icons } from './render-screens/icons.js';
import { htmlFile } from './render-screens/page.js';
import { photoUris } from './render-screens/photos.js';
import { generator } from './render-screens/random.js';
import { SCREENS } from './render-screens/screens.js';
import { readSources } from './render-screens/sources.js';
import { themed } from './render-screens/theme.js';

const USAGE = `usage: node bench/render-screens.js OUTFOLDER [--seed N] [--browser chromium] [--photos DIR]
  [--fonts DIR] [--only NAME,NAME] [--icons]`;
/** So that a variation stays a number of 32 bits. */
const HIGHEST_SEED = 2 ** 31 - 1;

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    seed: { type: 'string', default: '0' },
    browser: { type: 'string', default: 'chromium' },
    photos: { type: 'string' },
    fonts: { type: 'string' },
    only: { type: 'string' },
    icons: { type: 'boolean', default: false },
  });
  if (positionals.length !== 1) throw new UsageError('one folder for the PNG files is needed');
  const [folder] = positionals;
  const variation = wholeNumber('--seed', values.seed, 0, HIGHEST_SEED);
  mkdirSync(folder, { recursive: true });
  if (values.icons) await writeIcons(folder, variation);
  else await writeScreens(folder, variation, { ...values, only: values.only?.split(',') });
});

/** @param {string} folder @param {number} variation */
async function writeIcons(folder, variation) {
  for (const { name, png } of await icons(variation)) writeFileSync(join(folder, `${name}.png`), png);
}

/**
 * @typedef {object} Options
 * @property {string} browser
 * @property {string} [photos] a folder
 * @property {string} [fonts] a folder
 * @property {string[] | undefined} only names of the screens to render; all of them if undefined
 */

/** @param {string} folder @param {number} variation @param {Options} options */
async function writeScreens(folder, variation, { browser, photos, fonts, only }) {
  for (const name of only ?? [])
    if (!SCREENS.some((screen) => screen.name === name)) throw new UsageError(`--only: no screen is ${name}`);
  const uris = await photoUris(photos, SCREENS.length, variation);
  const sources = readSources();
  for (const [index, { name, seed, page, text = 'grey', ...size }] of SCREENS.entries()) {
    if (only && !only.includes(name)) continue;
    const random = generator(seed, variation);
    const plain = page(random, { ...size, photo: uris[index], sources });
    const { style, body } = variation === 0 ? plain : themed(plain, random);
    const faces = fonts === undefined ? '' : fontFaces(fonts, random);
    const png = await shoot(browser, htmlFile({ style: faces + style, body }, size), { ...size, text });
    writeFileSync(join(folder, `${name}.png`), png);
    console.log(`${name} ${size.width * size.scale}x${size.height * size.scale}`);
  }
}
