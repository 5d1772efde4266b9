// Who imports whom: all modules of the source tree with what they import, also types alone and what is loaded later.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

export const ROOT = join(import.meta.dirname, '..');

export interface Import {
  /** Paths from the root, folders for the graph of folders; a package's or a built-in module's name. */
  readonly from: string;
  readonly to: string;
  /** Of types alone, when the file is loaded, or when it is asked for. */
  readonly kind: 'type' | 'static' | 'dynamic';
}

/** The imports of all TypeScript files below the folders, AssemblyScript's included. */
export function importsOf(folders: readonly string[]): Import[] {
  return folders.flatMap(filesIn).flatMap(importsOfFile);
}

/** The same between folders: a folder is that of the file itself. */
export function folderImports(imports: readonly Import[]): Import[] {
  return imports
    .filter(({ to }) => to.includes('/') && existsSync(join(ROOT, to)))
    .map(({ from, to, kind }) => ({ from: dirname(from), to: dirname(to), kind }))
    .filter(({ from, to }) => from !== to);
}

/** The files that are loaded with a file, itself included. */
export function loadedWith(file: string, imports: readonly Import[]): Set<string> {
  const loaded = new Set([file]);
  for (const one of loaded)
    for (const { from, to, kind } of imports) if (from === one && kind === 'static') loaded.add(to);
  return loaded;
}

/** Groups of nodes that import each other, be it by way of others (Tarjan's strongly connected components). */
export function cycles(imports: readonly Import[]): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) targets.set(from, (targets.get(from) ?? new Set()).add(to));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (node: string): number => {
    const own = index.size;
    index.set(node, own);
    low.set(node, own);
    stack.push(node);
    let lowest = own;
    for (const target of targets.get(node) ?? []) {
      if (!index.has(target)) lowest = Math.min(lowest, visit(target));
      else if (stack.includes(target)) lowest = Math.min(lowest, index.get(target) ?? 0);
    }
    if (lowest === own) {
      const group = stack.splice(stack.indexOf(node));
      if (group.length > 1) found.push(group.sort());
    }
    return lowest;
  };
  for (const node of targets.keys()) if (!index.has(node)) visit(node);
  return found.sort();
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== 'kernel/binary.ts')
    .map((file) => join(folder, file));
}

function importsOfFile(file: string): Import[] {
  // AssemblyScript has decorators where TypeScript has none.
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/^\s*@\w+(\(.*\))?/gm, '');
  const { module } = parseSync(file, text);
  const kindOf = (entries: readonly { readonly isType: boolean }[]) =>
    entries.length > 0 && entries.every(({ isType }) => isType) ? 'type' : 'static';
  const named = (name: string, kind: Import['kind']) => ({ from: file, to: pathOf(name, file), kind });
  return [
    ...module.staticImports.map(({ moduleRequest, entries }) => named(moduleRequest.value, kindOf(entries))),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap((entry) =>
        entry.moduleRequest ? named(entry.moduleRequest.value, kindOf([entry])) : [],
      ),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      named(text.slice(start + 1, end - 1), 'dynamic'),
    ),
  ];
}

function pathOf(name: string, importer: string): string {
  if (!name.startsWith('.')) return name;
  const path = relative(ROOT, join(ROOT, dirname(importer), name));
  return path.endsWith('.ts') ? path : `${path}.ts`; // AssemblyScript's names have no extension
}
