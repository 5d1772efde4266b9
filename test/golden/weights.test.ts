// The weights of the golden files' models as files, which a decoder in another language reads: those that the
// generators give. `npm run golden` writes them anew.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MODELS } from './cases.ts';

const FOLDER = join(import.meta.dirname, 'weights');
const files: Record<string, Uint8Array> = {};
for (const [name, weights] of Object.entries(MODELS))
  files[`${name.replaceAll(' ', '-')}.safetensors`] = weights;
const sums = Object.entries(files).map(
  ([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`,
);
files.SHA256SUMS = Buffer.from(sums.join(''));

if (process.env.VAEZIP_UPDATE_GOLDEN === '1')
  it('are written anew', () => {
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(FOLDER, name), bytes);
  });

it('are those of the generators', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(files).sort());
  for (const [name, bytes] of Object.entries(files))
    expect(readFileSync(join(FOLDER, name)).equals(bytes), name).toBe(true);
});
