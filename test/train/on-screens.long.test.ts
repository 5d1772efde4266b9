// Training of a screen model through the command line: networks, then tables, then a card that names both.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../codec/network/safetensors.ts';
import { screenFamily } from '../../codec/screen/family.ts';
import { firstTables, readWeights } from '../../codec/screen/weights.ts';
import { inFolder, vaezip } from '../cli/command-line.ts';
import { modelOf } from '../codec/coding.ts';
import { paint } from '../codec/screen/images.ts';

async function withScreens(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'screens'));
    for (const [index, name] of ['text', 'soft edges', 'rare colours'].entries()) {
      const { data, width, height } = paint(name, 260, 256, 3);
      const raw = { width, height, channels: 3 } as const;
      await sharp(data as Uint8Array, { raw }).toFile(join(folder, 'screens', `${index}.png`));
    }
    await work(folder);
  });
}

const TRAIN = ['train', '--preset', 'screen', '--data', 'screens', '--steps', '1', '--threads', '2'];

it('a short run gives weights that have learnt, and code', () =>
  withScreens(async (folder) => {
    const { status } = await vaezip(folder, TRAIN);
    expect(status).toBe(0);
    const bytes = new Uint8Array(readFileSync(join(folder, 'screen.safetensors')));
    const card = JSON.parse(readFileSync(join(folder, 'screen.json'), 'utf8'));
    expect(card.id).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(readWeights(readSafetensors(bytes)).tables).not.toEqual(firstTables());
    const pixels = paint('text', 120, 80, 3);
    const session = modelOf(screenFamily, 'trained', bytes).open(pixels, { threads: 1 });
    expect((await session.decode(await session.encode(pixels.data))).samples).toEqual(pixels.data);
  }));

it('latents are refused, and a folder that is not there is, before the work', () =>
  withScreens(async (folder) => {
    const withLatents = await vaezip(folder, [...TRAIN, '--latents', '3', '--from', 'x']);
    expect(withLatents.status).not.toBe(0);
    expect(withLatents.stderr).toMatch(/--latents do not apply/);
    const nowhere = await vaezip(folder, [...TRAIN, '--out', 'no/where.safetensors']);
    expect(nowhere.status).not.toBe(0);
    expect(nowhere.stderr).toMatch(/no is no folder to write weights to/);
  }));
