// JPEG XL by libjxl's own tools, from file to file: PPM, PGM or, with alpha, PAM for the pixels.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PixelsInput } from '../../library/index.ts';

type Image = Omit<PixelsInput, 'bitDepth' | 'images'>;

const runFile = promisify(execFile);

/** What a tool says that it is, v0.7.0; null where it is not there. */
export function versionOf(tool: 'cjxl' | 'djxl'): string | null {
  try {
    const text = execFileSync(tool, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /v[\d.]+/.exec(text)?.[0] ?? 'of unknown version';
  } catch {
    return null;
  }
}

/** What cjxl is to do without loss. */
export function losslessOptions(effort: number): string[] {
  return ['--distance', '0', '--effort', String(effort)];
}

/** The bytes of an 8-bit image as a file of the netpbm family. */
export function netpbm(image: Image): Uint8Array {
  return Buffer.concat([netpbmHeader(image), image.data as Uint8Array]);
}

export function netpbmHeader({ width, height, channels }: Omit<Image, 'data'>): Uint8Array {
  if (channels % 2 === 1) return Buffer.from(`P${channels === 1 ? 5 : 6}\n${width} ${height}\n255\n`);
  const kind = channels === 2 ? 'GRAYSCALE_ALPHA' : 'RGB_ALPHA';
  const fields = { WIDTH: width, HEIGHT: height, DEPTH: channels, MAXVAL: 255, TUPLTYPE: kind };
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${value}\n`);
  return Buffer.from(`P7\n${lines.join('')}ENDHDR\n`);
}

/** What `work` makes of a file with such bytes in another, and what it returns; both lie in a folder of their own. */
export async function throughFiles<Value>(
  bytes: Uint8Array,
  [from, to]: readonly [from: string, to: string],
  work: (input: string, output: string) => Promise<Value>,
): Promise<{ readonly result: Uint8Array; readonly value: Value }> {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-jxl-'));
  try {
    const [input, output] = [join(folder, `in.${from}`), join(folder, `out.${to}`)];
    writeFileSync(input, bytes);
    const value = await work(input, output);
    return { result: readFileSync(output), value };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The file that cjxl writes of an image. */
export async function encodeByTool(image: Image, effort: number): Promise<Uint8Array> {
  const { result } = await throughFiles(netpbm(image), ['pnm', 'jxl'], (input, output) =>
    runFile('cjxl', [input, output, ...losslessOptions(effort), '--quiet']),
  );
  return result;
}
