// A file that is there whole or not at all, however the process ends.

import { rename, writeFile } from 'node:fs/promises';

/** Writes beside `path`, then renames. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.partial`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
