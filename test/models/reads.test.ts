// How often weights are read and hashed by a process that codes many images.
import { expect, it, vi } from 'vitest';
import { compress } from '../../library/index.ts';
import { SHIPPED } from '../../models/catalogue.ts';
import { describeModel } from '../../models/models.ts';

const { reads } = vi.hoisted(() => ({ reads: [] as string[] }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const readFile = (path: string) => {
    reads.push(path.replace(/.*\//, ''));
    return fs.readFile(path);
  };
  return { ...fs, readFile };
});
const hash = vi.spyOn(crypto.subtle, 'digest');

it('a table of models reads none', async () => {
  for (const { id, name } of SHIPPED) expect((await describeModel(id))?.name).toBe(name);
  expect(reads).toEqual([]);
});

it('a thousand icons read one file once, whoever comes first', async () => {
  const icon = { data: new Uint8Array(27).fill(9), width: 3, height: 3, channels: 3, bitDepth: 8 } as const;
  const options = { effort: 1, keepModel: true, threads: 1 };
  await Promise.all([compress(icon, options), compress(icon, options)]);
  for (let image = 2; image < 1000; image++) await compress(icon, options);
  expect(reads).toEqual(['screen.safetensors']);
  expect(hash).toHaveBeenCalledTimes(1);
});

it('a file reads exactly the weights that it names', async () => {
  const digit = {
    data: new Uint8Array(784).fill(9),
    width: 28,
    height: 28,
    channels: 1,
    bitDepth: 8,
  } as const;
  const { file } = await compress(digit, { keepModel: true, threads: 1 });
  reads.length = 0;
  vi.resetModules();
  const anew = await import('../../library/index.ts');
  expect((await anew.decompress(file, { threads: 1 })).data).toEqual(digit.data);
  expect(reads).toEqual(['digits.safetensors']);
});
