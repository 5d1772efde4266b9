// What the latents bring: -ELBO of a photo model over a folder, against the same network trained without latents.
// `node bench/latents.js WITH.safetensors WITHOUT.safetensors FOLDER` after a build.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const [withLatents, without, folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node bench/latents.js WITH.safetensors WITHOUT.safetensors FOLDER');
  process.exit(2);
}

/** Means over the folder, in bits per dimension. */
function evaluate(model) {
  const command = [
    join(import.meta.dirname, '../dist/src/cli/main.js'),
    'evaluate',
    folder,
    '--model',
    model,
    '--json',
  ];
  const lines = execFileSync(process.execPath, command, { encoding: 'utf8' }).trim().split('\n');
  return JSON.parse(lines[lines.length - 1]).summary.bitsPerDim;
}

const rows = { 'with latents': evaluate(withLatents), without: evaluate(without) };
console.log('| | likelihood | KL | -ELBO | file |\n|---|---|---|---|---|');
for (const [name, { likelihood, kl, negElbo, file }] of Object.entries(rows)) {
  console.log(`| ${name} | ${[likelihood, kl, negElbo, file].map((bits) => bits.toFixed(4)).join(' | ')} |`);
}
const change = rows['with latents'].negElbo / rows.without.negElbo - 1;
console.log(`-ELBO ${(100 * change).toFixed(2)} %`);
