// The library in headless Firefox, whose engine is none of V8's: the same bytes as in Node. The page sends what it
// found to the server, since Firefox as it is packaged takes no commands that tests know.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { portableCases } from '../golden/portable.ts';
import { serve } from './server.ts';

const EXECUTABLE = process.env.VAEZIP_FIREFOX ?? '/usr/bin/firefox-esr';
const present = existsSync(EXECUTABLE);
if (!present)
  console.warn(`${EXECUTABLE} is absent: the tests in it are skipped (VAEZIP_FIREFOX names another)`);

const TIMEOUT = 300_000;
/** Base64 letters of a case's samples, at most: the kernel takes a hundred times as long there as in V8. */
const MOST_LETTERS = 13_000;

/** What a page needs to begin alone: nothing is fetched, nothing asked. */
const PREFERENCES = [
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.aboutwelcome.enabled', false],
  ['datareporting.policy.dataSubmissionEnabled', false],
  ['app.update.enabled', false],
  ['network.captive-portal-service.enabled', false],
] as const;

/** Those of the cases, of all families, that are done in time. */
function smallOf(json: string): string {
  const { models, cases } = JSON.parse(json);
  const small = cases.filter(({ data }: { data: string }) => data.length <= MOST_LETTERS);
  return JSON.stringify({ models, cases: small });
}

function launch(profile: string, address: string): ChildProcess {
  const lines = PREFERENCES.map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--no-remote', '--profile', profile, address];
  // In a group of its own: its other processes end with it.
  return spawn(EXECUTABLE, args, { stdio: 'ignore', detached: true, env: { ...process.env, HOME: profile } });
}

it.runIf(present).each([true, false])(
  'Firefox codes and decodes as pinned, cross-origin isolated: %s',
  { timeout: TIMEOUT },
  async (isolated) => {
    const site = await serve(smallOf(await portableCases()), isolated);
    const profile = mkdtempSync(join(tmpdir(), 'vaezip-firefox-'));
    const firefox = launch(profile, `${site.address}report.html`);
    try {
      expect(JSON.parse(await site.reported)).toEqual({ isolated, found: [] });
    } finally {
      const ended = new Promise((resolve) => firefox.once('exit', resolve));
      process.kill(-(firefox.pid as number));
      await ended;
      site.server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
