// Image files outside the project, for tests that are skipped where they are absent.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../shared/data');

/** Whether the folder is there; says so otherwise. */
export function hasData(folder: string): boolean {
  const there = existsSync(join(ROOT, folder));
  if (!there) console.warn(`skipped: ../shared/data/${folder} is not here`);
  return there;
}

/** Names and bytes of a folder's files. */
export function dataFiles(folder: string): { name: string; path: string; bytes: Uint8Array }[] {
  const names = hasData(folder) ? readdirSync(join(ROOT, folder)) : [];
  return names.map((name) => {
    const path = join(ROOT, folder, name);
    return { name, path, bytes: new Uint8Array(readFileSync(path)) };
  });
}
