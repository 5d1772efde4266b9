// The README's code blocks, so that tests run what readers copy.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const TEXT = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

/** The contents of all blocks of a language, in order. */
export function readmeBlocks(language: string): string[] {
  return [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, block]) => block,
  );
}
