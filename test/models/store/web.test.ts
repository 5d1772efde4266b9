// The store of a page: what it fetches, and when.
import { createHash } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { webStore } from '../../../models/store/web.ts';

const idOf = (text: string) => createHash('sha256').update(text).digest('hex');
const shipped = (name: string) => ({
  ...{ name, id: idOf(name) },
  weights: () => new URL(`https://site.example/models/${name}.safetensors?v=1`),
});
const site: Record<string, string> = {
  'https://site.example/models/a.safetensors?v=1': 'a',
  'https://site.example/models/a.json?v=1': '{"data":"some"}',
};
const fetched: string[] = [];

vi.stubGlobal('fetch', async (address: string) => {
  fetched.push(address);
  return address in site ? new Response(site[address]) : new Response('', { status: 404 });
});
afterEach(() => void fetched.splice(0));

it('fetches exactly the weights that are asked for, once', async () => {
  const store = webStore([shipped('a'), shipped('b')]);
  expect((await store.list()).map(({ name }) => name)).toEqual(['a', 'b']);
  const file = await store.find(idOf('a'));
  expect(fetched).toEqual([]);
  if (!file) throw new Error('not found');
  await Promise.all([store.weights(file), store.weights(file)]);
  expect(await store.card(file)).toEqual({ data: 'some' });
  expect(fetched).toEqual(Object.keys(site));
});

it('says what is not there, and asks again', async () => {
  const store = webStore([shipped('b')]);
  const [file] = await store.list();
  expect(await store.card(file)).toBe(null);
  for (let time = 0; time < 2; time++)
    await expect(store.weights(file)).rejects.toThrow('b.safetensors?v=1 are not there');
  expect(fetched).toHaveLength(3);
});
