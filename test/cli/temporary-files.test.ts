// Unfinished files: recognised as those of processes that live no more, and of this machine alone.
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import {
  isAbandonedTemporary,
  removeAbandoned,
  temporaryBeside,
} from '../../src/cli/common/temporary-files.ts';
import { inFolder } from './command-line.ts';

/** Beyond what systems give to processes. */
const NO_PROCESS = 2 ** 30;
const own = () => basename(temporaryBeside('x/y.vz'));
const ofProcess = (name: string, pid: number) => name.replace(/-\d+-(?=\d+\.tmp$)/, `-${pid}-`);

it('are not abandoned while their process lives, or when they are of another machine', () => {
  const name = own();
  expect(isAbandonedTemporary(name)).toBe(false);
  expect(isAbandonedTemporary(ofProcess(name, process.ppid))).toBe(false);
  expect(isAbandonedTemporary(ofProcess(name, NO_PROCESS))).toBe(true);
  expect(isAbandonedTemporary(ofProcess(name, NO_PROCESS).replace(/-[0-9a-f]{8}-/, '-01234567-'))).toBe(
    false,
  );
  // The process before, where each gets the same number, as in containers.
  expect(isAbandonedTemporary(name.replace(/\d+(?=\.tmp$)/, '999999'))).toBe(true);
  expect(isAbandonedTemporary('.vaezip.tmp')).toBe(false);
});

it('are removed where they are abandoned, and nothing else is', () =>
  inFolder(async (folder) => {
    const [kept, abandoned] = [own(), ofProcess(own(), NO_PROCESS)];
    for (const name of [kept, abandoned, 'a.tmp']) writeFileSync(join(folder, name), '');
    removeAbandoned(folder);
    expect(readdirSync(folder).sort()).toEqual([kept, 'a.tmp'].sort());
    removeAbandoned(join(folder, 'none'));
  }));

it('have names that fit beside the longest ones, and never the same twice', () => {
  const names = Array.from({ length: 100 }, () => own());
  expect(new Set(names).size).toBe(100);
  expect(Math.max(...names.map((name) => name.length))).toBeLessThan(50);
});
