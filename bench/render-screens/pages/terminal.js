// A terminal, bright on black: a listing, some of the project's prose, results of tests, a prompt and a cursor.

import { asText } from '../page.js';
import { range } from '../random.js';
import { fileName, sentence, word } from '../words.js';

const MONTHS = ['Jan', 'Mar', 'Apr', 'Jul', 'Oct', 'Dec'];

/** @typedef {import('../random.js').Random} Random */

/** @type {import('../page.js').Page} */
export function terminalPage(random, { height, sources }) {
  const prose = random.pick(sources.prose).lines.filter((line) => line !== '');
  const start = random.whole(0, Math.max(0, prose.length - 8));
  const lines = [
    prompt(`ls -l ${word(random)}`),
    ...range(14).map(() => listed(random)),
    prompt(`grep -n ${word(random)} *.md`),
    ...prose
      .slice(start, start + 6)
      .map((line, i) => `<i class="g">${start + i + 1}</i>:${asText(line.slice(0, 118))}`),
    prompt('npm test'),
    ...range(15).map(() => tested(random)),
    prompt('<i class="cursor"> </i>'),
  ];
  const style = `
    #view{background:#0a0a0a;color:#d8d8d8;font:14px/16px "DejaVu Sans Mono";padding:4px 6px;white-space:pre}
    #view>div{height:16px}
    i{font-style:normal}
    .g{color:#4e9a06}
    .b{color:#729fcf;font-weight:bold}
    .r{color:#ef2929}
    .y{color:#fce94f}
    .c{color:#34e2e2}
    .m{color:#ad7fa8}
    .cursor{background:#ddd}`;
  const visible = lines.slice(-Math.floor((height - 8) / 16));
  return { style, body: visible.map((line) => `<div>${line}</div>`).join('') };
}

/** @param {string} command */
function prompt(command) {
  return `<i class="g"><b>user@harbour</b></i>:<i class="b">~/work</i>$ ${command}`;
}

/** @param {Random} random */
function listed(random) {
  const isFolder = random.chance(0.25);
  const rights = isFolder ? 'drwxr-xr-x' : random.pick(['-rw-r--r--', '-rwxr-xr-x', '-rw-rw----']);
  const size = String(Math.floor(10 ** random.real(2, 7))).padStart(9);
  const date = `${random.pick(MONTHS)} ${String(random.whole(1, 28)).padStart(2)} ${clock(random)}`;
  const name = isFolder ? word(random) : fileName(random);
  const colour = isFolder
    ? 'b'
    : /png|svg/.test(name)
      ? 'm'
      : /gz/.test(name)
        ? 'r'
        : rights[3] === 'x'
          ? 'g'
          : '';
  return `${rights} ${random.whole(1, 9)} user staff ${size} ${date} <i class="${colour}">${name}</i>`;
}

/** @param {Random} random */
function tested(random) {
  const time = `<i class="y">${random.whole(2, 900)} ms</i>`;
  if (random.chance(0.15)) return ` <i class="r">✗ ${fileName(random)}</i> › ${sentence(random)}`;
  const count = `<i class="c">(${random.whole(2, 40)} tests)</i>`;
  return ` <i class="g">✓</i> test/${word(random)}/${fileName(random)} ${count} ${time}`;
}

/** @param {Random} random */
function clock(random) {
  return [random.whole(0, 23), random.whole(0, 59)].map((part) => String(part).padStart(2, '0')).join(':');
}
