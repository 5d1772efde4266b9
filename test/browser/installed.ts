// A folder with the package as npm installs it: what is packed, and nothing else of the project.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** The folder of a page that depends on vaezip, for the caller to remove. sharp and yargs are not there: no page loads them. */
export function folderWithPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-page-'));
  const target = join(folder, 'node_modules/vaezip');
  mkdirSync(target, { recursive: true });
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }));
  execFileSync('tar', ['-xzf', filename, '-C', target, '--strip-components=1'], { cwd: folder });
  rmSync(join(folder, filename));
  symlinkSync(join(ROOT, 'node_modules/pako'), join(folder, 'node_modules/pako'));
  return folder;
}
