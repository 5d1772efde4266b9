// How fast models are against a base, in pairs of one run: each in turn codes the same photo, encoding without
// verification and decoding, on one thread by the processor's time and on two by the clock. The best of several rounds
// counts, so that a busy machine hits all alike.
// `node bench/speed.js PHOTO... [--efforts 1,3] [--models NAME,FILE] [--base photo-static] [--build FOLDER]
// [--rounds 3]` after a build.
// Without --build the base is one model. With it, each is set against itself in another build, whose dist/ lies in
// FOLDER. Prints a Markdown table a photo, and one of all together.

import { basename } from 'node:path';
import { groupCount } from '#dist/codec/planes/groups.js';
import { runBench } from './common/command-line.js';
import { readPhoto } from './common/photo.js';
import { contestants } from './speed/contestants.js';
import { measure } from './speed/measure.js';
import { parseOptions, USAGE } from './speed/options.js';
import { speedTable, sumOf } from './speed/table.js';

await runBench(USAGE, () => run(parseOptions(process.argv.slice(2))));

/** @param {ReturnType<typeof parseOptions>} options */
async function run({ photos, rounds, ...wanted }) {
  const competing = await contestants(wanted);
  const tables = [];
  for (const path of photos) {
    const photo = await readPhoto(path);
    const { width, height } = photo;
    const groups = groupCount({ width, height });
    const size = `${width}x${height}, ${((width * height) / 1e6).toFixed(2)} Mpx`;
    const results = await measure(photo, competing, rounds);
    tables.push(results);
    console.log(`${basename(path)}, ${size}, ${groups} group${groups === 1 ? '' : 's'}\n`);
    console.log(`${speedTable(results)}\n`);
  }
  if (tables.length > 1) console.log(`All ${tables.length} photos\n\n${speedTable(sumOf(tables))}\n`);
  console.log(
    `us/pixel, best of ${rounds}: on one thread by the time of the processor, on two by the clock. ` +
      'In brackets how many times as fast as the base.',
  );
}
