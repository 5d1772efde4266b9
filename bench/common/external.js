// What encoders that may be on the machine make of an image.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Bytes by `cjxl -d 0 -e 9` of an image file; NaN where it is not to be had.
 * @param {Uint8Array} image
 */
export function jxlBytes(image, extension = 'png') {
  return bytesBy('cjxl', (from, to) => ['-d', '0', '-e', '9', from, to], image, extension);
}

/**
 * Bytes by `pbmtojbg` (JBIG1) of a PBM file; NaN where it is not to be had.
 * @param {Uint8Array} pbm
 */
export function jbigBytes(pbm) {
  return bytesBy('pbmtojbg', (from, to) => [from, to], pbm, 'pbm');
}

/**
 * @param {string} command
 * @param {(from: string, to: string) => string[]} args
 * @param {Uint8Array} image
 * @param {string} extension
 */
function bytesBy(command, args, image, extension) {
  const folder = mkdtempSync(join(tmpdir(), 'vaezip-bench-'));
  try {
    const [from, to] = [join(folder, `image.${extension}`), join(folder, 'coded')];
    writeFileSync(from, image);
    execFileSync(command, args(from, to), { stdio: 'ignore' });
    return statSync(to).size;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Number.NaN;
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
