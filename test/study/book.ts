// The book in docs/study: its pages, and the records beside them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StudyRecord } from '../../src/study/frame/record.ts';

export const BOOK = join(import.meta.dirname, '../../docs/study');

/** Names of claims that have a page. */
export const PAGE_NAMES = readdirSync(BOOK)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.replace('.md', ''));

export function pagePath(name: string): string {
  return join(BOOK, `${name}.md`);
}

/** Throws where there is none. */
export function shippedRecord(name: string): StudyRecord {
  return JSON.parse(readFileSync(join(BOOK, `${name}.json`), 'utf8'));
}

export function hasPlot(name: string): boolean {
  return existsSync(join(BOOK, `${name}.svg`));
}
