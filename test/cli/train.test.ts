// Meta-training through the command line, of the smallest preset on synthetic photos.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { learningFamily } from '../../codec/planes/learning/family.ts';
import { decode, encode, modelOf } from '../codec/coding.ts';
import { randomNumbers } from '../codec/kernel/fixture.ts';
import { inFolder, MAIN, vaezip } from './command-line.ts';

const SIDE = 256;
const TRAIN = ['train', '--preset', 'photo-grey', '--data', 'photos', '--seed', '3'];

/** A folder with photos/, where one of two is held out: slopes with noise. */
async function withPhotos(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'photos'));
    for (const seed of [1, 2]) {
      const random = randomNumbers(seed);
      const rgb = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i % SIDE) / 2 + 60 * random());
      await sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } }).toFile(
        join(folder, 'photos', `${seed}.png`),
      );
    }
    await work(folder);
  });
}

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Runs the command and interrupts it as Ctrl-C does once it shows a round. */
async function interrupted(folder: string, args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
  let stderr = '';
  let sent = false;
  child.stderr.on('data', (part) => {
    stderr += part;
    if (/^round/m.test(stderr) && !sent) sent = child.kill('SIGINT');
  });
  const status = await new Promise((done) => child.once('close', done));
  return { status, stderr };
}

describe('train --preset photo-grey', { timeout: 60_000 }, () => {
  it('writes weights that code, and a card', () =>
    withPhotos(async (folder) => {
      const grey = sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: '#888' } });
      await grey.toColourspace('b-w').toFile(join(folder, 'photos/grey.png'));
      const { status, stderr } = await vaezip(folder, [...TRAIN, '--steps', '2']);
      expect(stderr).toMatch(
        /^photos\/grey\.png is left out: not 8-bit RGB\nround 1\/2 +\d\.\d{4} bits\/dim +0:\d\d left\nround 2\/2 .* 0:00 left\n/,
      );
      expect(stderr).toMatch(/\nwrote photo-grey\.safetensors and photo-grey\.json\n$/);
      expect(status).toBe(0);

      const card = json(join(folder, 'photo-grey.json'));
      expect(card).toMatchObject({
        name: 'photo-grey',
        data: '1 photos of 0 Mpx in all, 1 held out',
        command: 'vaezip train --preset photo-grey --data DIR --steps 2 --seed 3',
        seed: 3,
        rounds: 2,
        architecture: { planes: '1', hidden: '32 32', neighbours: '20 0 0', rate: '0.001' },
        rates: { what: expect.stringContaining('held-out photos') },
      });
      expect(card.hours).toBeGreaterThanOrEqual(0);
      expect(card.rates.likelihood).toBeLessThan(8);

      const weights = readFileSync(join(folder, 'photo-grey.safetensors'));
      const codec = modelOf(learningFamily, 'photo-grey', weights);
      const data = Uint8Array.from({ length: 40 * 30 }, (_, i) => (i * i) % 200);
      const pixels = { data, width: 40, height: 30, channels: 1, bitDepth: 8, images: 1 } as const;
      const { streams } = await encode(codec, pixels, { threads: 1 });
      expect((await decode(codec, streams, pixels, { threads: 1 })).data).toEqual(data);
      const { stdout } = await vaezip(folder, ['models', '--json'], undefined, { VAEZIP_MODELS: folder });
      const models = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(models.map(({ id }) => id)).toContain(card.id);
    }));

  it('goes on after Ctrl-C to the same weights, of which it had some already', () =>
    withPhotos(async (folder) => {
      const stopped = await interrupted(folder, [...TRAIN, '--steps', '30', '--out', 'some.safetensors']);
      expect(stopped.status).toBe(130);
      const [, text] =
        stopped.stderr.match(
          /\nstopped after (\d+) of 30 rounds, whose weights are in some\.safetensors: the same command with --resume/,
        ) ?? [];
      const rounds = Number(text);
      const half = json(join(folder, 'some.json'));
      expect(half).toMatchObject({ rounds, rates: { likelihood: expect.any(Number) } });
      expect(existsSync(join(folder, 'some.safetensors.checkpoint'))).toBe(true);

      const resumed = await vaezip(folder, [...TRAIN, '--out', 'some.safetensors', '--resume']);
      expect(resumed.status).toBe(0);
      expect(existsSync(join(folder, 'some.safetensors.checkpoint'))).toBe(false);
      await vaezip(folder, [...TRAIN, '--out', 'whole.safetensors', '--steps', '30', '--threads', '1']);
      const [some, whole] = ['some', 'whole'].map((name) => json(join(folder, `${name}.json`)));
      expect(some.id).toBe(whole.id);
      expect(some.id).not.toBe(half.id);
      expect(some.hours).toBeGreaterThanOrEqual(half.hours);
    }));

  it('refuses what does not apply', async () => {
    const refused = async (...more: string[]) => (await vaezip('.', [...TRAIN, ...more])).stderr;
    const [beta, backend, both, none, from] = await Promise.all([
      refused('--beta', '1'),
      refused('--backend', 'cpu'),
      refused('--hours', '1', '--minutes', '5'),
      refused('--hours', '0'),
      refused('--from', 'some.safetensors', '--resume'),
    ]);
    expect(beta).toMatch(/^vaezip: --beta does not apply to the preset photo-grey, .*: leave it out\n$/);
    expect(backend).toMatch(
      /^vaezip: --backend does not apply to the preset photo-grey, .*: leave it out\n$/,
    );
    expect(both).toMatch(/hours and minutes are mutually exclusive/);
    expect(none).toMatch(/--hours must be above 0/);
    expect(from).toMatch(/^vaezip: --from does not apply to a run that goes on: [^\n]*--resume out\n$/);
  });

  it('says in one line that there are no weights to start from', () =>
    withPhotos(async (folder) => {
      const { status, stderr } = await vaezip(folder, [...TRAIN, '--from', 'nowhere.safetensors']);
      expect(stderr).toMatch(/^vaezip: nowhere\.safetensors cannot be read: [^\n]*\n$/);
      expect(status).toBe(1);
    }));

  it.each(['digits', 'photo-static'])('starts %s from random weights alone', async (preset) => {
    const args = ['train', '--preset', preset, '--data', '.', '--from', 'some.safetensors'];
    const { status, stderr } = await vaezip('.', args);
    expect(stderr).toMatch(
      new RegExp(`^vaezip: --from does not apply to the preset ${preset}, [^\\n]*: leave it out\\n$`),
    );
    expect(status).toBe(2);
  });

  it('names all presets where there is none of the name', async () => {
    const { status, stderr } = await vaezip('.', ['train', '--preset', 'photos', '--data', '.']);
    expect(stderr).toMatch(
      /no preset photos: choose one of photo-static, photo, photo-large, photo-max, photo-grey, digits/,
    );
    expect(status).toBe(2);
  });
});
