// The package as others import it: the built library by its name.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** What a module prints as JSON. */
function run(script: string): unknown {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  return JSON.parse(output.toString());
}

it('gives pixels back under the name vaezip', () => {
  const script = `
    import { compress, decompress, inspect } from 'vaezip';
    const pixels = { data: new Uint8Array(12).map((_, i) => i * 20), width: 2, height: 3, channels: 2, bitDepth: 8 };
    const { file, report } = await compress(pixels, { verify: true });
    const back = await decompress(file);
    console.log(JSON.stringify([[...back.data], report.verified, (await inspect(file)).kind]));`;
  const samples = Array.from({ length: 12 }, (_, index) => index * 20);
  expect(run(script)).toEqual([samples, true, 'image']);
});

it('codes by distributions under the name vaezip/coding', () => {
  const script = `
    import { Arena, chain, instantiateKernel, kernelMemory, Message, uniform } from 'vaezip/coding';
    const kernel = instantiateKernel(kernelMemory(2 ** 20));
    const message = Message.create(kernel, new Arena(kernel));
    chain(uniform(1000), 3).push(message, [1, 20, 300]);
    const received = Message.fromBytes(kernel, new Arena(kernel), message.toBytes());
    console.log(JSON.stringify(chain(uniform(1000), 3).pop(received)));`;
  expect(run(script)).toEqual([1, 20, 300]);
});

it('has the weights and their cards under vaezip/models, and no code', () => {
  const script = `
    const found = (name) => {
      try { return import.meta.resolve('vaezip/models/' + name).split('/').at(-1); }
      catch (error) { return error.code; }
    };
    console.log(JSON.stringify(['photo.safetensors', 'photo.json', 'models.js'].map(found)));`;
  expect(run(script)).toEqual(['photo.safetensors', 'photo.json', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
});
