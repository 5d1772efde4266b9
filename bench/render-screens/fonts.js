// Fonts of a folder in place of the DejaVu families that the pages name: a sans, a serif and a monospaced family,
// told apart by the names of their files. Of a kind that the folder does not hold, pages keep DejaVu.

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

const FONT = /\.(woff2?|ttf)$/i;
/** Where the name of the family ends and that of the script, the weight or the style begins. */
const FAMILY_END = /[-_. ]*(latin|regular|bold|[1-9]00|normal|ttf|woff2?)\b.*$/i;
const OTHER_FACES = /italic|oblique|[-_](thin|light|medium|semi|extra|black|[1235689]00)/i;
const MONO = /mono|code|courier|console/i;
const SANS = /sans/i;
const SERIF =
  /serif|slab|roman|times|georgia|garamond|baskerville|playfair|merriweather|lora|bitter|spectral/i;

/** @typedef {'Sans' | 'Serif' | 'Sans Mono'} Kind as DejaVu names it */
/** @typedef {import('./random.js').Random} Random */

/**
 * A style sheet that gives the DejaVu families other faces, inside of it as data URIs.
 * @param {string} folder
 * @param {Random} random
 * @throws {Error} for a folder that holds no upright font of weight 400 or 700
 */
export function fontFaces(folder, random) {
  const files = readdirSync(folder)
    .filter((name) => FONT.test(name) && !OTHER_FACES.test(name))
    .sort();
  if (files.length === 0)
    throw new Error(`${folder}: there are no WOFF2, WOFF or TTF files of upright fonts`);
  const kinds = /** @type {Kind[]} */ (['Sans', 'Serif', 'Sans Mono']);
  const chosen = kinds.flatMap((kind) => {
    const families = [...new Set(files.filter((name) => kindOf(name) === kind).map(family))];
    const picked = random.pick(families);
    return files.filter((name) => family(name) === picked).map((name) => face(kind, folder, name));
  });
  return chosen.join('');
}

/** @param {string} name of a file */
function family(name) {
  return name.replace(FAMILY_END, '');
}

/** @param {string} name of a file @returns {Kind} */
function kindOf(name) {
  if (MONO.test(name)) return 'Sans Mono';
  return SERIF.test(name) && !SANS.test(name) ? 'Serif' : 'Sans';
}

/** @param {Kind} kind @param {string} folder @param {string} name */
function face(kind, folder, name) {
  const weight = /700|bold/i.test(name) ? 700 : 400;
  const uri = `data:font/${extname(name).slice(1)};base64,${readFileSync(join(folder, name), 'base64')}`;
  return `@font-face{font-family:"DejaVu ${kind}";font-weight:${weight};src:url(${uri})}`;
}
