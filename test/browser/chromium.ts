// Headless Chromium, where it is.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.VAEZIP_CHROMIUM ?? '/usr/bin/chromium';

export const present = existsSync(EXECUTABLE);
if (!present)
  console.warn(`${EXECUTABLE} is absent: the tests in a browser are skipped (VAEZIP_CHROMIUM names another)`);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}
