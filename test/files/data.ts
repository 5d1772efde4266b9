// Image files: PngSuite's lie here, others outside the project, for tests that are skipped where they are absent.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../../shared/data');

/** Whether the folder is there; says so otherwise. */
export function hasData(folder: string): boolean {
  const there = existsSync(join(ROOT, folder));
  if (!there) console.warn(`skipped: ../shared/data/${folder} is not here`);
  return there;
}

export interface DataFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files of a folder outside the project; none where it is absent. */
export function dataFiles(folder: string): DataFile[] {
  return hasData(folder) ? filesOf(join(ROOT, folder)) : [];
}

/** PngSuite's files: those that are good PNG, or those that are broken. */
export function pngSuite(kind: 'good' | 'broken'): DataFile[] {
  const files = filesOf(join(import.meta.dirname, 'pngsuite')).filter(({ name }) => name.endsWith('.png'));
  return files.filter(({ name }) => name.startsWith('x') === (kind === 'broken'));
}

/** Files that lose something with all but their pixels, or that decoders refuse (cases/README.md). */
export function caseFiles(): DataFile[] {
  const folder = join(import.meta.dirname, 'cases');
  return [folder, join(folder, 'same-stem')]
    .flatMap(filesOf)
    .filter(({ name }) => /\.(png|tif|jpg)$/.test(name));
}

function filesOf(folder: string): DataFile[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => {
    const path = join(folder, name);
    return { name, path, bytes: new Uint8Array(readFileSync(path)) };
  });
}
