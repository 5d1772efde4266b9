// What readers in other languages need beside the documents, as files: the list of the weights by their hashes, the
// dictionary of mixed bytes and the known colour profiles. `npm run golden` writes them anew.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { DICTIONARY } from '../../container/metadata/dictionary.ts';
import { KNOWN_PROFILES } from '../../container/metadata/known-profiles.ts';

const ROOT = join(import.meta.dirname, '../..');
const weights = readdirSync(join(ROOT, 'models')).filter((name) => name.endsWith('.safetensors'));
const sums = weights.sort().map((name) => {
  const bytes = readFileSync(join(ROOT, 'models', name));
  return `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`;
});
const files: Record<string, Uint8Array> = {
  'models/SHA256SUMS': Buffer.from(sums.join('')),
  'models/dictionary.bin': DICTIONARY,
};
for (const [number, profile] of KNOWN_PROFILES.entries()) files[`docs/profiles/${number}.icc`] = profile;

if (process.env.VAEZIP_UPDATE_GOLDEN === '1')
  it('are written anew', () => {
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(ROOT, name)), { recursive: true });
      writeFileSync(join(ROOT, name), bytes);
    }
  });

it.each(Object.keys(files))('%s is what the sources give', (name) => {
  expect(readFileSync(join(ROOT, name)).equals(files[name])).toBe(true);
});
