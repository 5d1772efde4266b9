// Builds dist/ before the tests where a source is newer: command line, browsers, other Nodes and training threads run it.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = ['codec', 'container', 'models', 'library', 'src', 'scripts', 'tsconfig.json'];
/** What the build writes last, weights apart. */
const PRODUCT = 'dist/src/cli/main.js';

export default function setup(project: TestProject): void {
  buildWhenStale();
  project.onTestsRerun(buildWhenStale);
}

function buildWhenStale(): void {
  if (!isStale(ROOT, SOURCES, PRODUCT)) return;
  console.log('dist/ is missing or older than the sources: npm run build');
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.js')], { stdio: 'inherit' });
}

/** Whether the product is missing, or any file of the sources (files and folders of `root`) is newer. */
export function isStale(root: string, sources: readonly string[], product: string): boolean {
  const built = statSync(join(root, product), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isNewer = (path: string): boolean => {
    const stat = statSync(path);
    return stat.isDirectory()
      ? readdirSync(path).some((name) => isNewer(join(path, name)))
      : stat.mtimeMs > built;
  };
  return sources.some((source) => isNewer(join(root, source)));
}
