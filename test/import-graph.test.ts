// Imports point one way: codec below container and models, library above them, src on top; no file and no folder reaches itself.
import { expect, it } from 'vitest';
import { cycles, folderImports, importsOf, loadedWith } from './imports.ts';

const imports = importsOf(['codec', 'container', 'models', 'library', 'src']);
const top = (path: string) => path.split('/')[0];

it('go in no circle between files, types and what is loaded later included', () => {
  expect(imports.length).toBeGreaterThan(500);
  expect(cycles(imports)).toEqual([]);
});

it('go in no circle between folders', () => {
  expect(cycles(folderImports(imports))).toEqual([]);
});

it.each([
  ['codec', ['codec']],
  ['container', ['container', 'codec']],
  ['models', ['models', 'codec']],
  ['library', ['library', 'models', 'container', 'codec']],
  ['src', ['src', 'library', 'models', 'container', 'codec']],
])('of %s stay within %j', (folder, allowed) => {
  const strays = imports.filter(
    ({ from, to }) => top(from) === folder && to.endsWith('.ts') && !allowed.includes(top(to)),
  );
  expect(strays).toEqual([]);
});

it('of built-in modules of Node stand in src, and where they are loaded in Node alone', () => {
  const builtIn = imports.filter(({ from, to }) => to.startsWith('node:') && top(from) !== 'src');
  const inNode = new Set(builtIn.filter(({ kind }) => kind === 'static').map(({ from }) => from));
  expect([...inNode]).toEqual(['models/store/node.ts']);
  expect(imports.filter(({ to }) => inNode.has(to)).every(({ kind }) => kind === 'dynamic')).toBe(true);
  expect(builtIn.filter(({ kind }) => kind !== 'static')).toEqual([
    { from: 'codec/kernel/threads.ts', to: 'node:worker_threads', kind: 'dynamic' },
  ]);
});

it('load nothing with the catalogue, and no action with the command line', () => {
  expect([...loadedWith('models/catalogue.ts', imports)]).toEqual(['models/catalogue.ts']);
  const started = [...loadedWith('src/cli/parser.ts', imports)];
  expect(started).toContain('models/catalogue.ts');
  expect(
    started.filter((file) => /^library|\/actions\/|^src\/(train|files|study)|kernel/.test(file)),
  ).toEqual([]);
});

it('of commands are of the action of their name', () => {
  const ofActions = imports.filter(
    ({ from, to }) => from.startsWith('src/cli/commands/') && /\/actions\//.test(to),
  );
  expect(ofActions.length).toBeGreaterThan(6);
  for (const { from, to } of ofActions) expect(to).toBe(from.replace('/commands/', '/actions/'));
});

it('are found in circles of any length, and in none where there is none', () => {
  const graph = (...pairs: [string, string][]) =>
    pairs.map(([from, to]) => ({ from, to, kind: 'static' as const }));
  expect(cycles(graph(['a', 'b'], ['b', 'c'], ['c', 'a'], ['c', 'd']))).toEqual([['a', 'b', 'c']]);
  expect(cycles(graph(['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']))).toEqual([]);
});
