// Refuses lines of more than 120 characters, comments among them, which Biome leaves as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LONGEST = 120;
const FOLDERS = ['bench', 'codec', 'container', 'library', 'models', 'scripts', 'src'];
const WRITTEN_BY_BUILD = ['binary.ts', 'layouts.ts'].map((name) => join('codec', 'kernel', name));

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
for (const folder of FOLDERS)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!/\.[jt]s$/.test(path) || WRITTEN_BY_BUILD.includes(path)) continue;
    readFileSync(path, 'utf8')
      .split('\n')
      .forEach((line, index) => {
        if (line.length <= LONGEST) return;
        console.error(`${path}:${index + 1}: ${line.length} characters, more than ${LONGEST}`);
        process.exitCode = 1;
      });
  }
