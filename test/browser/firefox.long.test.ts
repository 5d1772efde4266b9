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

/** Milliseconds: threads of Firefox compile the kernel for each job anew. */
const TIMEOUT = 600_000;

/** What a page needs to begin alone: nothing is fetched, nothing asked. */
const PREFERENCES = [
  ['browser.shell.checkDefaultBrowser', false],
  ['browser.aboutwelcome.enabled', false],
  ['datareporting.policy.dataSubmissionEnabled', false],
  ['app.update.enabled', false],
  ['network.captive-portal-service.enabled', false],
] as const;

function launch(profile: string, address: string): ChildProcess {
  const lines = PREFERENCES.map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const args = ['--headless', '--no-remote', '--profile', profile, address];
  return spawn(EXECUTABLE, args, { stdio: 'ignore', env: { ...process.env, HOME: profile } });
}

it.runIf(present).each([true, false])(
  'Firefox codes and decodes as pinned, cross-origin isolated: %s',
  { timeout: TIMEOUT },
  async (isolated) => {
    const site = await serve(await portableCases(), isolated);
    const profile = mkdtempSync(join(tmpdir(), 'vaezip-firefox-'));
    const firefox = launch(profile, `${site.address}report.html`);
    try {
      expect(JSON.parse(await site.reported)).toEqual({ isolated, found: [] });
    } finally {
      const ended = new Promise((resolve) => firefox.once('exit', resolve));
      firefox.kill();
      await ended;
      site.server.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    }
  },
);
