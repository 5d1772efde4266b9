// Another colour scheme for a page: its hues turned, and dark where it was light or light where it was dark.

const COLOUR =
  /(?<!url\(|href="|>)#(?:([\da-f]{6})([\da-f]{2})?|([\da-f]{3})([\da-f])?)\b|\bhsl\((-?\d+),(\d+)%,(\d+)%\)/g;
/** Icons are whole files within the page; they keep the colours that they have on any ground. */
const ICON = /(<svg xmlns.*?<\/svg>)/s;
/** Of less alpha are shadows and glazes, which darken and brighten on any ground. */
const LEAST_ALPHA_INVERTED = 0.6;
/** What is black where a page does not say, said so that it is inverted, too. */
const DEFAULTS = '#view{color:#000}svg{fill:#000}';

/** @typedef {import('./random.js').Random} Random @typedef {import('./page.js').Content} Content */
/** @typedef {(hue: number, saturation: number, lightness: number, alpha: number) => number[]} Scheme */

/**
 * The page with each of its colours replaced but for those of icons and photos.
 * @param {Content} content
 * @param {Random} random
 * @returns {Content}
 */
export function themed({ style, body }, random) {
  const [turn, inverted] = [random.whole(0, 359), random.chance(0.4)];
  const [darkest, brightest] = [random.real(2, 16), random.real(86, 100)];
  /** @type {Scheme} */
  const scheme = (hue, saturation, lightness, alpha) => [
    (hue + turn) % 360,
    saturation,
    inverted && alpha >= LEAST_ALPHA_INVERTED
      ? brightest - (lightness / 100) * (brightest - darkest)
      : lightness,
  ];
  const controls = `#view{color-scheme:${inverted ? 'dark' : 'light'}}`;
  const parts = body.split(ICON).map((part, i) => (i % 2 ? part : recoloured(part, scheme)));
  return { style: controls + recoloured(DEFAULTS + style, scheme), body: parts.join('') };
}

/**
 * @param {string} text
 * @param {Scheme} scheme in degrees, percent, percent; alpha in [0, 1], which stays
 */
function recoloured(text, scheme) {
  return text.replaceAll(COLOUR, (_, six, twoMore, three, oneMore, ...hsl) => {
    const digits = six ?? three?.replaceAll(/./g, '$&$&');
    const alpha = Number.parseInt(twoMore ?? `${oneMore ?? 'f'}`.repeat(2), 16) / 255;
    const [h, s, l] = digits ? toHsl(digits) : hsl.map(Number);
    const [hue, saturation, lightness] = scheme(h, s, l, alpha).map((value) => value.toFixed(1));
    return `hsl(${hue} ${saturation}% ${lightness}%${alpha < 1 ? ` / ${alpha.toFixed(3)}` : ''})`;
  });
}

/**
 * Hue in degrees, saturation and lightness in percent.
 * @param {string} digits six, hexadecimal
 * @returns {[number, number, number]}
 */
function toHsl(digits) {
  const [r, g, b] = [0, 2, 4].map((i) => Number.parseInt(digits.slice(i, i + 2), 16) / 255);
  const [low, high] = [Math.min(r, g, b), Math.max(r, g, b)];
  const [span, lightness] = [high - low, (low + high) / 2];
  if (span === 0) return [0, 0, 100 * lightness];
  const sextant = high === r ? (g - b) / span : high === g ? (b - r) / span + 2 : (r - g) / span + 4;
  return [60 * sextant, (100 * span) / (1 - Math.abs(2 * lightness - 1)), 100 * lightness];
}
