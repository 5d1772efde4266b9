// Names of results: no two inputs share one, in one run and in several.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/cli/common/inputs.ts';
import { OutputNames, type Owner, vzNames } from '../../src/cli/common/output-names.ts';
import { inFolder } from './command-line.ts';

const inputsOf = (...paths: string[]): Input[] => paths.map((path) => ({ path, folder: null }));

/** The outputs of inputs in one run, as compress chooses them. */
async function outputsOf(
  inputs: readonly Input[],
  wanted?: string,
  owner: (output: string) => Owner = () => 'unknown',
): Promise<string[]> {
  const names = new OutputNames(inputs, { wanted, force: false });
  const outputs: string[] = [];
  for (const input of inputs) {
    const candidates = vzNames(input.path.replace(/.*\//, ''));
    outputs.push(names.outputOf(input, candidates, owner));
  }
  return outputs;
}

describe('names of .vz files', () => {
  it('have the stem alone, and the ending where the stem is another input’s', async () => {
    const outputs = await outputsOf(inputsOf('x/a.jpg', 'x/a.png', 'x/a.tif', 'x/b', 'x/.hidden', 'y/a.png'));
    expect(outputs).toEqual(['x/a.vz', 'x/a.png.vz', 'x/a.tif.vz', 'x/b.vz', 'x/.hidden.vz', 'y/a.vz']);
  });

  it('differ in more than case or composition of accents', async () => {
    expect(await outputsOf(inputsOf('a.png', 'A.PNG', 'A.png'))).toEqual(['a.vz', 'A.PNG.vz', 'A.png.2.vz']);
    expect(await outputsOf(inputsOf('caf\u00e9.png', 'cafe\u0301.png'))).toEqual([
      'caf\u00e9.vz',
      'cafe\u0301.png.vz',
    ]);
  });

  it('leave what an earlier run made of another input alone, and take up what is the input’s own', () =>
    inFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      for (const name of ['a.vz', 'b.vz', 'c.vz']) writeFileSync(at(name), '');
      const owners: Record<string, Owner> = {
        [at('a.vz')]: 'other',
        [at('b.vz')]: 'this',
        [at('c.vz')]: 'unknown',
      };
      const outputs = await outputsOf(
        inputsOf(at('a.png'), at('b.png'), at('c.png')),
        undefined,
        (output) => owners[output],
      );
      expect(outputs).toEqual([at('a.png.vz'), at('b.vz'), at('c.vz')]);
    }));

  it('fit what file systems take', () => {
    const [long, wide] = ['x'.repeat(255), `${'漢'.repeat(83)}.png`];
    for (const name of [...vzNames(long), ...vzNames(wide)])
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect([...vzNames(`${'漢'.repeat(82)}.png`)][0]).toBe(`${'漢'.repeat(82)}.vz`);
    expect([...vzNames(long)][0]).toMatch(/^x{250}\.2\.vz$/);
    expect([...vzNames(wide)][0]).toBe(`${'漢'.repeat(83)}.vz`);
  });

  it('are refused to two files of one name, which could not both come back', async () => {
    await expect(outputsOf(inputsOf('x/a.png', 'y/a.png'), 'out/')).rejects.toThrow(
      'out/a.vz is already the result of another input',
    );
  });
});

describe('an output', () => {
  it('is refused where it is there already, a folder, or the input by whatever name', () =>
    inFolder(async (folder) => {
      const at = (name: string) => join(folder, name);
      writeFileSync(at('a.png'), '');
      writeFileSync(at('a.vz'), '');
      mkdirSync(at('real'));
      writeFileSync(at('real/b.png'), '');
      symlinkSync(at('real'), at('linked'));
      const careful = new OutputNames(inputsOf(at('a.png')), { wanted: undefined, force: false });
      const forced = new OutputNames(inputsOf(at('a.png')), { wanted: undefined, force: true });
      expect(() => careful.claim(at('a.png'), at('a.vz'))).toThrow('exists already; -f overwrites it');
      expect(() => forced.claim(at('a.png'), at('a.vz'))).not.toThrow();
      expect(() => forced.claim(at('a.png'), at('real'))).toThrow('is a folder');
      expect(() => forced.claim(at('real/b.png'), at('linked/b.png'))).toThrow('would replace the input');
      expect(() => careful.claim(at('a.png'), '/dev/null')).not.toThrow();
    }));
});
