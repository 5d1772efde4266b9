// The loop over many files, and jobs as plain data that could be coded elsewhere.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { isContainer } from '../../library/index.ts';
import * as compression from '../../src/cli/actions/compress.ts';
import * as decompression from '../../src/cli/actions/decompress.ts';
import { type Job, runBatch, type Turn } from '../../src/cli/common/batch.ts';
import { OutputNames } from '../../src/cli/common/output-file.ts';
import { inFolder } from './command-line.ts';
import { keptFiles } from './kept-files.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const job = (input: string): Job => ({ input, output: null, task: null });
const silent = { announced: false, shown: false };
const turn: Turn = { claim: async () => {}, progress: (_name, _phase, work) => work(undefined) };

it('plans every input before it codes the first, and commits each before the next', async () => {
  const steps: string[] = [];
  await runBatch(
    ['a', 'b'],
    {
      plan: async (input) => {
        steps.push(`plan ${input}`);
        return job(input);
      },
      code: async ({ input }) => {
        steps.push(`code ${input}`);
        return input.toUpperCase();
      },
      commit: async (_, coded) => {
        steps.push(`commit ${coded}`);
      },
    },
    silent,
  );
  expect(steps).toEqual(['plan a', 'plan b', 'code a', 'commit A', 'code b', 'commit B']);
});

it('tells what fails, whatever the step, and goes on', async () => {
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const committed: string[] = [];
  const failAt = (name: string) => async (input: string) => {
    if (input === name) throw new Error(`no ${name}`);
    return job(input);
  };
  await runBatch(
    ['plan', 'done', 'code', 'commit', '-'],
    {
      plan: async (input) => (input === 'done' ? null : failAt('plan')(input)),
      code: ({ input }) => failAt('code')(input),
      commit: async ({ input }) => void committed.push((await failAt('commit')(input)).input),
    },
    { announced: true, shown: false },
  );
  expect(committed).toEqual(['-']);
  expect(told.mock.calls.flat()).toEqual([
    'vaezip: plan: no plan\n',
    'skipped 1 of 5 files: their results exist already\n',
    'vaezip: code: no code\n',
    'vaezip: commit: no commit\n',
  ]);
  expect(process.exitCode).toBe(1);
});

it('has jobs that can be sent elsewhere and coded there', () =>
  inFolder(async (folder) => {
    const { jpeg } = await keptFiles();
    const input = join(folder, 'photo.jpg');
    const output = join(folder, 'photo.vz');
    writeFileSync(input, jpeg);
    const names = new OutputNames(undefined, [{ path: input, folder: null }], false);
    const args = { files: [input], effort: 6, recursive: false, 'skip-existing': true, force: false };
    const flags = { verify: true, json: false, quiet: true };
    const planned = await compression.plan(input, names, { ...args, ...flags });
    if (!planned) throw new Error('nothing to do');
    const sent = JSON.parse(JSON.stringify(planned)) as compression.CompressJob;
    expect(sent).toEqual({ input, output, task: null, effort: 6, verify: true });
    const coded = await compression.code(sent, turn);
    expect(isContainer(coded.file)).toBe(true);
    expect(existsSync(output)).toBe(false);
    expect(await compression.commit(sent, coded, names, turn)).toMatchObject({ verified: true });
    expect(await compression.plan(input, names, { ...args, ...flags })).not.toBe(null);
    const later = new OutputNames(undefined, [{ path: input, folder: null }], false);
    expect(await compression.plan(input, later, { ...args, ...flags })).toBe(null);
    const { result } = await decompression.code({ input: output, output: null, task: null }, turn);
    expect(readFileSync(input).equals(result)).toBe(true);
  }));
