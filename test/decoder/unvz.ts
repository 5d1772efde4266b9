// The decoder in C, built where there is a compiler, and what it must write: PAM images, one after the other.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pixels } from '../../library/index.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Folders of weights: of models that ship, and of golden files. */
export const SHIPPED = join(ROOT, 'models');
export const GOLDEN = join(ROOT, 'test/golden/weights');
const FLAGS = ['-std=c99', '-O2', '-ffp-contract=off', '-Wall', '-Wextra', '-Wconversion', '-pedantic'];
const TUPLES = ['GRAYSCALE', 'GRAYSCALE_ALPHA', 'RGB', 'RGB_ALPHA'];

export interface Decoder {
  /** What the compiler said. */
  readonly warnings: string;
  run(file: Uint8Array, models: string): Decoded;
  remove(): void;
}

export interface Decoded {
  readonly status: number | null;
  readonly output: Buffer;
  readonly errors: string;
}

/** Null where there is no C compiler. */
export function buildDecoder(): Decoder | null {
  const { CC = 'cc' } = process.env;
  if (spawnSync(CC, ['--version']).error) return null;
  const folder = mkdtempSync(join(tmpdir(), 'unvz-'));
  const program = join(folder, 'unvz');
  const sources = readdirSync(join(ROOT, 'decoder')).filter((name) => name.endsWith('.c'));
  const paths = sources.map((name) => join(ROOT, 'decoder', name));
  const { status, stderr } = spawnSync(CC, [...FLAGS, '-o', program, ...paths, '-lm'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the decoder does not compile: ${stderr}`);
  const path = join(folder, 'input.vz');
  return {
    warnings: stderr,
    run(file, models) {
      writeFileSync(path, file);
      const result = spawnSync(program, ['-m', models, path], { maxBuffer: 2 ** 28 });
      return { status: result.status, output: result.stdout, errors: result.stderr.toString() };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export function pamOf({ data, width, height, channels, bitDepth, images }: Pixels): Buffer {
  const most = 2 ** bitDepth - 1;
  const sizes = `WIDTH ${width}\nHEIGHT ${height}\nDEPTH ${channels}\nMAXVAL ${most}`;
  const header = Buffer.from(`P7\n${sizes}\nTUPLTYPE ${TUPLES[channels - 1]}\nENDHDR\n`);
  const bytes = bitDepth === 16 ? Buffer.from(data.slice().buffer).swap16() : Buffer.from(data);
  const length = bytes.length / images;
  const parts = Array.from({ length: images }, (_, n) => [
    header,
    bytes.subarray(n * length, (n + 1) * length),
  ]);
  return Buffer.concat(parts.flat());
}
