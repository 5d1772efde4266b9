// Meta-training through the command line, of the smallest preset on synthetic photos.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { learningFamily } from '../../codec/planes/learning/family.ts';
import { decode, encode, modelOf } from '../codec/coding.ts';
import { randomNumbers } from '../codec/kernel/fixture.ts';
import { inFolder, MAIN, refusal, vaezip } from './command-line.ts';

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

describe('train --preset photo-grey', () => {
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

  it('stops at Ctrl-C with weights, a card and a checkpoint, from which it goes on', () =>
    withPhotos(async (folder) => {
      const some = [...TRAIN, '--out', 'some.safetensors'];
      // More rounds than any machine takes before the signal.
      const stopped = await interrupted(folder, [...some, '--steps', '1000000']);
      expect(stopped.stderr).toMatch(
        /\nstopped after \d+ of 1000000 rounds, whose weights are in some\.safetensors: the same command with --resume goes on\n$/,
      );
      expect(stopped.status).toBe(130);
      const half = json(join(folder, 'some.json'));
      expect(half.rounds).toBe(Number(stopped.stderr.match(/stopped after (\d+)/)?.[1]));
      expect(half.rates.likelihood).toBeLessThan(8);
      expect(existsSync(join(folder, 'some.safetensors'))).toBe(true);
      expect(existsSync(join(folder, 'some.safetensors.checkpoint'))).toBe(true);

      const rounds = half.rounds + 1;
      const resumed = await vaezip(folder, [...some, '--resume', '--steps', String(rounds)]);
      expect(resumed).toMatchObject({
        status: 0,
        stderr: expect.stringContaining(`round ${rounds}/${rounds}`),
      });
      expect(existsSync(join(folder, 'some.safetensors.checkpoint'))).toBe(false);
      const whole = json(join(folder, 'some.json'));
      expect(whole).toMatchObject({ rounds, seed: 3 });
      expect(whole.id).not.toBe(half.id);
      expect(whole.hours).toBeGreaterThanOrEqual(half.hours);
    }));
});

describe('wrong usage of train', () => {
  it.each([
    [['--beta', '1'], /^--beta does not apply to the preset photo-grey, .*: leave it out$/],
    [['--backend', 'cpu'], /^--backend does not apply to the preset photo-grey, .*: leave it out$/],
    [['--hours', '1', '--minutes', '5'], /hours and minutes are mutually exclusive/],
    [['--hours', '0'], /--hours must be above 0/],
    [
      ['--from', 'some.safetensors', '--resume'],
      /^--from does not apply to a run that goes on: .*--resume out$/,
    ],
    [
      ['--preset', 'digits', '--from', 'a.safetensors'],
      /^--from does not apply to the preset digits, .*: leave it out$/,
    ],
    [
      ['--preset', 'photo-static', '--from', 'a.safetensors'],
      /^--from does not apply to the preset photo-static, .*: leave it out$/,
    ],
    [['--latents', '0'], /--latents must be a whole number from 1 to 32/],
    [['--latents', '12'], /^--latents are added to trained weights: name them with --from$/],
    [['--latents', '12', '--from', 'a.safetensors', '--hours', '1'], /^--minutes and --hours do not apply/],
    [
      ['--latents', '12', '--from', 'a.safetensors', '--resume'],
      /^--from does not apply to a run that goes on/,
    ],
    [
      ['--preset', 'digits', '--latents', '12'],
      /^--latents does not apply to the preset digits, .*: leave it out$/,
    ],
    [['--preset', 'photos'], /^there is no preset photos: choose one of .*photo-static/],
  ])('%j is refused', async (words, message) => {
    const preset = words.includes('--preset') ? [] : ['--preset', 'photo-grey'];
    expect(await refusal('train', '--data', '.', ...preset, ...words)).toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(message),
    });
  });

  it('is told in one line, as are weights to start from that are not there', () =>
    withPhotos(async (folder) => {
      const [photos, nowhere] = await Promise.all([
        vaezip('.', ['train', '--preset', 'photos', '--data', '.']),
        vaezip(folder, [...TRAIN, '--from', 'nowhere.safetensors']),
      ]);
      expect(photos.stderr).toMatch(/^vaezip: there is no preset photos: [^\n]*\n$/);
      expect(photos.status).toBe(2);
      expect(nowhere.stderr).toMatch(/^vaezip: nowhere\.safetensors cannot be read: [^\n]*\n$/);
      expect(nowhere.status).toBe(1);
    }));
});
