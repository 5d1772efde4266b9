// The golden cases as one JSON text, for engines that run the built library: runtime.js reads it.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compress } from '../../library/index.ts';
import {
  chain,
  cropOfSample,
  type GoldenCase,
  goldenCases,
  goldenFile,
  MODELS,
  rounded,
  squares,
} from './cases.ts';

const ROOT = join(import.meta.dirname, '../..');
export const LIBRARY = join(ROOT, 'dist/library/index.js');

/** Images for the models that ship: here this process says what the bytes must be, since weights change. */
async function shippedCases(): Promise<GoldenCase[]> {
  return [
    ...(await Promise.all(
      ['photo-static', 'photo-fast', 'photo-quick', 'photo', 'photo-large', 'photo-max'].map(
        async (model) => {
          return { name: `a photo by ${model}`, pixels: await cropOfSample(200, 120), model };
        },
      ),
    )),
    { name: 'alpha beside a photo', pixels: rounded(await cropOfSample(90, 60)), model: 'photo-fast' },
    { name: 'digits', pixels: squares(4), model: 'digits' },
    { name: 'thumbs', pixels: chain(await cropOfSample(40, 96), 3), model: 'thumbs' },
  ];
}

/** The text. Throws when the library is not built. */
export async function portableCases(): Promise<string> {
  if (!existsSync(LIBRARY)) throw new Error('the library is not built: npm run build');
  const pinned = (await goldenCases()).map((golden) => portable(golden, goldenFile(golden.name)));
  const shipped = (await shippedCases()).map(async (golden) => {
    const { file } = await compress(golden.pixels, { model: golden.model, keepModel: true, threads: 1 });
    return portable(golden, file);
  });
  const models = Object.fromEntries(Object.entries(MODELS).map(([name, weights]) => [name, base64(weights)]));
  return JSON.stringify({ models, cases: [...pinned, ...(await Promise.all(shipped))] });
}

function portable({ pixels, metadata, recipe, original, ...rest }: GoldenCase, golden: Uint8Array) {
  const { data, ...shape } = pixels;
  return {
    ...rest,
    shape,
    data: base64(data),
    metadata: metadata && { ...metadata, data: base64(metadata.data) },
    recipe: recipe && base64(recipe),
    original: original && { bytes: base64(original.bytes), name: base64(original.name ?? new Uint8Array(0)) },
    golden: base64(golden),
  };
}

function base64(bytes: Uint8Array | Uint16Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
