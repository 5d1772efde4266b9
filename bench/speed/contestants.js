// Who takes part: models and efforts of this build, and the base that each is set against, of this build or another.

import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as here from '#dist/library/index.js';

/**
 * @typedef {typeof import('#dist/library/index.js')} Library
 * @typedef {import('#dist/library/index.js').CompressOptions} CompressOptions
 * @typedef {object} Contestant
 * @property {string} title
 * @property {Library} library
 * @property {Pick<CompressOptions, 'effort' | 'model'>} by what codes
 * @property {number} base the place of the one that it is set against; a base's is its own
 * @param {import('./options.js').Wanted} wanted
 * @returns {Promise<Contestant[]>}
 */
export async function contestants({ efforts, models, base, build }) {
  const other = build === null ? here : await libraryOf(build);
  const wanted = [
    ...efforts.map((effort) => ({ title: `effort ${effort}`, by: { effort } })),
    ...models.map((model) => ({ title: model, by: { model } })),
  ];
  if (base !== null) {
    const first = { title: `${base}, base`, by: { model: base }, library: other, base: 0 };
    return [first, ...wanted.map((one) => ({ ...one, library: here, base: 0 }))];
  }
  return wanted.flatMap(({ title, by }, pair) => [
    { title: `${title}, base`, by, library: other, base: 2 * pair },
    { title, by, library: here, base: 2 * pair },
  ]);
}

/** @param {string} build @returns {Promise<Library>} */
async function libraryOf(build) {
  const path = join(resolve(build), 'dist/library/index.js');
  return import(pathToFileURL(path).href).catch((cause) => {
    throw new Error(`${path} cannot be loaded: name a folder with a build`, { cause });
  });
}
