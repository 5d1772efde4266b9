// study without anything to measure.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CLAIM_NAMES } from '../../src/study/catalogue.ts';
import { inFolder, vaezip } from './command-line.ts';

it('lists the claims in their order', async () => {
  const { status, stdout } = await vaezip('.', ['study']);
  expect(status).toBe(0);
  const names = stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(names).toEqual(CLAIM_NAMES);
});

it.each([
  [['tyo'], 2, 'there is no study tyo; did you mean toy?'],
  [['channel'], 2, "--data is missing: the folder with MNIST's idx files"],
  [['channel', '--data', 'none'], 1, 'none holds no t10k-images-idx3-ubyte, gzipped or not'],
] as const)('%j is told in one line before anything is trained', (words, status, message) =>
  inFolder(async (folder) => {
    expect(await vaezip(folder, ['study', ...words])).toMatchObject({
      status,
      stderr: `vaezip: ${message}\n`,
    });
    expect(readdirSync(folder)).toEqual([]);
  }),
);
