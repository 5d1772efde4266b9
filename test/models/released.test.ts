// What a release has shipped stays decodable: all weights that any release had are here, in models/ or, once others have
// taken their place, in models/archive/.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SHIPPED } from '../../models/catalogue.ts';

const ROOT = join(import.meta.dirname, '../..');
const SUFFIX = '.safetensors';

/** Ids of weights by version. */
type Released = Readonly<Record<string, readonly string[]>>;

const released: Released = JSON.parse(readFileSync(join(ROOT, 'models/archive/released.json'), 'utf8'));

function idsIn(folder: string): Set<string> {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(SUFFIX)) : [];
  const hash = (name: string) => createHash('sha256').update(readFileSync(join(folder, name)));
  return new Set(files.map((name) => hash(name).digest('hex')));
}

/** Versions that the changelog gives a date. */
function versionsIn(changelog: string): string[] {
  return [...changelog.matchAll(/^## \[(\S+)\] - \d{4}-\d{2}-\d{2}$/gm)].map(([, version]) => version);
}

/** What is missing, one sentence each. */
function faults(changelog: string, released: Released, here: ReadonlySet<string>): string[] {
  const unlisted = versionsIn(changelog).filter((version) => !released[version]?.length);
  const lost = Object.entries(released).flatMap(([version, ids]) =>
    ids.filter((id) => !here.has(id)).map((id) => `${id}, which ${version} shipped, is not here`),
  );
  return [
    ...unlisted.map((version) => `models/archive/released.json lacks the weights of ${version}`),
    ...lost,
  ];
}

it('all weights that releases had are here', () => {
  const here = new Set([...idsIn(join(ROOT, 'models')), ...idsIn(join(ROOT, 'models/archive'))]);
  for (const { id } of SHIPPED) expect(here).toContain(id);
  expect(faults(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8'), released, here)).toEqual([]);
});

it('a release without its weights would be found', () => {
  const changelog = '## [1.1.0] - Unreleased\n\n## [1.0.0] - 2027-01-01\n';
  expect(faults(changelog, {}, new Set())).toEqual([
    'models/archive/released.json lacks the weights of 1.0.0',
  ]);
  expect(faults(changelog, { '1.0.0': ['ab', 'cd'] }, new Set(['ab']))).toEqual([
    'cd, which 1.0.0 shipped, is not here',
  ]);
});
