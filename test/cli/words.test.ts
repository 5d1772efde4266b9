// The words of a command line, as they come to its commands.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { optionsOf, wordOf, wordsForYargs } from '../../src/cli/common/words.ts';
import { helpOf, inFolder, refusal, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

const words = (line: string) => wordsForYargs(line.split(' ')).map(wordOf);

describe('words', () => {
  it.each([
    ['-rf a', '-r -f a'],
    ['-rfod.vz', '-r -f -o d.vz'],
    ['-od.vz -o=d.vz -o d.vz', '-o d.vz -o d.vz -o d.vz'],
    ['-o- -o=-x', '-o - -o -x'],
    ['-rx -xr --output=a -5', '-rx -xr --output=a -5'],
    ['help', '--help'],
    ['help compress', 'compress --help'],
  ])('%s are %s', (line, separate) => expect(words(line)).toEqual(separate.split(' ')));

  it('behind -- are names, whatever they begin with', () => {
    expect(words('compress -f -- -f -- help')).toEqual(['compress', '-f', '-f', '--', 'help']);
    expect(wordsForYargs(['-f', '--', '-f'])[1]).not.toMatch(/^-/);
    expect(optionsOf(['-f', '--', '-r'])).toEqual(['-f']);
    expect(optionsOf(['-f'])).toEqual(['-f']);
  });
});

describe('what they do', () => {
  /** The messages of a run that fails on each file: they show what it took for files. */
  const failures = async (...args: string[]) =>
    (await vaezip('.', ['info', ...args])).stderr.replace(/: no such file or folder/g, '').split('\n');

  it('files are strings, whatever they look like', async () => {
    expect(await failures('0', '1e3', '0x10', 'true', '007', '--', '-a', '--json', '--')).toEqual([
      ...['0', '1e3', '0x10', 'true', '007', '-a', '--json', '--'].map((name) => `vaezip: ${name}`),
      '',
    ]);
    expect(await failures('--json', 'true')).toEqual(['vaezip: true', '']);
  });

  it('of repeated options the last one counts, and -o takes its value in every way', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'deep.png'), (await keptFiles()).png);
      const output = async (...options: string[]) => {
        const { stdout, stderr } = await vaezip(folder, ['compress', 'deep.png', ...options]);
        expect(stderr).toBe('');
        return JSON.parse(stdout.toString()).output;
      };
      const twice = ['-o', 'a', '--output', 'b', '--effort', '0', '--effort', '1', '--json'];
      const limits = [
        '--limit-memory',
        '1',
        '--limit-memory=2G',
        '--limit-pixels',
        '1',
        '--limit-pixels',
        '1M',
      ];
      expect(await output(...twice, ...limits)).toBe('b');
      expect(await output('--json', '-foc')).toBe('c');
      expect(await output('--json=true', '-o=d', '--no-force', '--json')).toBe('d');
    }));

  it.each([
    [['squeeze'], 'there is no command squeeze; see vaezip --help'],
    [['help', 'squeeze'], 'there is no command squeeze; see vaezip --help'],
    [['compresss', 'a.png'], 'there is no command compresss; did you mean compress?'],
    [['compress', 'a.png', '--force=maybe'], '--force=maybe is neither =true nor =false; see --help'],
    [['compress', 'a.png', '-q=1'], '-q=1 is neither =true nor =false; see --help'],
    [['compress', 'a.png', '-o'], 'the option o needs a value; see --help'],
    [['compress', 'a.png', '--effort', '3', '--effort'], 'the option effort needs a value; see --help'],
    [['compress', 'a.png', '-rx'], 'there is no option -rx; see --help (a file of that name is ./-rx)'],
    [['models', 'all'], 'all means nothing here; see --help'],
  ])('%j is refused', async (args, message) =>
    expect(await refusal(...args)).toMatchObject({ code: 'bad-argument', message }),
  );

  it('help of a command tells of no list as its default', async () => {
    const help = await helpOf('compress');
    expect(help).toMatch(/\n {2}files {2}images; - is stdin +\[array\] \[required\]\n/);
    const byWord = await vaezip('.', ['help', 'compress']);
    expect(byWord.stdout.toString()).toBe(help);
    const [page, byFlag] = await Promise.all([vaezip('.', ['help']), vaezip('.', ['--help'])]);
    expect(page).toEqual(byFlag);
  });
});
