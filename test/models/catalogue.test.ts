// The rows agree with the files beside them: weights, cards, and what the weights say of themselves.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sizesOf } from '../../codec/binary/architecture.ts';
import { readSafetensors } from '../../codec/network/safetensors.ts';
import { HIGHEST_EFFORT, LOWEST_EFFORT, PRESETS, SHIPPED } from '../../models/catalogue.ts';
import { openNetworks } from '../../src/train/engine/networks.ts';

const FOLDER = join(import.meta.dirname, '../../models');
const SOURCES = ['bench', 'codec', 'container', 'library', 'models', 'scripts', 'src'];

it.each(SHIPPED)('$name is the file of its id, with a card and metadata that say the same', async (row) => {
  const path = fileURLToPath(row.weights());
  expect(path).toBe(join(FOLDER, `${row.name}.safetensors`));
  const bytes = readFileSync(path);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(row.id);
  const { metadata, tensors } = readSafetensors(bytes);
  expect(metadata.format).toBe(row.family);
  const { architecture, sizes } = row.training;
  if (architecture) {
    const { family } = await openNetworks(row.family, architecture);
    expect(metadata).toMatchObject(family.metadata(architecture));
  }
  if (sizes) expect(sizesOf(tensors, row.name)).toEqual(sizes);
  const card = JSON.parse(readFileSync(path.replace('.safetensors', '.json'), 'utf8'));
  expect(card).toMatchObject({ name: row.name, id: row.id });
  expect(card.sources.length).toBeGreaterThan(0);
  for (const source of card.sources)
    expect(source).toEqual({ name: expect.stringMatching(/./), licence: expect.stringMatching(/./) });
});

it('has a row for each weights file, and no name twice', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.safetensors'));
  expect(SHIPPED.map(({ name }) => `${name}.safetensors`).sort()).toEqual(files.sort());
  expect(new Set(PRESETS.map(({ name }) => name)).size).toBe(PRESETS.length);
});

it('has efforts in order', () => {
  for (const { efforts } of SHIPPED) {
    if (!efforts) continue;
    const [lowest, highest] = efforts;
    expect(LOWEST_EFFORT <= lowest && lowest <= highest && highest <= HIGHEST_EFFORT).toBe(true);
  }
});

it('alone names the models', () => {
  const names = PRESETS.map(({ name }) => name).join('|');
  const named = new RegExp(`(['"\`])(${names})\\1|--preset (${names})\\b|\\b(${names})\\.safetensors`);
  const files = SOURCES.flatMap((folder) =>
    readdirSync(join(FOLDER, '..', folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  );
  const naming = files.filter(
    (file) =>
      /\.[jt]s$/.test(file) &&
      file !== join('models', 'catalogue.ts') &&
      named.test(readFileSync(join(FOLDER, '..', file), 'utf8')),
  );
  expect(naming).toEqual([]);
});
