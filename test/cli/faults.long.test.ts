// What goes wrong around a command: full disks, signals, readers that go, other processes. Nothing half-written has a
// final name, nothing is left behind but what the next run removes, and the exit status tells.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspect, isContainer } from '../../library/index.ts';
import { cases, runs } from '../thorough.ts';
import { inFolder, MAIN, type Outcome, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

let jpeg: Uint8Array;
let photo: Uint8Array;
beforeAll(async () => {
  ({ jpeg } = await keptFiles());
  const samples = join(import.meta.dirname, '../../samples/dog.png');
  photo = await sharp(samples).extract({ left: 40, top: 40, width: 160, height: 120 }).png().toBuffer();
});

/** A folder with photo.png and 1.jpg to 9.jpg. */
async function withFiles(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'photo.png'), photo);
    for (let name = 1; name <= 9; name++) writeFileSync(join(folder, `${name}.jpg`), jpeg);
    await work(folder);
  });
}

/** Runs a line of the shell in which `vaezip` is the command. */
function shell(folder: string, line: string): Outcome {
  const script = `set -o pipefail; vaezip() { '${process.execPath}' '${MAIN}' "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder });
  return { status, stdout, stderr: stderr.toString() };
}

const results = (folder: string) => readdirSync(folder).filter((name) => name.endsWith('.vz'));
const strangers = (folder: string) => readdirSync(folder).filter((name) => !/^(\d|photo)\.\w+$/.test(name));

describe('a full disk', () => {
  it('fails a result in a file and leaves nothing', () =>
    withFiles(async (folder) => {
      const { status, stderr } = shell(folder, 'ulimit -f 1; vaezip compress photo.png --effort 1 -q');
      expect([status, stderr]).toEqual([
        1,
        'vaezip: photo.png: larger than a file may be here (ulimit -f, or the file system)\n',
      ]);
      expect(results(folder)).toEqual([]);
      expect(strangers(folder)).toEqual([]);
    }));

  it('fails a result on stdout, of either command', () =>
    withFiles(async (folder) => {
      const cut = shell(folder, 'ulimit -f 1; vaezip compress photo.png --effort 1 -o - -q > cut.vz');
      expect([cut.status, cut.stderr]).toEqual([
        1,
        expect.stringMatching(/^vaezip: stdout: larger than a file/),
      ]);
      shell(folder, 'vaezip compress photo.png --effort 1 -q');
      const back = shell(folder, 'ulimit -f 1; vaezip decompress photo.vz -o - -q > cut.png');
      expect(back.status).toBe(1);
    }));

  it.runIf(existsSync('/dev/full'))('fails what is printed, and the work goes on', () =>
    withFiles(async (folder) => {
      const { status, stderr } = shell(folder, 'vaezip compress *.jpg --json -q > /dev/full');
      expect([status, stderr]).toEqual([1, 'vaezip: stdout: no space left on the disk\n']);
      expect(results(folder)).toHaveLength(9);
    }),
  );
});

describe('a reader that goes', () => {
  it('ends the command as SIGPIPE would, with nothing unfinished', () =>
    withFiles(async (folder) => {
      for (const line of ['vaezip compress *.jpg | head -1', 'vaezip compress *.jpg --json | head -1']) {
        expect(shell(folder, line).status).toBe(141);
        for (const name of results(folder)) rmSync(join(folder, name));
        expect(strangers(folder)).toEqual([]);
      }
    }));
});

describe('what is no regular file', () => {
  it('is written into and not replaced', () =>
    withFiles(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      const [whole, into] = [
        shell(folder, 'vaezip compress 1.jpg -o - -q'),
        shell(folder, 'cat pipe & vaezip compress 1.jpg -o pipe -q; wait'),
      ];
      expect([into.status, into.stdout.equals(whole.stdout)]).toEqual([0, true]);
      expect(statSync(join(folder, 'pipe')).isFIFO()).toBe(true);
      expect(shell(folder, 'vaezip compress 1.jpg -q -o >(cat)').stdout.equals(whole.stdout)).toBe(true);
      const words = 'vaezip compress 1.jpg -q -f -o';
      expect(shell(folder, `{ echo 1; ${words} /dev/stdout; ${words} /dev/fd/3; } > x 3>&1`).status).toBe(0);
      const twice = Buffer.concat([Buffer.from('1\n'), whole.stdout, whole.stdout]);
      expect(readFileSync(join(folder, 'x')).equals(twice)).toBe(true);
      expect(shell(folder, 'vaezip compress 1.jpg -q -o /dev/null').status).toBe(0);
      expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    }));

  it.runIf(process.getuid?.() === 0)('is written into by root, too', () =>
    withFiles(async (folder) => {
      const { status } = spawnSync('mknod', [join(folder, 'null'), 'c', '1', '3']);
      if (status !== 0) return console.warn('skipped: no device can be made here');
      for (const flags of ['', '-f'])
        expect(shell(folder, `vaezip compress 1.jpg -q ${flags} -o null`)).toMatchObject({
          status: 0,
          stderr: '',
        });
      expect(statSync(join(folder, 'null')).isCharacterDevice()).toBe(true);
    }),
  );

  it('is read once', () =>
    withFiles(async (folder) => {
      const whole = shell(folder, 'vaezip compress 1.jpg -o - -q').stdout;
      execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
      for (let attempt = 0; attempt < runs(2); attempt++) {
        const { stdout } = shell(folder, 'cat 1.jpg > pipe.jpg & vaezip compress pipe.jpg -o - -q; wait');
        expect(stdout.equals(whole)).toBe(true);
      }
      shell(folder, 'vaezip compress -q <(cat 1.jpg) -o x.vz');
      writeFileSync(join(folder, 'w.vz'), whole);
      const { stdout } = shell(folder, 'vaezip decompress -q <(cat w.vz) -o -');
      expect(stdout.equals(jpeg)).toBe(true);
    }));
});

describe('other processes', () => {
  it('change or remove an input before its turn, which is told', () =>
    withFiles(async (folder) => {
      execFileSync('mkfifo', [join(folder, 'first')]);
      const run = vaezip(folder, ['compress', 'first', '1.jpg', '2.jpg', '--threads', '1', '-o', 'out']);
      const pipe = createWriteStream(join(folder, 'first'));
      await new Promise((open) => pipe.once('open', open)); // the first one's turn has come
      rmSync(join(folder, '1.jpg'));
      pipe.end(jpeg);
      const { status, stderr } = await run;
      expect([status, stderr]).toEqual([
        1,
        expect.stringMatching(/^vaezip: 1\.jpg: no such file or folder\n3 files: 2 kept, 1 failed; /),
      ]);
      expect(readdirSync(join(folder, 'out'))).toEqual(['2.vz', 'first.vz']);
    }));

  it('at one name leave one whole result, and the other is told', () =>
    withFiles(async (folder) => {
      for (let attempt = 0; attempt < runs(2); attempt++) {
        const both = ['1.jpg', '2.jpg'].map((name) =>
          vaezip(folder, ['compress', name, '-o', 'one.vz', '-q']),
        );
        const outcomes = await Promise.all(both);
        expect(outcomes.map(({ status }) => status).sort()).toEqual([0, 1]);
        expect(outcomes.map(({ stderr }) => stderr).join('')).toMatch(
          /^vaezip: \d\.jpg: one\.vz exists already/,
        );
        expect((await inspect(readFileSync(join(folder, 'one.vz')))).kind).toBe('kept');
        rmSync(join(folder, 'one.vz'));
        expect(strangers(folder)).toEqual([]);
      }
    }));
});

describe('signals', () => {
  it.each(
    cases<readonly [NodeJS.Signals, number | null]>(
      [
        ['SIGINT', 130],
        ['SIGKILL', null],
      ],
      [
        ['SIGTERM', 143],
        ['SIGHUP', 129],
      ],
    ),
  )('%s leaves whole files alone, at any moment', (signal, expected) =>
    withFiles(async (folder) => {
      for (const milliseconds of cases([500], [300, 800])) {
        const child = spawn(
          process.execPath,
          [MAIN, 'compress', 'photo.png', '1.jpg', '2.jpg', '--effort', '9', '-f'],
          {
            cwd: folder,
          },
        );
        const ended = new Promise<number | null>((done) => child.once('close', done));
        await setTimeout(milliseconds);
        child.kill(signal);
        // Where nothing is to be cleared up, the signal itself ends it.
        expect([expected, null, 0]).toContain(await ended);
        for (const name of results(folder)) {
          const file = readFileSync(join(folder, name));
          expect(isContainer(file)).toBe(true);
          expect((await inspect(file)).bytes).toBe(file.length);
        }
        if (signal !== 'SIGKILL') expect(strangers(folder)).toEqual([]);
      }
      expect((await vaezip(folder, ['compress', '3.jpg', '-q'])).status).toBe(0);
      expect(strangers(folder)).toEqual([]);
    }),
  );

  it('SIGKILL leaves an unfinished file, which the next run removes', () =>
    withFiles(async (folder) => {
      const child = spawn(process.execPath, [MAIN, 'compress', 'photo.png', '--effort', '9'], {
        cwd: folder,
      });
      while (strangers(folder).length === 0 && child.exitCode === null) await setTimeout(1);
      child.kill('SIGKILL');
      await new Promise((done) => child.once('close', done));
      expect(strangers(folder)).toEqual([expect.stringMatching(/^\.vaezip-.*\.tmp$/)]);
      expect(results(folder)).toEqual([]);
      await vaezip(folder, ['compress', '1.jpg', '-q']);
      expect(strangers(folder)).toEqual([]);
    }));
});
