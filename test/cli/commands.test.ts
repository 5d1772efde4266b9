// The commands on files that are kept as they are, so that no trained model is needed.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { compress } from '../../library/index.ts';
import { caseFiles } from '../files/data.ts';
import { helpOf, inFolder, MAIN, refusal, vaezip } from './command-line.ts';
import { keptFiles, withFiles } from './kept-files.ts';

/** A JPEG and a 16-bit PNG file with bytes behind its end: no model takes either. */
let jpeg: Uint8Array;
let png: Uint8Array;
const idx = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6);

beforeAll(async () => {
  ({ jpeg, png } = await keptFiles());
});

const listing = (folder: string) => readdirSync(folder).sort();

describe('compress and decompress', () => {
  it('give the files back under their names', () =>
    withFiles(async (folder) => {
      const compressed = await vaezip(folder, ['compress', 'photo.jpg', 'deep.png']);
      expect(compressed.status).toBe(0);
      expect(compressed.stderr).toMatch(/^2 files: 2 kept; 978 B -> 1\.\d+ kB \(1\d\d\.\d %\) in 0:\d\d\n$/);
      const lines = compressed.stdout.toString().trim().split('\n');
      expect(lines[0]).toMatch(/^file +before +after +after\/before +bits\/dim +-ELBO +raw +coded by$/);
      expect(lines[1]).toMatch(/^photo\.jpg .* 8\.0 +kept as it is: JPEG is lossy already$/);
      expect(lines[2]).toMatch(/^deep\.png .* 16\.0 +kept as it is: 2 bytes behind the end of the PNG$/);
      expect(listing(folder)).toEqual(['deep.png', 'deep.vz', 'photo.jpg', 'photo.vz', 'text.png']);

      const back = await vaezip(folder, ['decompress', 'photo.vz', 'deep.vz', '-o', 'out', '-q']);
      expect(back).toMatchObject({ status: 0, stderr: '' });
      expect(listing(join(folder, 'out'))).toEqual(['deep.png', 'photo.jpg']);
      expect(readFileSync(join(folder, 'out/photo.jpg')).equals(jpeg)).toBe(true);
      expect(readFileSync(join(folder, 'out/deep.png')).equals(png)).toBe(true);
    }));

  it('work from stdin to stdout', () =>
    withFiles(async (folder) => {
      const compressed = await vaezip(folder, ['compress', '-'], png);
      expect(compressed.status).toBe(0);
      const back = await vaezip(folder, ['decompress', '-', '-o', '-'], compressed.stdout);
      expect(back.stdout.equals(png)).toBe(true);
      const named = await vaezip(folder, ['compress', 'deep.png', '-o', '-', '-q']);
      expect(named).toMatchObject({ status: 0, stderr: '', stdout: compressed.stdout });
      await vaezip(folder, ['compress', '-', '-o', 'x.vz'], jpeg);
      await vaezip(folder, ['decompress', 'x.vz']);
      expect(readFileSync(join(folder, 'x.jpg')).equals(jpeg)).toBe(true);
    }));

  it('give idx files back, gzipped or not', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 't-images-idx3-ubyte'), idx);
      writeFileSync(join(folder, 'u-images-idx3-ubyte.gz'), gzipSync(idx));
      const names = ['t-images-idx3-ubyte', 'u-images-idx3-ubyte.gz'];
      const { stdout } = await vaezip(folder, ['compress', ...names, '--json']);
      const reports = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(reports[1]).toMatchObject({
        output: 'u-images-idx3-ubyte.vz',
        images: 2,
        width: 3,
        height: 1,
        dims: 6,
      });
      const files = ['t-images-idx3-ubyte.vz', 'u-images-idx3-ubyte.vz'];
      expect(await vaezip(folder, ['decompress', ...files, '-o', 'out'])).toMatchObject({ status: 0 });
      for (const name of names)
        expect(readFileSync(join(folder, 'out', name)).equals(readFileSync(join(folder, name)))).toBe(true);
    }));

  it('go on after a file that fails, and say so with the exit status', () =>
    withFiles(async (folder) => {
      const { status, stderr } = await vaezip(folder, ['compress', 'text.png', 'none.png', '.', 'photo.jpg']);
      expect(status).toBe(1);
      expect(stderr.trim().split('\n').sort()).toEqual([
        expect.stringMatching(/^4 files: 1 kept, 3 failed; /),
        'vaezip: .: a folder; --recursive takes the images in it',
        'vaezip: none.png: no such file or folder',
        expect.stringMatching(/^vaezip: text\.png: not an image that is read here/),
      ]);
      expect(listing(folder)).toContain('photo.vz');
      const back = await vaezip(folder, ['decompress', 'deep.png', 'photo.vz', '-o', 'out/']);
      expect(back.stderr).toMatch(/^vaezip: deep\.png: not a \.vz file\n2 files: 1 done, 1 failed; /);
      expect(listing(join(folder, 'out'))).toEqual(['photo.jpg']);
    }));

  it('give back byte for byte, under its name, what its pixels alone do not tell', () =>
    inFolder(async (folder) => {
      const kept = caseFiles().filter(({ name }) => !/plain|IMG_1\.(png|tif)/.test(name));
      for (const { name, bytes } of kept) writeFileSync(join(folder, name), bytes);
      const names = kept.map(({ name }) => name);
      expect(await vaezip(folder, ['compress', ...names, '-q'])).toMatchObject({ status: 0, stderr: '' });
      const files = listing(folder).filter((name) => name.endsWith('.vz'));
      expect(files.length).toBe(kept.length);
      expect((await vaezip(folder, ['decompress', ...files, '-o', 'out'])).status).toBe(0);
      expect(listing(join(folder, 'out'))).toEqual(names.sort());
      for (const { name, bytes } of kept)
        expect(readFileSync(join(folder, 'out', name)).equals(bytes), name).toBe(true);
    }));

  it('overwrite nothing without -f, and never the input or a result of the same run', () =>
    withFiles(async (folder) => {
      writeFileSync(join(folder, 'deep.vz'), 'precious');
      const refused = await vaezip(folder, ['compress', 'deep.png']);
      expect(refused).toMatchObject({
        status: 1,
        stderr: 'vaezip: deep.png: deep.vz exists already; -f overwrites it\n',
      });
      expect(readFileSync(join(folder, 'deep.vz'), 'utf8')).toBe('precious');
      expect((await vaezip(folder, ['compress', 'deep.png', '-f'])).status).toBe(0);
      expect((await vaezip(folder, ['decompress', 'deep.vz', '-o', 'deep.vz', '-f'])).stderr).toMatch(
        /replace the input/,
      );

      mkdirSync(join(folder, 'other'));
      writeFileSync(join(folder, 'other/deep.png'), png);
      const twice = await vaezip(folder, ['compress', '-f', 'deep.png', 'other/deep.png', '-o', 'out']);
      expect(twice.status).toBe(1);
      expect(twice.stderr).toMatch(
        /^vaezip: other\/deep\.png: out\/deep\.vz is already the result of another input/,
      );
    }));

  it('leave nothing behind when a result cannot be written', () =>
    withFiles(async (folder) => {
      const { status, stderr } = await vaezip(folder, ['compress', 'deep.png', '-o', 'none/deep.vz']);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^vaezip: deep\.png: .*no such file or folder\n$/);
      mkdirSync(join(folder, 'out/deep.png'), { recursive: true });
      await vaezip(folder, ['compress', 'deep.png', '-q']);
      const back = await vaezip(folder, ['decompress', 'deep.vz', '-f', '-o', 'out']);
      expect(back.stderr).toMatch(/out\/deep\.png is a folder/);
      expect(listing(join(folder, 'out'))).toEqual(['deep.png']);
      expect(listing(folder)).toEqual(['deep.png', 'deep.vz', 'out', 'photo.jpg', 'text.png']);
    }));

  it('refuse a damaged file with one line', () =>
    withFiles(async (folder) => {
      await vaezip(folder, ['compress', 'deep.png']);
      const file = readFileSync(join(folder, 'deep.vz'));
      file[60] ^= 1;
      writeFileSync(join(folder, 'deep.vz'), file);
      for (const command of ['decompress', 'info']) {
        const { status, stderr } = await vaezip(folder, [command, 'deep.vz']);
        expect(status).toBe(1);
        expect(stderr).toBe('vaezip: deep.vz: the file is damaged or truncated: its checksum does not fit\n');
      }
      const debug = await vaezip(folder, ['info', 'deep.vz'], undefined, { VAEZIP_DEBUG: '1' });
      expect(debug.stderr).toMatch(/\n +at /);
    }));

  it('remove the unfinished file when interrupted', () =>
    inFolder(async (folder) => {
      const [files, outputNames] = ['output-file', 'output-names'].map((name) =>
        pathToFileURL(join(MAIN, `../common/${name}.js`)),
      );
      const script = `
        const { writeOutput } = await import('${files}');
        const { OutputNames } = await import('${outputNames}');
        const names = new OutputNames([{ path: 'in', folder: null }], { wanted: 'out.vz', force: false });
        setInterval(() => {}, 1000);
        const check = () => { console.log('written'); return new Promise(() => {}); };
        await writeOutput('out.vz', new Uint8Array(9), { input: 'in', stats: null, names, check });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
      await new Promise((done) => child.stdout.once('data', done));
      expect(listing(folder)).toHaveLength(1);
      child.kill('SIGINT');
      expect(await new Promise((done) => child.once('close', done))).toBe(130);
      expect(listing(folder)).toEqual([]);
    }));
});

describe('what is printed', () => {
  it('before a long job is its size and an estimate', () =>
    inFolder(async (folder) => {
      // The header and the end of a PNG file of 10,000 x 3,000 are enough for a plan.
      const header = Buffer.from(png.subarray(0, 33));
      header.writeUInt32BE(10_000, 16);
      header.writeUInt32BE(3_000, 20);
      header[24] = 8;
      const end = png.subarray(-14, -2);
      writeFileSync(join(folder, 'large.png'), Buffer.concat([header, Buffer.alloc(100_000), end]));
      for (const effort of ['1', '9']) {
        const { stdout, stderr } = await vaezip(folder, ['compress', 'large.png', '-f', '--effort', effort]);
        expect(stderr).toMatch(/^1 file, 30 Mpx: about \d+ (seconds|minutes), [\d.]+ [MG]B of memory\n$/);
        expect(stdout.toString()).toMatch(/ kept as it is: damaged PNG: /);
      }
      const { stderr } = await vaezip(folder, ['compress', 'large.png', '-f', '-q']);
      expect(stderr).toBe('');
    }));

  it('with --json is one object a file', () =>
    withFiles(async (folder) => {
      const { stdout } = await vaezip(folder, ['compress', 'deep.png', '--json']);
      const report = JSON.parse(stdout.toString());
      expect(report).toMatchObject({
        input: 'deep.png',
        output: 'deep.vz',
        inputBytes: png.length,
        outputBytes: readFileSync(join(folder, 'deep.vz')).length,
        width: 10,
        height: 10,
        channels: 3,
        bitDepth: 16,
        dims: 300,
        kind: 'kept',
        model: null,
        bitsPerDim: { likelihood: null, kl: null, negElbo: null, net: null, baseline: 16 },
        seconds: { encode: expect.any(Number), verify: expect.any(Number) },
        verified: true,
      });
      expect(report.bitsPerDim.file).toBeCloseTo((report.outputBytes * 8) / 300);
      const again = await vaezip(folder, ['compress', 'deep.png', '--json', '--no-verify', '-f']);
      expect(JSON.parse(again.stdout.toString())).toMatchObject({
        verified: false,
        seconds: { verify: null },
      });
      const info = await vaezip(folder, ['info', 'deep.vz', '--json']);
      expect(JSON.parse(info.stdout.toString())).toMatchObject({
        input: 'deep.vz',
        output: 'deep.png',
        kind: 'kept',
        width: 10,
        reason: 'it holds what its pixels and metadata would not give back',
        model: null,
        metadata: { kind: 'none' },
      });
      const back = await vaezip(folder, ['decompress', 'deep.vz', '-o', 'a.png', '--json']);
      expect(JSON.parse(back.stdout.toString())).toMatchObject({
        input: 'deep.vz',
        output: 'a.png',
        dims: 300,
      });
    }));

  it('with -q is nothing', () =>
    withFiles(async (folder) => {
      const { stdout, stderr } = await vaezip(folder, ['compress', 'deep.png', '-q']);
      expect([stdout.toString(), stderr]).toEqual(['', '']);
    }));

  it.skipIf(process.platform === 'win32')('of names shows what would move the cursor, but in JSON', () =>
    withFiles(async (folder) => {
      const name = 'a\n\x1b[31m漢.png';
      writeFileSync(join(folder, name), png);
      const { stdout } = await vaezip(folder, ['compress', name, 'deep.png']);
      expect(stdout.toString()).toMatch(
        /^file {17}before .*\na\\n\\x1b\[31m漢\.png {5}.*\ndeep\.png {14}[^\n]*\n$/,
      );
      const again = await vaezip(folder, ['compress', name]);
      expect(again.stderr).toMatch(
        /^vaezip: a\\n\\x1b\[31m漢\.png: a\\n\\x1b\[31m漢\.vz exists already; -f [^\n]*\n$/,
      );
      const info = await vaezip(folder, ['info', 'a\n\x1b[31m漢.vz']);
      expect(info.stdout.toString()).toMatch(/^a\\n\\x1b\[31m漢\.vz\n/);
      const json = await vaezip(folder, ['compress', name, '-f', '--json']);
      expect(JSON.parse(json.stdout.toString()).input).toBe(name);
    }),
  );

  it('by info is what the file holds', () =>
    withFiles(async (folder) => {
      await vaezip(folder, ['compress', 'photo.jpg']);
      const { stdout } = await vaezip(folder, ['info', 'photo.vz']);
      expect(stdout.toString()).toMatch(
        /^photo\.vz\n {2}image +40 x 30, RGB, 8 bits\n {2}holds +the file as it was: lossy already\n {2}name +photo\.jpg\n/,
      );
    }));

  it('by info is what decoding writes differently, and a name of any bytes', () =>
    inFolder(async (folder) => {
      const pixels = {
        data: Uint8Array.of(1, 2, 3, 4),
        width: 1,
        height: 1,
        channels: 4,
        bitDepth: 8,
      } as const;
      const form = { format: 'png', colourType: 3, depth: 4, interlaced: true } as const;
      const name = Uint8Array.from(Buffer.from('/.PNG'));
      writeFileSync(join(folder, 'a.vz'), (await compress(pixels, { model: null, form, name })).file);
      const { stdout } = await vaezip(folder, ['info', 'a.vz']);
      expect(stdout.toString()).toMatch(/ {2}name +a\.PNG\n/);
      expect(stdout.toString()).toMatch(/ {2}changes +palette as RGB with alpha, interlaced as plain\n/);
      const json = await vaezip(folder, ['info', 'a.vz', '--json']);
      expect(JSON.parse(json.stdout.toString())).toMatchObject({
        output: 'a.PNG',
        reason: null,
        format: 'png',
        changes: ['palette as RGB with alpha', 'interlaced as plain'],
      });
    }));

  it('by info of a file that nobody here opens is what it is', () =>
    inFolder(async (folder) => {
      writeFileSync(join(folder, 'a.qoi'), 'qoif and more');
      const { stdout, status } = await vaezip(folder, ['compress', 'a.qoi']);
      expect(status).toBe(0);
      expect(stdout.toString()).toMatch(/ - +- +- +kept as it is: QOI is not decoded here\n$/);
      const info = await vaezip(folder, ['info', 'a.vz']);
      expect(info.stdout.toString()).toMatch(
        /image +of a size that was not read\n {2}holds +the file as it was: a format that is not decoded here\n/,
      );
    }));

  it('by evaluate is a row an image and their mean, and others for comparison', () =>
    withFiles(async (folder) => {
      mkdirSync(join(folder, 'images/more'), { recursive: true });
      writeFileSync(join(folder, 'images/deep.png'), png);
      writeFileSync(join(folder, 'images/notes.txt'), 'no image');
      writeFileSync(join(folder, 'images/more/x-idx3-ubyte'), idx);
      const { status, stdout } = await vaezip(folder, ['evaluate', 'images', '--json']);
      const lines = stdout
        .toString()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(status).toBe(0);
      expect(lines.map(({ input }) => input)).toEqual([
        'images/deep.png',
        'images/more/x-idx3-ubyte',
        'images/notes.txt',
        undefined,
      ]);
      expect(lines[0].bitsPerDim).toMatchObject({ baseline: 16, webp: null, png: expect.any(Number) });
      expect(lines[1]).toMatchObject({ images: 2, bitsPerDim: { webp: expect.any(Number) } });
      const { images, dims, bitsPerDim } = lines[3].summary;
      expect([images, dims]).toEqual([3, 306]);
      expect(bitsPerDim.file).toBeCloseTo(
        (lines[0].bitsPerDim.file * 300 + lines[1].bitsPerDim.file * 6) / 306,
      );
      const table = await vaezip(folder, ['evaluate', 'images/deep.png']);
      expect(table.stdout.toString()).toMatch(/^image +likelihood +KL +-ELBO +net +file +raw +PNG +WebP\n/);
      expect(table.stdout.toString()).toMatch(/\nmean .* 16\.000 /);
    }));

  it.each([
    'compress',
    'decompress',
    'verify',
    'info',
    'models',
    'evaluate',
    'heatmap',
    'report',
    'train',
    'sweep',
  ])('by %s --help has examples', async (command) =>
    expect(await helpOf(command)).toContain(`\n  vaezip ${command} `),
  );

  it('by --help, --version and models is on stdout', async () => {
    const [help, version, models] = await Promise.all(
      ['--help', '--version', 'models'].map((word) => vaezip('.', [word])),
    );
    for (const { status, stderr } of [help, version, models]) expect([status, stderr]).toEqual([0, '']);
    expect(help.stdout.toString()).toMatch(/\n {2}vaezip compress <files\.\.> +store images without loss/);
    expect(version.stdout.toString()).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(models.stdout.toString()).toMatch(
      /^name +size +efforts +id.*(\n.*)*\nphoto-fast +[\d.]+ kB +1-\d +[0-9a-f]{16} /,
    );
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'a command is missing; see vaezip --help'],
    [['compress'], 'got 0 arguments, need at least 1; see --help'],
    [['compress', '--fast', 'deep.png'], 'there is no option --fast; see --help'],
    [['compress', 'deep.png', '--threads', '0'], '--threads must be a whole number of at least 1'],
    [['compress', 'deep.png', '--effort', '10'], '--effort must be a whole number from 1 to 9'],
    [['compress', 'deep.png', '--effort', 'fast'], '--effort must be a whole number from 1 to 9'],
    [['evaluate', 'deep.png', '--effort', '0'], '--effort must be a whole number from 1 to 9'],
    [['heatmap', 'deep.png', '--effort', '0'], '--effort must be a whole number from 1 to 9'],
    [['heatmap', 'deep.png', '--recursive'], 'there is no option --recursive; see --help'],
    [['compress', 'deep.png', '-f', '--skip-existing'], '--force and --skip-existing exclude each other'],
    [['evaluate', 'deep.png', '--effort', ''], '--effort must be a whole number from 1 to 9'],
    [['compress', 'deep.png', '--threads', '2.5'], '--threads must be a whole number of at least 1'],
    [['compress', 'deep.png', '-o', ''], '--output is empty: it takes a file or folder'],
    [['compress', ''], "a file's name is empty"],
    [['decompress', 'a.vz', '--region', '0,0,1,1', '--rm'], '--region and --rm exclude each other'],
    [['decompress', 'a.vz', '--region', '0,0'], '--region must be x,y,width,height in pixels'],
    [['compress', 'deep.png', 'photo.jpg', '-o', '-'], 'stdout takes one result: give one file'],
  ])('%j is refused', async (words, message) => {
    expect(await refusal(...words)).toMatchObject({
      name: 'VaezipError',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [['compress', 'deep.png', '--effort', '10'], '--effort must be a whole number from 1 to 9'],
    [
      ['compress', 'deep.png', 'photo.jpg', '-o', 'text.png'],
      '-o text.png is a file; several results need a folder',
    ],
    [['compress', 'deep.png', '--model', 'nothing'], 'no model is called nothing; there are: '],
  ])('%j is told in one line with status 2', (args, message) =>
    withFiles(async (folder) => {
      const { status, stdout, stderr } = await vaezip(folder, args);
      expect(stderr).toMatch(/^vaezip: [^\n]+\n$/);
      expect(stderr).toContain(message);
      expect([status, stdout.toString()]).toEqual([2, '']);
      mkdirSync(join(folder, 'out/deep.png'), { recursive: true });
      await vaezip(folder, ['compress', 'deep.png', '-q']);
      const back = await vaezip(folder, ['decompress', 'deep.vz', '-f', '-o', 'out']);
      expect(back.stderr).toMatch(/out\/deep\.png is a folder/);
      expect(listing(join(folder, 'out'))).toEqual(['deep.png']);
      expect(listing(folder)).toEqual(['deep.png', 'deep.vz', 'out', 'photo.jpg', 'text.png']);
    }),
  );
});
