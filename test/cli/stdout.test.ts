// Standard output that takes no more: a full disk, a closed pipe, a terminal; and stderr that nobody reads.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { inFolder, MAIN, refusal, vaezip } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

const terminals = vi.hoisted(() => ({ stdout: false }));
vi.mock('node:tty', async (original) => ({
  ...(await original<typeof import('node:tty')>()),
  isatty: (descriptor: number) => descriptor === 1 && terminals.stdout,
}));

const FULL = '/dev/full';
const STDOUT = pathToFileURL(join(MAIN, '../common/stdout.js')).href;
const INTERRUPT = pathToFileURL(join(MAIN, '../common/interrupt.js')).href;

let png: Uint8Array;

beforeAll(async () => {
  ({ png } = await keptFiles());
});

async function withPng(work: (folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'deep.png'), png);
    await work(folder);
  });
}

/** Exit status and stderr of a line of the shell, in which `vaezip` is the command. */
async function shell(folder: string, line: string) {
  const script = `vaezip() { "${process.execPath}" "${MAIN}" "$@"; }; ${line}`;
  const child = spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  return { stderr: await textOf(child.stderr), status: await statusOf(child) };
}

const statusOf = (child: ChildProcess) =>
  child.exitCode ?? new Promise<number | null>((done) => child.once('close', done));

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A module of its own, in a process of its own. */
const module = (folder: string, script: string) =>
  spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });

describe.runIf(existsSync(FULL))('on a full disk', () => {
  const told = { status: 1, stderr: 'vaezip: stdout: no space left on the disk\n' };

  it.each(['--help', 'compress --help', '--version', 'models', 'models --json'])(
    '%s is a failure of one line',
    async (words) => expect(await shell('.', `vaezip ${words} > ${FULL}`)).toEqual(told),
  );

  it('rows are told as lost, once, and the work is done', () =>
    withPng(async (folder) => {
      const line = `cp deep.png two.png; vaezip compress deep.png two.png --json > ${FULL}`;
      const { status, stderr } = await shell(folder, line);
      expect([status, ...stderr.split('\n')]).toEqual([
        1,
        told.stderr.trim(),
        expect.stringMatching(/^2 files: 2 kept;/),
        '',
      ]);
      expect(readdirSync(folder).sort()).toEqual(['deep.png', 'deep.vz', 'two.png', 'two.vz']);
      expect(await shell(folder, `vaezip info *.vz > ${FULL}`)).toEqual(told);
    }));

  it('a result is a failure, told as one of stdout', () =>
    withPng(async (folder) => {
      expect(await shell(folder, `vaezip compress deep.png -o - -q > ${FULL}`)).toEqual(told);
      await vaezip(folder, ['compress', 'deep.png']);
      expect(await shell(folder, `vaezip decompress deep.vz -o - -q > ${FULL}`)).toEqual(told);
    }));
});

it.skipIf(process.platform === 'win32')('a result that fits in part only is a failure', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'long.png'), Buffer.concat([png, Buffer.alloc(9000, png)]));
    const { status, stderr } = await shell(folder, 'ulimit -f 1; vaezip compress long.png -o - -q > cut.vz');
    expect([status, readFileSync(join(folder, 'cut.vz')).length]).toEqual([1, 1024]);
    expect(stderr).toBe('vaezip: stdout: larger than a file may be here (ulimit -f, or the file system)\n');
  }),
);

it.skipIf(process.platform === 'win32')('a result has stdout to itself, whatever is told of others', () =>
  withPng(async (folder) => {
    const line = 'cp deep.png two.png; vaezip compress - two.png < deep.png > x';
    const { status, stderr } = await shell(folder, line);
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^file .*\n- .*\ntwo.png /)]);
    expect((await vaezip(folder, ['verify', 'x'])).status).toBe(0);
  }),
);

describe('a closed pipe', () => {
  it.each(['--help', 'models'])('ends %s as SIGPIPE would', async (word) => {
    const child = spawn(process.execPath, [MAIN, word]);
    child.stdout.destroy();
    expect([await textOf(child.stderr), await statusOf(child)]).toEqual(['', 141]);
  });

  it.each(['print("a row\\n")', 'await writeStdout(new Uint8Array(9))'])(
    'lets nothing unfinished behind: %s',
    (write) =>
      inFolder(async (folder) => {
        const child = module(
          folder,
          `import { rmSync, writeFileSync } from 'node:fs';
          import { onInterrupt } from '${INTERRUPT}';
          import { print, writeStdout } from '${STDOUT}';
          writeFileSync('unfinished', '');
          onInterrupt(() => { throw new Error('a clean-up that fails'); });
          onInterrupt(() => rmSync('unfinished'));
          ${write};
          writeFileSync('went on', '');`,
        );
        child.stdout.destroy();
        expect([await textOf(child.stderr), await statusOf(child)]).toEqual(['', 141]);
        expect(readdirSync(folder)).toEqual([]);
      }),
  );
});

it('a pipe that is full and does not block gets every byte in the end', async () => {
  // Whoever asks Node for the stream of a pipe makes the pipe one that does not block.
  const child = module(
    '.',
    `import { print, writeStdout } from '${STDOUT}';
    process.stdout;
    print('a'.repeat(1e6));
    await writeStdout(Buffer.alloc(1e6, 'b'));`,
  );
  await new Promise((done) => setTimeout(done, 300));
  const text = await textOf(child.stdout);
  expect(text).toBe('a'.repeat(1e6) + 'b'.repeat(1e6));
  expect(await statusOf(child)).toBe(0);
});

it('stderr that nobody reads changes no exit status', async () => {
  const child = spawn(process.execPath, [MAIN, 'info', 'none.vz', 'nor.vz']);
  child.stderr.destroy();
  expect(await statusOf(child)).toBe(1);
});

it('what nothing has caught is told in one line', async () => {
  const late = 'data:text/javascript,setTimeout(() => { throw new Error("in a timer") }, 500)';
  const child = spawn(process.execPath, ['--import', late, MAIN, 'compress', '-']);
  expect([await textOf(child.stderr), await statusOf(child)]).toEqual(['vaezip: in a timer\n', 1]);
});

it.each([
  ['compress', '-'],
  ['compress', 'deep.png', '-o', '-'],
  ['compress', 'deep.png', '-o-'],
  ['compress', 'deep.png', '-o', '/dev/stdout'],
  ['decompress', '-'],
])('a result is not written to a terminal: %s %s %s', async (...words) => {
  terminals.stdout = true;
  const error = await refusal(...words.filter(Boolean));
  terminals.stdout = false;
  expect(error).toMatchObject({
    code: 'bad-argument',
    message: 'stdout is a terminal: name a file with -o, or send it on with > FILE',
  });
});
