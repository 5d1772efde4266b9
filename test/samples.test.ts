import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packArchive } from '../library/index.ts';
import { inFolder } from './cli/command-line.ts';

const SIDE = 28;
const IMAGES = 200;

/** A square that is bright in one corner, a little different each time. */
function corner(index: number): Uint8Array {
  const data = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < 10; y++) data.fill(100 + (index % 50), y * SIDE, y * SIDE + 8 + (index % 5));
  return data;
}

/** An archive of squares, and the idx file that they come from. */
async function writeSquares(folder: string): Promise<{ archive: string; source: string }> {
  const images = Array.from({ length: IMAGES }, (_, index) => corner(index));
  const header = Buffer.alloc(16);
  for (const [at, value] of [0x803, IMAGES, SIDE, SIDE].entries()) header.writeUInt32BE(value, 4 * at);
  const entries = images.map((data, index) => ({
    name: `${String(index).padStart(3, '0')}.png`,
    original: null,
    pixels: { width: SIDE, height: SIDE, channels: 1, bitDepth: 8, images: 1, data } as const,
  }));
  const parts: Uint8Array[] = [];
  for await (const part of packArchive(entries, { threads: 1, model: 'photo-grey-fast' })) parts.push(part);
  const [archive, source] = [join(folder, 'squares.vza'), join(folder, 'squares.idx')];
  writeFileSync(archive, Buffer.concat(parts));
  writeFileSync(source, Buffer.concat([header, ...images]));
  return { archive, source };
}

it('trains a classifier from an archive, whose images are those of the source', async () => {
  await inFolder(async (folder) => {
    const { archive, source } = await writeSquares(folder);
    const script = join(import.meta.dirname, '../samples/classify-turns.js');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [script, archive, '--source', source, ...args], { encoding: 'utf8' });
    const { stdout, stderr, status } = run('--epochs', '12');
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(
      /^200 images, each as in the source; of 100 that were not trained on, (9\d|100) told/m,
    );

    const altered = Buffer.concat([
      Buffer.alloc(16),
      ...Array.from({ length: IMAGES }, (_, at) => corner(at + 1)),
    ]);
    writeFileSync(source, altered);
    const other = run();
    expect(other.status).not.toBe(0);
    expect(other.stderr).toContain('000.png is not image 0 of the source');
  });
});
