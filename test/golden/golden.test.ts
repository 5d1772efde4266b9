// Pinned .vz files: a difference here means that files written before are read no more. `npm run golden` writes them
// anew; see CONTRIBUTING.md for when that is right.
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compress, decompressWithRecipe, extract, loadModel, type Model } from '../../library/index.ts';
import { goldenCases, goldenFile, goldenPath, MODELS } from './cases.ts';

const update = process.env.VAEZIP_UPDATE_GOLDEN === '1';
const cases = await goldenCases();
const models = new Map<string | null, Model>();
for (const [name, weights] of Object.entries(MODELS)) models.set(name, await loadModel(name, weights));

describe.each(cases)('the golden file $name', ({ name, pixels, original, ...options }) => {
  const model = models.get(options.model) ?? null;
  const coded = () => compress(pixels, { ...options, model, original, keepModel: true, threads: 1 });

  if (update) it('is written anew', async () => writeFileSync(goldenPath(name), (await coded()).file));
  it('is what compress writes', async () => {
    expect(Buffer.from((await coded()).file).equals(goldenFile(name))).toBe(true);
  });

  it('decodes', async () => {
    const file = goldenFile(name);
    if (original) expect(await extract(file)).toEqual(original);
    else {
      const { recipe = null } = options;
      expect(await decompressWithRecipe(file, { model, threads: 1 })).toEqual({ pixels, recipe });
    }
  });
});
