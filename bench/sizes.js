// What the latents and what learning while coding bring, by the size of the image and by effort: bits/dim on the
// message. After a build:
// `node bench/sizes.js FOLDER [--without-latents FILE] [--photos N] [--sizes 48,64] [--threads N] [--json FILE]`
// Prints a Markdown table; what its figures are is said below it.

import { writeFileSync } from 'node:fs';
import { runBench } from './common/command-line.js';
import { imagesOfSize, photosOfFolder } from './sizes/images.js';
import { measureSize } from './sizes/measure.js';
import { contestants } from './sizes/models.js';
import { parseOptions, USAGE } from './sizes/options.js';
import { conditions, markdownTable } from './sizes/table.js';

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

/** @param {ReturnType<typeof parseOptions>} options */
async function run({ folder, withoutLatents, photos: count, sizes, threads, json }) {
  const notice = (/** @type {string} */ line) => console.error(line);
  const models = await contestants(withoutLatents, notice);
  const photos = await photosOfFolder(folder, count, notice);
  const rows = [];
  for (const size of sizes) {
    const images = imagesOfSize(size, photos);
    if (images.length > 0) rows.push(await measureSize(images, models, { threads, notice }));
    else notice(`${size}: left out, ${photos.length} photos do not fill one mosaic`);
  }
  const notes = conditions(models, photos.length);
  console.log(`${markdownTable(rows)}\n\n${notes.join('\n')}`);
  if (json) writeFileSync(json, `${JSON.stringify({ rows, notes }, null, 2)}\n`);
}
