import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { helpOf } from './cli/command-line.ts';
import { PAGES, pageText, readmeBlocks } from './readme.ts';

const ROOT = join(import.meta.dirname, '..');

function runModule(script: string): string {
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: ROOT }).toString();
}

it("the README's library example gives the pixels back", () => {
  const [example] = readmeBlocks('js');
  expect(runModule(example)).toMatch(
    /^screen: \d+ bytes, \d\.\d{3} bits per sample\nneeds the model [0-9a-f]{6}\ntrue\n$/,
  );
});

it('the codec of docs/coding.md prints what stands there', () => {
  const page = ['docs/coding.md'];
  const [[example], [printed]] = [readmeBlocks('js', page), readmeBlocks('text', page)];
  expect(runModule(example)).toBe(printed);
});

const imports = [...readmeBlocks('js'), ...readmeBlocks('ts')].flatMap((block) =>
  [...block.matchAll(/import \{ (.*) \} from '([^']*)'/g)].map(([, names, module]) => ({ names, module })),
);

it('examples import from more than one entry point', () =>
  expect(new Set(imports.map(({ module }) => module)).size).toBeGreaterThan(1));

it.each(imports)('$module exports $names', ({ names, module }) => {
  const exported = runModule(`import * as all from '${module}'; console.log(Object.keys(all).join());`);
  expect(exported.trim().split(',')).toEqual(expect.arrayContaining(names.split(', ')));
});

it('the import map names files that are there', () => {
  const [map] = readmeBlocks('html');
  const paths = [...map.matchAll(/"\/node_modules\/(.*)"/g)].map(([, path]) => path);
  expect(paths).toHaveLength(2);
  for (const path of paths) {
    const own = path.replace(/^vaezip\//, '');
    expect(existsSync(join(ROOT, own === path ? `node_modules/${path}` : own)), path).toBe(true);
  }
});

/** In blocks and in running text; a comment ends a command. */
const COMMAND =
  /\bvaezip (compress|decompress|info|models|evaluate|heatmap|report|train|sweep|study)\b([^`\n#]*)/g;
const commands = PAGES.flatMap((page) =>
  [...pageText(page).matchAll(COMMAND)].map(([command, name, words]) => ({
    page,
    command: command.trim(),
    name,
    words: words.trim().split(/\s+/),
  })),
);

it('the README has commands', () =>
  expect(commands.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(4));

it.each(commands)('$page can say $command', async ({ name, words }) => {
  const help = await helpOf(name);
  for (const option of words.filter((word) => word.startsWith('-') && word !== '-'))
    expect(help).toMatch(new RegExp(`\\s${option}\\b`));
  const photo = words.find((word) => /^samples\/.*\.png$/.test(word));
  if (photo) expect(existsSync(join(ROOT, photo))).toBe(true);
});

const rooms = readdirSync(join(ROOT, 'docs/decisions')).map((name) => `docs/decisions/${name}`);

it('each room of decisions stands in their index', () => {
  const index = pageText('docs/decisions/README.md');
  for (const room of rooms) if (!room.endsWith('README.md')) expect(index).toContain(`(${basename(room)})`);
});

it.each([...PAGES, 'docs/tour.md', ...rooms])('links of %s lead somewhere', (page) => {
  const targets = [...pageText(page).matchAll(/\]\(([^)#]*)[^)]*\)/g)].map(([, target]) => target);
  const missing = targets.filter(
    (target) => target !== '' && !target.includes('://') && !existsSync(join(ROOT, dirname(page), target)),
  );
  expect(missing).toEqual([]);
});
