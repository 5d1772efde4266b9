// What a page is: a style sheet and a body for a view of fixed size, made from random choices and the setting.

/**
 * @typedef {{width: number, height: number, scale: number}} Size width and height in CSS pixels
 * @typedef {{photo: string, sources: import('./sources.js').Sources}} Material the photo as a data URI
 * @typedef {Size & Material} Setting
 * @typedef {{style: string, body: string}} Content the body goes into a box of the view's size that hides the rest
 * @typedef {(random: import('./random.js').Random, setting: Setting) => Content} Page
 */

/**
 * The whole HTML file.
 * @param {Content} content
 * @param {Size} size
 */
export function htmlFile({ style, body }, { width, height }) {
  return `<!doctype html><meta charset="utf-8"><style>
*{box-sizing:border-box} body{margin:0} table{border-collapse:collapse}
#view{position:relative;width:${width}px;height:${height}px;overflow:hidden;font:14px "DejaVu Sans"}
${style}</style><div id="view">${body}</div>`;
}

/**
 * Text as HTML.
 * @param {string} text
 */
export function asText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
