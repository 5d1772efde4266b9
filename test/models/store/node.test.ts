// The store of the file system, by files that stand for the package's.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { nodeStore } from '../../../models/store/node.ts';

const { reads } = vi.hoisted(() => ({ reads: [] as string[] }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const readFile = (path: string) => {
    reads.push(path);
    return fs.readFile(path);
  };
  return { ...fs, readFile };
});

let folder: string;
const idOf = (text: string) => createHash('sha256').update(text).digest('hex');
const pathOf = (name: string) => join(folder, `${name}.safetensors`);
const shipped = (name: string, text: string) => ({
  ...{ name, id: idOf(text) },
  weights: () => pathToFileURL(pathOf(name)),
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vaezip-store-'));
  reads.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('lists those of the package that are there, and finds them by id, without reading any', async () => {
  writeFileSync(pathOf('a'), 'A');
  vi.stubEnv('VAEZIP_MODELS', '/none');
  const store = nodeStore([shipped('a', 'A'), shipped('b', 'B')]);
  expect(await store.find(idOf('A'))).toEqual({ name: 'a', location: pathOf('a'), id: idOf('A') });
  vi.stubEnv('VAEZIP_MODELS', '');
  expect((await store.list()).map(({ name }) => name)).toEqual(['a']);
  expect(await store.find(idOf('B'))).toBe(null);
  expect(store.places()).toBe(`${folder}/`);
  expect(reads).toEqual([]);
});

it("reads users' weights only for an id that the package does not have, and once", async () => {
  writeFileSync(pathOf('mine'), 'M');
  writeFileSync(pathOf('other'), 'O');
  vi.stubEnv('VAEZIP_MODELS', folder);
  const store = nodeStore([]);
  for (const file of await store.list()) expect(file.id).toBe(null);
  expect(reads).toEqual([]);
  for (let time = 0; time < 3; time++) expect((await store.find(idOf('O')))?.name).toBe('other');
  expect(reads).toEqual([pathOf('mine'), pathOf('other')]);
});

it.skipIf(process.platform === 'win32')('waits for no pipe', async () => {
  execFileSync('mkfifo', [pathOf('a')]);
  writeFileSync(pathOf('b'), 'B');
  vi.stubEnv('VAEZIP_MODELS', folder);
  const store = nodeStore([]);
  expect((await store.find(idOf('B')))?.name).toBe('b');
  await expect(store.weights((await store.list())[0])).rejects.toThrow(
    `cannot read ${pathOf('a')} (no regular file)`,
  );
});

it('goes on where a folder cannot be listed, and says so', async () => {
  writeFileSync(pathOf('a'), 'A');
  writeFileSync(join(folder, 'file'), '');
  vi.stubEnv('VAEZIP_MODELS', ['/none', join(folder, 'file'), folder].join(delimiter));
  const store = nodeStore([]);
  expect((await store.list()).map(({ name }) => name)).toEqual(['a']);
  expect((await store.find(idOf('A')))?.name).toBe('a');
  expect(await store.problems()).toEqual([
    'the folder /none in VAEZIP_MODELS cannot be listed: there is none',
    `the folder ${join(folder, 'file')} in VAEZIP_MODELS cannot be listed: it is a file`,
  ]);
  vi.stubEnv('VAEZIP_MODELS', folder);
  expect(await store.problems()).toEqual([]);
});

it('shares a read among those who ask, and reads again what failed', async () => {
  const store = nodeStore([shipped('a', 'A')]);
  const file = { name: 'a', location: pathOf('a'), id: idOf('A') };
  await expect(store.weights(file)).rejects.toMatchObject({ code: 'unknown-model' });
  writeFileSync(pathOf('a'), 'damaged');
  await expect(store.weights(file)).rejects.toThrow(`${pathOf('a')} is damaged`);
  writeFileSync(pathOf('a'), 'A');
  const all = await Promise.all([store.weights(file), store.weights(file)]);
  expect(await store.weights(file)).toBe(all[0]);
  expect(all[1]).toBe(all[0]);
  expect(new TextDecoder().decode(all[0].bytes)).toBe('A');
  expect(reads).toHaveLength(2); // what is not there is not read
});
