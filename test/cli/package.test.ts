// The package as others import it: the built library by its name.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('gives pixels back under the name vaezip', () => {
  const script = `
    import { compress, decompress, inspect } from 'vaezip';
    const pixels = { data: new Uint8Array(12).map((_, i) => i * 20), width: 2, height: 3, channels: 2, bitDepth: 8 };
    const { file, report } = await compress(pixels, { verify: true });
    const back = await decompress(file);
    console.log(JSON.stringify([[...back.data], report.verified, (await inspect(file)).method]));`;
  const root = join(import.meta.dirname, '../..');
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  const samples = Array.from({ length: 12 }, (_, index) => index * 20);
  expect(JSON.parse(output.toString())).toEqual([samples, true, 'deflate']);
});
