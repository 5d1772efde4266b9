// The library in headless Chromium: the same bytes as in Node, with shared memory and without.
import type { Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { portableCases } from '../golden/portable.ts';
import { launch, present } from './chromium.ts';
import { serve } from './server.ts';

describe.runIf(present)('Chromium', () => {
  let browser: Browser;
  let cases: string;
  let server: Server;

  beforeAll(async () => {
    cases = await portableCases();
    browser = await launch();
  });
  afterEach(() => server.close());
  afterAll(() => browser.close());

  async function open(isolated: boolean): Promise<Page> {
    const site = await serve(cases, isolated);
    server = site.server;
    const page = await browser.newPage();
    await page.goto(site.address);
    return page;
  }

  it.each([true, false])('codes and decodes as pinned, cross-origin isolated: %s', async (isolated) => {
    const page = await open(isolated);
    expect(await page.evaluate('crossOriginIsolated')).toBe(isolated);
    const found = await page.evaluate(`(async () => {
      const { differences } = await import('/test/golden/runtime.js');
      return differences(await import('vaezip'), await (await fetch('/cases.json')).text());
    })()`);
    expect(found).toEqual([]);
  });

  it('runs on threads of its own where memory can be shared', async () => {
    const page = await open(true);
    await page.evaluate(`(async () => {
      const { compress, loadModel } = await import('vaezip');
      const { models } = await (await fetch('/cases.json')).json();
      const weights = Uint8Array.from(atob(models['untrained static']), (letter) => letter.charCodeAt(0));
      const pixels = { data: new Uint8Array(270000), width: 300, height: 300, channels: 3, bitDepth: 8 };
      await compress(pixels, { model: await loadModel('photo', weights), threads: 2 });
    })()`);
    expect(page.workers()).toHaveLength(2);
  });
});
