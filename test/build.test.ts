import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isStale } from './build.ts';
import { inFolder } from './cli/command-line.ts';

/** A folder with the sources a/b.ts and c.json, and the product that was built of them. */
async function afterBuild(work: (stale: () => boolean, touch: (name: string) => void) => void) {
  await inFolder(async (folder) => {
    const touch = (name: string, seconds: number) => {
      writeFileSync(join(folder, name), name);
      utimesSync(join(folder, name), seconds, seconds);
    };
    mkdirSync(join(folder, 'a'));
    touch('a/b.ts', 100);
    touch('c.json', 101);
    touch('product', 102);
    work(
      () => isStale(folder, ['a', 'c.json'], 'product'),
      (name) => touch(name, 103),
    );
  });
}

describe('a build', () => {
  it('is fresh until a source changes', () => afterBuild((stale) => expect(stale()).toBe(false)));

  it.each(['a/b.ts', 'a/new.ts', 'c.json'])('is stale once %s is written', (name) =>
    afterBuild((stale, touch) => {
      touch(name);
      expect(stale()).toBe(true);
    }),
  );

  it('is stale where there is none', () =>
    inFolder(async (folder) => {
      mkdirSync(join(folder, 'a'));
      writeFileSync(join(folder, 'a/b.ts'), '');
      expect(isStale(folder, ['a'], 'product')).toBe(true);
    }));
});
