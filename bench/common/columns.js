// Columns of tables against JPEG XL, of rows whose `jxl` is NaN where `cjxl` is not to be had.
import { formatChange } from './markdown.js';

/** @typedef {import('./markdown.js').Column<{jxl: number, vaezip: number}>} Column */

/** @type {Column} */
export const JXL_BYTES = ['JPEG XL -e 9', ({ jxl }) => (Number.isNaN(jxl) ? 'no cjxl' : String(jxl))];

/** @type {Column} */
export const VAEZIP_BYTES = ['vaezip', ({ vaezip }) => String(vaezip)];

/** @type {Column} */
export const AGAINST_JXL = [
  'against JPEG XL',
  ({ vaezip, jxl }) => (Number.isNaN(jxl) ? '' : formatChange(vaezip / jxl - 1)),
];
