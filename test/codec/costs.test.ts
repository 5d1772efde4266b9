// What each symbol costs: all together they are what the messages grow by, and to tell them changes no stream.
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { FORMAT } from '../../codec/binary/architecture.ts';
import { binaryFamily } from '../../codec/binary/family.ts';
import { digitsFamily } from '../../codec/digits/family.ts';
import type { Measured, Model } from '../../codec/model/model.ts';
import { writeSafetensors } from '../../codec/network/safetensors.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { staticFamily } from '../../codec/planes/static/family.ts';
import { binaryStrokes, CONTEXT, untrained } from './binary/images.ts';
import { modelOf } from './coding.ts';
import { strokes } from './digits/images.ts';
import { paint } from './planes/learning/images.ts';
import { colour, grey, similar, untrainedCodec } from './planes/learning/untrained.ts';
import { learningCodec, quickCodec } from './planes/online/untrained.ts';
import * as quick from './planes/quick/untrained.ts';
import { untrainedPhoto } from './planes/static/untrained.ts';
import { painted, untrained as untrainedThumbs } from './thumbs/images.ts';

const photo = paint('photo-like', 90, 70, 3);
/** With gaps in its histogram, which a table tells of. */
const gaps: Pixels = { ...photo, data: photo.data.map((level) => level - (level % 4)) };
const latents = modelOf(staticFamily, 'static', untrainedPhoto());
const learning = untrainedCodec(colour);
const digits = modelOf(digitsFamily, 'digits', await readFile('models/digits.safetensors'));
const binary = modelOf(
  binaryFamily,
  'binary',
  writeSafetensors({ tensors: untrained(CONTEXT), metadata: { format: FORMAT } }),
);

const CASES: [string, Model, Pixels][] = [
  ['of a photo by networks that learn', learning, photo],
  ['of one whose levels have gaps', learning, gaps],
  ['of one by similar contexts', untrainedCodec(similar), paint('photo-like', 60, 40, 3)],
  ['of a grey photo', untrainedCodec(grey), paint('photo-like', 90, 70, 1)],
  ['of a photo by a quick model', quick.untrainedCodec(quick.colour), photo],
  ['of a photo whose start latents tell', learningCodec(colour), photo],
  ['of one by a quick model', quickCodec(quick.colour), photo],
  ['of a photo with latents', latents, photo],
  ['of one too small for latents', latents, paint('photo-like', 15, 40, 3)],
  ['of one pixel', latents, paint('noise', 1, 1, 3)],
  ['of a chain of digits', digits, strokes(5, 1)],
  ['of a chain of thumbs', untrainedThumbs(), painted('photo-like', 5, 33, 40)],
  ['of a chain of binary images', binary, binaryStrokes(5, 1)],
];

async function measure(model: Model, pixels: Pixels): Promise<Measured> {
  const session = model.open(pixels, { threads: 1 });
  if (!session.measure) throw new Error('it does not measure');
  return session.measure(pixels.data);
}

const sum = (bits: Iterable<number> = []) => Array.from(bits).reduce((total, cost) => total + cost, 0);

it.each(CASES)('the costs %s are what the messages grow by', async (_, model, pixels) => {
  const { costs, lengths, ...coded } = await measure(model, pixels);
  const { samples, tiles, beside } = costs;
  expect(samples.length).toBe(pixels.data.length);
  expect(samples.every((cost) => cost > 0 && cost <= 22)).toBe(true);
  const total = sum(samples) + sum(tiles?.bits) + beside;
  expect(Math.abs(total / lengths.net - 1)).toBeLessThan(2e-6);
  // The integers follow the real-valued model closely.
  expect(Math.abs((sum(samples) + beside) / lengths.likelihood - 1)).toBeLessThan(1e-3);
  const encoded = await model.open(pixels, { threads: 1 }).encode(pixels.data);
  expect({ lengths, ...coded }).toEqual(encoded);
});

it('a table of levels stands beside the samples', async () => {
  const { costs, sides } = await measure(learning, gaps);
  expect(costs.beside).toBe(8 * (sides.levels?.length ?? Number.NaN));
});

it.each([
  ['learning', learning],
  ['static', latents],
])('a rare sample costs most where it stands, by a model of the %s family', async (_, model) => {
  const pixels = paint('constant', 40, 50, 3);
  // In the second row of tiles, in red.
  const rare = 3 * (27 * 40 + 13);
  pixels.data[rare] += 90;
  const { samples } = (await measure(model, pixels)).costs;
  // What comes first is rare, too: nothing is known yet.
  const from = 3 * 40 * 4;
  const later = samples.subarray(from);
  expect(from + later.indexOf(Math.max(...later))).toBe(rare);
});

it('tiles reach to the right, and leave the lowest rows without latents', async () => {
  const { tiles } = (await measure(latents, photo)).costs;
  expect(tiles?.x).toEqual([0, 16, 32, 48, 64, 90]);
  expect(tiles?.rows).toEqual([
    { from: 0, to: 16 },
    { from: 16, to: 32 },
    { from: 32, to: 62 },
  ]);
  expect(tiles?.bits.length).toBe(15);
  expect(tiles?.bits.every((bits) => bits !== 0)).toBe(true);
});

it('costs take memory of their own', () => {
  for (const model of [learning, latents]) {
    const [encode, measure] = (['encode', 'measure'] as const).map((way) => model.memory(photo, way, 0));
    expect(measure - encode).toBeGreaterThanOrEqual(4 * photo.data.length);
    expect(measure - encode).toBeLessThan(5 * photo.data.length);
  }
});
