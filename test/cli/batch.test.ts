// The loop over many files: what becomes of each is decided there, in order, several at once as memory allows.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isContainer } from '../../library/index.ts';
import * as compression from '../../src/cli/actions/compress.ts';
import * as decompression from '../../src/cli/actions/decompress.ts';
import { type Job, runBatch, type Steps, type Turn } from '../../src/cli/common/batch.ts';
import type { Entry } from '../../src/cli/common/entry.ts';
import { OutputNames } from '../../src/cli/common/output-names.ts';
import { inFolder } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

let told: string[] = [];
beforeEach(() => {
  told = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const job = (input: string, memory?: number): Job => ({
  ...{ input, output: null, inputBytes: null },
  task: memory === undefined ? null : { pixels: 1, phases: [1], gain: 1, groups: 1, memory, groupMemory: 0 },
});
const turn: Turn = {
  threads: 1,
  memory: 2 ** 30,
  spareMemory: 0,
  progress: (_name, _phase, work) => work(undefined),
};
const done = async () => ({ status: 'done' }) as const;

/** Runs a batch of inputs of such names; the entries told, in their order. */
async function entriesOf<J extends Job>(
  names: readonly string[],
  steps: Partial<Steps<J, unknown>>,
  options: { readonly threads?: number; readonly 'limit-memory'?: number; readonly 'dry-run'?: boolean } = {},
): Promise<Entry[]> {
  const inputs = names.map((path) => ({ path, folder: null }));
  const entries: Entry[] = [];
  await runBatch(
    { inputs, notTaken: [{ path: 'linked', status: 'left out', reason: 'a link to a folder' }] },
    { plan: async ({ path }) => job(path) as J, code: async () => null, commit: done, ...steps },
    { quiet: false, json: true, report: (entry) => void entries.push(entry), ...options },
  );
  return entries;
}

it('plans every input before it codes the first', async () => {
  const steps: string[] = [];
  await entriesOf(
    ['a', 'b'],
    {
      plan: async ({ path }) => {
        steps.push(`plan ${path}`);
        return job(path);
      },
      code: async ({ input }) => void steps.push(`code ${input}`),
      commit: async ({ input }) => {
        steps.push(`commit ${input}`);
        return { status: 'done' };
      },
    },
    { threads: 1 },
  );
  expect(steps).toEqual(['plan a', 'plan b', 'code a', 'commit a', 'code b', 'commit b']);
});

it('tells of every input what became of it, in their order, and what is wrong at once', async () => {
  const failAt = (name: string, input: string) => {
    if (input === name) throw new Error(`no ${name}`);
  };
  const entries = await entriesOf(['plan', 'there', 'code', 'commit', 'kept', '-'], {
    plan: async ({ path }) => {
      failAt('plan', path);
      return path === 'there' ? { status: 'skipped', output: 'x' } : job(path);
    },
    code: async ({ input }) => {
      await setTimeout(input === 'code' ? 20 : 1);
      failAt('code', input);
    },
    commit: async ({ input }) => {
      failAt('commit', input);
      return { status: input === 'kept' ? 'kept' : 'done', inputBytes: 10, outputBytes: 5 };
    },
  });
  expect(entries.map(({ input, status, reason }) => [input, status, reason])).toEqual([
    ['linked', 'left out', 'a link to a folder'],
    ['plan', 'failed', 'no plan'],
    ['there', 'skipped', null],
    ['code', 'failed', 'no code'],
    ['commit', 'failed', 'no commit'],
    ['kept', 'kept', null],
    ['-', 'done', null],
  ]);
  expect(new Set(entries.map((entry) => Object.keys(entry).sort().join())).size).toBe(1);
  expect(told.sort()).toEqual([
    expect.stringMatching(
      /^7 files: 1 done, 1 kept, 1 skipped, 1 left out \(1 a link to a folder\), 3 failed; 20 B -> 10 B \(50\.0 %\) in 0:\d\d\n$/,
    ),
    'vaezip: code: no code\n',
    'vaezip: commit: no commit\n',
    'vaezip: plan: no plan\n',
  ]);
  expect(process.exitCode).toBe(1);
});

it('has the exit status 0 where nothing failed and 1 where there was nothing at all', async () => {
  const plan = async ({ path }: { path: string }) =>
    ({ status: path === 'a' ? 'skipped' : 'left out' }) as const;
  await entriesOf(['a', 'b'], { plan });
  expect(process.exitCode).toBe(undefined);
  await entriesOf(['b'], { plan });
  expect(process.exitCode).toBe(1);
});

/** The largest number of jobs that run at once, and the threads that each gets. */
async function crews(jobs: readonly Job[], options: { threads: number; 'limit-memory'?: number }) {
  const threads: number[] = [];
  let running = 0;
  let most = 0;
  const byName = new Map(jobs.map((each) => [each.input, each]));
  await entriesOf(
    [...byName.keys()],
    {
      plan: async ({ path }) => byName.get(path) as Job,
      code: async (_, { threads: own }) => {
        threads.push(own);
        most = Math.max(most, ++running);
        await setTimeout(5);
        running--;
      },
    },
    options,
  );
  return { threads, most };
}

it('does as many jobs at once as there are threads, and gives what is left to the last', async () => {
  const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => job(name));
  expect(await crews(jobs, { threads: 2 })).toMatchObject({ most: 2 });
  expect(await crews(jobs, { threads: 1 })).toEqual({ most: 1, threads: [1, 1, 1, 1, 1] });
  expect(await crews(jobs.slice(0, 1), { threads: 4 })).toEqual({ most: 1, threads: [4] });
  expect(await crews(jobs.slice(0, 2), { threads: 4 })).toEqual({ most: 2, threads: [2, 2] });
});

it('does no more at once than memory allows, and what needs more than all alone', async () => {
  const jobs = [job('a', 60), job('b', 50), job('c', 500), job('d', 40)];
  expect(await crews(jobs, { threads: 4, 'limit-memory': 100 })).toEqual({ most: 1, threads: [4, 4, 4, 4] });
  expect((await crews(jobs, { threads: 4, 'limit-memory': 120 })).most).toBe(2);
});

it('does nothing in a dry run, and tells what it would take', async () => {
  const code = vi.fn(async () => null);
  const entries = await entriesOf(
    ['a'],
    { code, plan: async ({ path }) => job(path, 7) },
    { 'dry-run': true },
  );
  expect(code).not.toHaveBeenCalled();
  expect(entries[1]).toMatchObject({ input: 'a', status: 'planned', estimate: { seconds: 1, memory: 7 } });
});

it('has jobs that can be sent elsewhere and coded there', () =>
  inFolder(async (folder) => {
    const { jpeg } = await keptFiles();
    const path = join(folder, 'photo.jpg');
    const output = join(folder, 'photo.vz');
    writeFileSync(path, jpeg);
    const input = { path, folder: null };
    const names = () => new OutputNames([input], { wanted: undefined, force: false });
    const args = { files: [path], effort: 6, recursive: false, 'skip-existing': true, force: false };
    const flags = { verify: true, rm: false, pixels: false, preview: false, json: false, quiet: true };
    const planned = await compression.plan(input, names(), { ...args, ...flags });
    const sent = JSON.parse(JSON.stringify(planned)) as compression.CompressJob;
    const size = { inputBytes: jpeg.length };
    expect(sent).toEqual({
      input: path,
      output,
      ...size,
      task: null,
      effort: 6,
      verify: true,
      removes: false,
      pixels: false,
      preview: false,
    });
    const coded = await compression.code(sent, names(), turn);
    expect(isContainer(coded.file)).toBe(true);
    expect(existsSync(output)).toBe(false);
    expect(await compression.commit(sent, coded, names(), turn)).toMatchObject({
      status: 'kept',
      verified: true,
    });
    expect(await compression.plan(input, names(), { ...args, ...flags })).toEqual({
      status: 'skipped',
      output,
    });
    const { result } = await decompression.code(
      { input: output, output: null, inputBytes: null, task: null, removes: false, salvages: false },
      new OutputNames([{ path: output, folder: null }], { wanted: join(folder, 'back.jpg'), force: false }),
      turn,
    );
    expect(readFileSync(path).equals(result)).toBe(true);
  }));
