import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeSafetensors } from '../../codec/network/safetensors.ts';
import { compress } from '../../library/index.ts';
import {
  chooseModel,
  describeModel,
  findModel,
  findModelById,
  listModels,
  loadModel,
  modelProblems,
} from '../../models/models.ts';
import { untrainedPhoto } from '../codec/planes/static/untrained.ts';

const weights = writeSafetensors({ tensors: {}, metadata: { format: 'vaezip-later' } });
const photo = { width: 9, height: 9, channels: 3, bitDepth: 8, images: 1 } as const;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vaezip-models-'));
  writeFileSync(join(folder, 'later.safetensors'), weights);
  writeFileSync(join(folder, 'later.json'), JSON.stringify({ data: 'nothing' }));
  vi.stubEnv('VAEZIP_MODELS', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('lists the models of the folders in VAEZIP_MODELS, with their cards', async () => {
  const later = (await listModels()).find(({ name }) => name === 'later');
  expect(later).toEqual({
    name: 'later',
    location: join(folder, 'later.safetensors'),
    id: createHash('sha256').update(weights).digest('hex'),
    format: 'vaezip-later',
    bytes: weights.length,
    card: { data: 'nothing' },
    problem: null,
  });
});

it('says which kind of model it does not know', async () => {
  const unknown = /is of the kind 'vaezip-later', which is not known here/;
  await expect(findModel('later')).rejects.toThrow(unknown);
  await expect(findModel(join(folder, 'later.safetensors'))).rejects.toThrow(unknown);
  await expect(loadModel('mine', weights)).rejects.toThrow(unknown);
});

it('names what it did not find and where it looked', async () => {
  const id = '01'.repeat(32);
  for (const find of [findModelById, findModel]) {
    const error = await find(id).catch((caught) => caught);
    expect(error.code).toBe('unknown-model');
    for (const part of [id, 'later', folder, '/models/']) expect(error.message).toContain(part);
  }
  await expect(findModel('sooner')).rejects.toThrow(/no model is called sooner; there are: .*later/);
  await expect(findModel('/none/x.safetensors')).rejects.toThrow(
    'the weights /none/x.safetensors are not there',
  );
  vi.stubEnv('VAEZIP_MODELS', ['/none', folder].join(delimiter));
  const problem = 'the folder /none in VAEZIP_MODELS cannot be listed: there is none';
  expect(await modelProblems()).toEqual([problem]);
  expect((await listModels()).map(({ name }) => name)).toContain('later');
  await expect(findModel('sooner')).rejects.toThrow(problem);
});

it('refuses weights that are none', async () => {
  writeFileSync(join(folder, 'later.safetensors'), 'nothing');
  await expect(findModel('later')).rejects.toThrow(/later\.safetensors is not a safetensors file/);
});

it('finds and lists good models among damaged ones', async () => {
  // 'a...' stands before the others in the folder.
  writeFileSync(join(folder, 'a.safetensors'), 'nothing');
  mkdirSync(join(folder, 'b.safetensors'));
  writeFileSync(join(folder, 'c.safetensors'), writeSafetensors({ tensors: {}, metadata: {} }));
  writeFileSync(join(folder, 'c.json'), '{ half a card');
  writeFileSync(join(folder, 'later.json'), '[]');
  const problems = Object.fromEntries((await listModels()).map(({ name, problem }) => [name, problem]));
  expect(problems.a).toMatch(/a\.safetensors is not a safetensors file/);
  expect(problems.b).toMatch(/cannot read .*b\.safetensors \(no regular file\)/);
  expect(problems.c).toMatch(/the card .*c\.json is not a JSON object/);
  expect(problems.later).toMatch(/the card .*later\.json is not a JSON object/);
  const id = createHash('sha256').update(weights).digest('hex');
  expect(await describeModel(id)).toEqual({ name: 'later', id, efforts: null });
  expect(await describeModel('01'.repeat(32))).toBe(null);
  await expect(findModelById(id)).rejects.toThrow(/is of the kind 'vaezip-later'/);
});

it('has no model for images that none is made for', async () => {
  expect(await chooseModel({ width: 9, height: 9, channels: 2, bitDepth: 16, images: 1 })).toBe(null);
});

it('has a model for photos at every effort, and says which efforts it is for', async () => {
  for (const [effort, name] of Object.entries({
    1: 'photo-fast',
    3: 'photo-quick',
    6: 'photo',
    8: 'photo-large',
    9: 'photo-max',
  })) {
    const { model, accepts } = (await chooseModel(photo, Number(effort))) ?? {};
    expect([model?.name, accepts]).toEqual([name, true]);
    const { lowest, highest } = (await describeModel(model?.id ?? ''))?.efforts ?? { lowest: 0, highest: 0 };
    expect(lowest <= Number(effort) && Number(effort) <= highest).toBe(true);
  }
  expect((await chooseModel(photo))?.model.name).toBe('photo');
  const pixels = { ...photo, data: Uint8Array.from({ length: 243 }, (_, i) => (i * i) & 255) };
  const coded = await compress(pixels, { effort: 9, keepModel: true, threads: 1 });
  expect(coded.report.model?.name).toBe('photo-max');
});

it('takes the next one that has room for the image, and names the first where none has', async () => {
  const named = (name: string) => findModel(name);
  const refuse = vi.spyOn(await named('photo-max'), 'accepts').mockReturnValue(false);
  vi.spyOn(await named('photo-large'), 'accepts').mockReturnValue(false);
  expect(await chooseModel(photo, 9)).toEqual({ model: await named('photo'), accepts: true });
  expect(refuse).toHaveBeenCalledTimes(1);
  for (const name of ['photo', 'photo-quick', 'photo-fast'])
    vi.spyOn(await named(name), 'accepts').mockReturnValue(false);
  expect(await chooseModel(photo, 9)).toEqual({ model: await named('photo-max'), accepts: false });
  vi.restoreAllMocks();
});

it('finds weights that were given by their id and their name', async () => {
  const bytes = untrainedPhoto(0.25);
  const model = await loadModel('given', bytes);
  expect(await findModel('given')).toBe(model);
  expect(await findModelById(model.id)).toBe(model);
  expect(await describeModel(model.id)).toEqual({ name: 'given', id: model.id, efforts: null });
  expect((await listModels()).find(({ name }) => name === 'given')).toMatchObject({
    id: model.id,
    bytes: bytes.length,
    problem: null,
  });
});

it('tells no efforts of a model that another one of its name keeps from being chosen', async () => {
  const bytes = untrainedPhoto(0.5);
  writeFileSync(join(folder, 'photo-static.safetensors'), bytes);
  const id = createHash('sha256').update(bytes).digest('hex');
  expect(await describeModel(id)).toEqual({ name: 'photo-static', id, efforts: null });
});

it('refuses an effort that is none, even for a model named', async () => {
  const pixels = { data: new Uint8Array(3), width: 1, height: 1, channels: 3, bitDepth: 8 } as const;
  for (const model of [undefined, null, 'photo-static']) {
    const error = await compress(pixels, { effort: 10, model }).catch((caught) => caught);
    expect(error).toMatchObject({ name: 'VaezipError', code: 'bad-argument' });
  }
});
