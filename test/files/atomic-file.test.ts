import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeAtomically } from '../../src/files/atomic-file.ts';
import { inFolder } from '../cli/command-line.ts';

it('puts a new file in place of the old one, which is never written into', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    linkSync(path, join(folder, 'same file'));
    await writeAtomically(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readFileSync(join(folder, 'same file'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['a', 'same file']);
  }));

it('writes bytes and text where nothing was', () =>
  inFolder(async (folder) => {
    await writeAtomically(join(folder, 'bytes'), Uint8Array.of(0, 255, 7));
    await writeAtomically(join(folder, 'text'), 'ä');
    expect([...readFileSync(join(folder, 'bytes'))]).toEqual([0, 255, 7]);
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe('ä');
  }));

it('says so where it cannot write, and leaves what is there', () =>
  inFolder(async (folder) => {
    await expect(writeAtomically(join(folder, 'none/a'), 'new')).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(join(folder, 'b'));
    await expect(writeAtomically(join(folder, 'b'), 'new')).rejects.toThrow();
    expect(readdirSync(join(folder, 'b'))).toEqual([]);
  }));
