// TypeScript as HTML with a class for each kind of token: c comment, s string, k keyword, n number, t type, f function.

import { asText } from './page.js';

const KEYWORDS =
  `as async await break case const continue default do else export extends for from function if implements
  import in instanceof interface let new of readonly return switch this throw type typeof void while yield static class
  true false null undefined`.trim();
const TOKENS = new RegExp(
  [
    '(?<c>//.*|/\\*\\*.*|^\\s*\\*.*)',
    "(?<s>'[^']*'|`[^`]*`)",
    `(?<k>\\b(?:${KEYWORDS.split(/\s+/).join('|')})\\b)`,
    '(?<n>\\b\\d[\\w.]*)',
    '(?<t>\\b(?:[A-Z]\\w*|number|string|boolean|i32|u32|f32|f64|usize|bool)\\b)',
    '(?<f>\\b\\w+(?=\\())',
  ].join('|'),
  'g',
);

/** @param {string} line */
export function highlighted(line) {
  let html = '';
  let end = 0;
  for (const match of line.matchAll(TOKENS)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? ['x'];
    html += `${asText(line.slice(end, match.index))}<i class="${kind}">${asText(match[0])}</i>`;
    end = match.index + match[0].length;
  }
  return html + asText(line.slice(end));
}
