// The command verify: decodes and writes nothing.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { inFolder, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

const GOLDEN = join(import.meta.dirname, '../golden');
let png: Uint8Array;

beforeAll(async () => {
  ({ png } = await keptFiles());
});

/** A folder with packed/kept.vz, packed/pixels.vz, packed/damaged.vz, and packed/notes.txt. */
async function withPacked(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'packed'));
    writeFileSync(join(folder, 'deep.png'), png);
    await vaezip(folder, ['compress', 'deep.png', '-o', 'packed/kept.vz']);
    const pixels = readFileSync(join(GOLDEN, 'plain.vz'));
    writeFileSync(join(folder, 'packed/pixels.vz'), pixels);
    pixels[pixels.length - 20] ^= 1;
    writeFileSync(join(folder, 'packed/damaged.vz'), pixels);
    writeFileSync(join(folder, 'packed/notes.txt'), 'no .vz file');
    await work(folder);
  });
}

it('tells which files are whole, and fails where one is not', () =>
  withPacked(async (folder) => {
    const whole = await vaezip(folder, ['verify', 'packed/kept.vz', 'packed/pixels.vz']);
    expect(whole.status).toBe(0);
    expect(whole.stdout.toString()).toMatch(
      /^file +size +is whole, and holds\npacked\/kept\.vz +\d+ B +a kept file\npacked\/pixels\.vz +\d+ B +\d+ x \d+ by plain\n$/,
    );
    const { status, stdout, stderr } = await vaezip(folder, ['test', '-r', 'packed']);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^vaezip: packed\/damaged\.vz: [^\n]*damaged[^\n]*\n4 files: 2 done, 1 left out \(1 \.txt\), 1 failed[^\n]*\n$/,
    );
    expect(stdout.toString().split('\n')).toHaveLength(4);
    expect(readdirSync(join(folder, 'packed'))).toHaveLength(4);
    expect(readdirSync(folder)).toEqual(['deep.png', 'packed']);
  }));

it('takes stdin, and gives an object of JSON for each file', () =>
  withPacked(async (folder) => {
    const bytes = readFileSync(join(folder, 'packed/kept.vz'));
    const { status, stdout } = await vaezip(folder, ['verify', '-', 'packed/damaged.vz', '--json'], bytes);
    expect(status).toBe(1);
    const [kept, damaged] = stdout
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const seconds = { encode: null, decode: null, verify: expect.any(Number) };
    expect(kept).toMatchObject({
      input: '-',
      output: null,
      status: 'done',
      kind: 'kept',
      verified: true,
      seconds,
    });
    expect(damaged).toMatchObject({ input: 'packed/damaged.vz', status: 'failed', verified: false });
  }));

it('with -q says nothing of what is whole', () =>
  withPacked(async (folder) => {
    const { status, stdout, stderr } = await vaezip(folder, [
      'verify',
      '-q',
      'packed/kept.vz',
      'packed/pixels.vz',
    ]);
    expect([status, stdout.toString(), stderr]).toEqual([0, '', '']);
  }));
