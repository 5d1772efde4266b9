// The project's own text for the pages that show code or prose: lines of some of its files, named here so that a new
// file changes no screen.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const CODE = [
  'codec/ans/message.ts',
  'codec/binary/binary-model.ts',
  'codec/bitsback/image-chain.ts',
  'codec/digits/digits-model.ts',
  'codec/distributions/assembly/logistic-mixture.ts',
  'codec/kernel/threads.ts',
  'codec/network/assembly/steps.ts',
  'codec/planes/run-groups.ts',
  'codec/planes/learning/weights.ts',
  'codec/planes/transforms/levels.ts',
];
const PROSE = [
  'README.md',
  'docs/FORMAT.md',
  'docs/MATH.md',
  'docs/coding.md',
  'docs/memory.md',
  'docs/tour.md',
];

/**
 * @typedef {{name: string, path: string, lines: string[]}} Source the path from the project's folder
 * @typedef {{code: Source[], prose: Source[]}} Sources
 */

/** @returns {Sources} */
export function readSources() {
  return { code: CODE.map(source), prose: PROSE.map(source) };
}

/** @param {string} path */
function source(path) {
  return { name: basename(path), path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n') };
}
