import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SHIPPED } from '../../../models/store/store.ts';

it('a browser, which cannot list a folder, knows all models that ship', () => {
  const files = readdirSync(join(import.meta.dirname, '../../../models'));
  const names = files.filter((file) => /\.safetensors$/.test(file)).map((file) => file.replace(/\..*/, ''));
  expect([...SHIPPED].sort()).toEqual(names.sort());
});
