// The book says what the records say, and the records' checks hold. With VAEZIP_UPDATE_BOOK=1 the pages take over what
// the records say.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLAIM_NAMES, findClaim } from '../../src/study/catalogue.ts';
import { holds } from '../../src/study/frame/check.ts';
import { recordText } from '../../src/study/frame/record.ts';
import { BOOK, hasPlot, PAGE_NAMES, pagePath, shippedRecord } from './book.ts';

const PRINTED = /^```text\n([\s\S]*?)^```/m;

it('has a page for each claim, and no other', () =>
  expect([...PAGE_NAMES].sort()).toEqual([...CLAIM_NAMES].sort()));

it('lists its pages in the order of the claims', () => {
  const contents = readFileSync(join(BOOK, 'README.md'), 'utf8');
  const rows = [...contents.matchAll(/^\| \[(.*)\]\((.*)\.md\) \|/gm)];
  expect(rows.map(([, name]) => name)).toEqual(CLAIM_NAMES);
  for (const [, name, target] of rows) expect(target).toBe(name);
});

describe.each(CLAIM_NAMES)('%s', (name) => {
  const record = shippedRecord(name);

  it('is recorded under its own name, claim and source', async () => {
    const { claim, source } = await findClaim(name);
    expect(record).toMatchObject({ name, claim, source });
    expect(record.command).toContain(`vaezip study ${name}`);
  });

  it('checks something, and all checks hold', () => {
    expect(record.checks.length).toBeGreaterThan(0);
    expect(record.checks.filter((check) => !holds(check))).toEqual([]);
  });

  it('takes ten minutes at most', () => expect(record.seconds).toBeLessThanOrEqual(600));

  it('says on its page what the command printed, shows the plot, names its command, and leaves an exercise', () => {
    const page = readFileSync(pagePath(name), 'utf8');
    if (process.env.VAEZIP_UPDATE_BOOK === '1')
      writeFileSync(
        pagePath(name),
        page.replace(PRINTED, () => `\`\`\`text\n${recordText(record)}\`\`\``),
      );
    else expect(page.match(PRINTED)?.[1]).toBe(recordText(record));
    expect(page).toContain(`npx vaezip study ${name}`);
    expect(page).toContain(`](${name}.svg)`);
    expect(hasPlot(name)).toBe(true);
    expect(page).toContain('**Exercise.**');
  });
});
