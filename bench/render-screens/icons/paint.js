// What the icons are painted with, in a box of 64 by 64 units: a colour in several lights, gradients, shadows, gloss.

/** @typedef {(random: import('../random.js').Random) => string} Drawing SVG elements in a box of 64 by 64 units */

/**
 * @typedef {object} Paint
 * @property {(lightness: number) => string} tone the colour at a lightness in percent
 * @property {string} fill of a gradient from light at the top to dark
 * @property {string} edge a dark tone for outlines
 * @property {string} shade a filter that blurs
 * @property {string} definitions of these, to stand in the drawing
 */

/**
 * @param {import('../random.js').Random} random
 * @returns {Paint}
 */
export function paint(random) {
  const id = random.whole(0, 1e9).toString(36);
  const [hue, saturation] = [random.whole(0, 359), random.chance(0.2) ? 8 : random.whole(45, 90)];
  const [light, dark] = [random.whole(62, 78), random.whole(34, 48)];
  const tone = (/** @type {number} */ lightness) => `hsl(${hue},${saturation}%,${lightness}%)`;
  const stops = `<stop stop-color="${tone(light)}"/><stop offset="1" stop-color="${tone(dark)}"/>`;
  return {
    tone,
    fill: `url(#f${id})`,
    edge: tone(dark - 14),
    shade: `url(#b${id})`,
    definitions: `<linearGradient id="f${id}" x1="0" y1="0" x2="0" y2="1">${stops}</linearGradient>
      <filter id="b${id}" x="-50%" y="-50%" width="200%" height="200%">
      <feGaussianBlur stdDeviation="${random.real(1, 2.5).toFixed(2)}"/></filter>`,
  };
}

/**
 * A soft shadow on the ground below.
 * @param {Paint} paint
 * @param {number} halfWidth
 */
export function groundShadow({ shade }, halfWidth) {
  return `<ellipse cx="32" cy="58" rx="${halfWidth}" ry="3" fill="#000" opacity=".4" filter="${shade}"/>`;
}

/**
 * The reflection of a light on the upper part of a shape.
 * @param {string} path of the part
 */
export function gloss(path) {
  return `<path d="${path}" fill="#fff" opacity=".35"/>`;
}

/**
 * The SVG file of a drawing.
 * @param {string} drawing
 * @param {number} size in pixels
 */
export function framed(drawing, size) {
  const frame = `viewBox="0 0 64 64" width="${size}" height="${size}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${frame}>${drawing}</svg>`;
}
