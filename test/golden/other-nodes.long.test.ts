// The same bytes by each compiler of V8, and on the other Node versions that are supported, which npx fetches from
// the npm registry.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { portableCases } from './portable.ts';

const run = promisify(execFile);
/** Milliseconds; a Node that is fetched is some 50 MB. */
const TIMEOUT = 300_000;
const PROGRAM = join(import.meta.dirname, 'in-node.js');
const folder = mkdtempSync(join(tmpdir(), 'vaezip-nodes-'));
const cases = join(folder, 'cases.json');

/** What a Node of a major version prints. */
async function node(version: number, ...args: string[]): Promise<string> {
  const { stdout } = await run('npx', ['--yes', '--prefer-offline', `node@${version}`, ...args]);
  return stdout.trim();
}

beforeAll(async () => writeFileSync(cases, await portableCases()));
afterAll(() => rmSync(folder, { recursive: true }));

it.for(['--liftoff', '--liftoff-only', '--no-liftoff'])(
  'the Node that runs here codes and decodes as pinned with %s',
  { timeout: TIMEOUT },
  async (compilers) => {
    const { stdout } = await run(process.execPath, [compilers, PROGRAM, cases], { timeout: TIMEOUT });
    expect(JSON.parse(stdout)).toEqual([]);
  },
);

it.for([20, 22, 24])(
  'Node %i codes and decodes as pinned',
  { timeout: TIMEOUT },
  async (version, { skip }) => {
    const found = await node(version, '--version').catch((error: Error) => error);
    if (found instanceof Error) {
      console.warn(`Node ${version} cannot be fetched, its test is skipped: ${found.message.split('\n')[0]}`);
      skip();
    }
    expect(found).toMatch(new RegExp(`^v${version}\\.`));
    expect(JSON.parse(await node(version, PROGRAM, cases))).toEqual([]);
  },
);
