// The pages that readers copy from: the README and those that it points to. Tests run their code blocks and commands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Pages with commands and examples, the README first. */
export const PAGES = [
  'README.md',
  'docs/browser.md',
  'docs/coding.md',
  'docs/figures.md',
  'docs/sizes.md',
  'CONTRIBUTING.md',
];

export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The contents of all blocks of a language in the pages, in order. */
export function readmeBlocks(language: string, pages: readonly string[] = PAGES): string[] {
  return pages.flatMap((page) =>
    [...pageText(page).matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
      ([, block]) => block,
    ),
  );
}
