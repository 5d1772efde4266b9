// Size, time and memory of vaezip and of other lossless codecs over a folder of photos, side by side in one run.
// `node bench/photos.js FOLDER [--out FILE.svg] [--json FILE] [--efforts 1,6,8,9] [--limit N] [--grey]` after a build.
// Prints a Markdown table; what each figure contains is said below it and in bench/photos/measure.js.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBench } from './common/command-line.js';
import { conditions } from './photos/conditions.js';
import { contestants } from './photos/contestants.js';
import { markdownTable } from './photos/markdown.js';
import { measure } from './photos/measure.js';
import { parseOptions, USAGE } from './photos/options.js';
import { plot } from './photos/plot.js';
import { summarise } from './photos/summary.js';

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

/** @param {ReturnType<typeof parseOptions>} options */
async function run({ folder, out, json, efforts, limit, grey }) {
  const scratch = mkdtempSync(join(tmpdir(), 'vaezip-photos-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const notice = (/** @type {string} */ line) => console.error(line);
  const competing = await contestants(efforts, notice);
  const { names, photos, peaks, largest } = await measure(folder, competing, {
    limit,
    grey,
    scratch,
    notice,
  });
  const rows = summarise(names, photos, peaks);
  const notes = conditions(photos, largest);
  console.log(`${markdownTable(rows)}\n\n${notes.join('\n')}`);
  if (out) writeFileSync(out, await plot(rows));
  if (json) writeFileSync(json, `${JSON.stringify({ codecs: rows, photos, notes }, null, 2)}\n`);
}
