// The library in pages of headless Chromium, as it lies in the package and bundled by Vite: which weights they fetch, and the worker.
import { rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, present } from './chromium.ts';
import { folderWithPackage } from './installed.ts';
import { type Site, serve, serveFolder } from './server.ts';

/** Leaves on the page what the tests call. Import maps do not hold in workers: there is one where all is bundled. */
const main = (bundled: boolean) => `
import * as library from 'vaezip';
${bundled ? "import { createWorker } from 'vaezip/worker';" : 'const createWorker = null;'}
const width = 60;
const data = Uint8Array.from({ length: 3 * width * width }, (_, i) => i / 3 / width + (i % 3) * 20 + ((i * i) % 11));
const photo = { data, width, height: width, channels: 3, bitDepth: 8 };
globalThis.test = { library, createWorker, photo };
`;

let folder: string;
let browser: Browser;

describe.runIf(present).each(['as it lies', 'bundled'] as const)('a page with the library %s', (kind) => {
  let server: Server;

  beforeAll(async () => {
    browser = await launch();
    if (kind === 'bundled') folder = await bundle();
  });
  afterEach(() => server.close());
  afterAll(async () => {
    await browser.close();
    if (kind === 'bundled') rmSync(folder, { recursive: true });
  });

  async function open(isolated = true): Promise<{ site: Site; page: Page }> {
    const site = await (kind === 'bundled'
      ? serveFolder(join(folder, 'dist'), isolated)
      : serve('', isolated));
    server = site.server;
    const page = await browser.newPage();
    await page.goto(site.address);
    if (kind === 'as it lies') await page.addScriptTag({ type: 'module', content: main(false) });
    await page.waitForFunction('globalThis.test');
    return { site, page };
  }

  it('fetches the weights that an effort chooses, once, and those that choose the scan', async () => {
    const { site, page } = await open();
    const result = await page.evaluate(`(async () => {
      const { library: { compress, decompress }, photo } = test;
      const [{ file, report }] = await Promise.all([compress(photo, { effort: 9 }), compress(photo, { effort: 9 })]);
      const back = await decompress(file);
      return [report.model.name, back.data.every((sample, i) => sample === photo.data[i])];
    })()`);
    expect(result).toEqual(['photo-max', true]);
    const names = ['photo-fast', 'photo-max'].map((name) => new RegExp(`/${name}\\b.*\\.safetensors$`));
    expect([...site.weights].sort()).toEqual(names.map((name) => expect.stringMatching(name)));
  });

  it.runIf(kind === 'bundled').each([true, false])(
    'codes in a worker as on the page, isolated: %s',
    async (isolated) => {
      const { site, page } = await open(isolated);
      const result = await page.evaluate(`(async () => {
      const { library, createWorker, photo } = test;
      const worker = createWorker();
      const shares = [];
      const { file, ...others } = await worker.compress(photo, { effort: 1, verify: true, onProgress: (share) => shares.push(share) });
      const here = await library.compress(photo, { effort: 1 });
      const back = await worker.decompress(file);
      await worker.verify(file, { pixels: photo });
      const codeOf = (promise) => promise.then(() => 'none', ({ name, code, message }) => [name, code, message]);
      const wrong = await codeOf(worker.compress({ ...photo, width: 7 }));
      const unknown = await codeOf(worker.compress(photo, { model: 'none' }));
      const reason = await worker.compress(photo, { signal: AbortSignal.abort('at once') }).catch((caught) => caught);
      const controller = new AbortController();
      const late = worker.compress(photo, { signal: controller.signal }).catch((caught) => caught);
      controller.abort('later');
      const lateReason = await late;
      const again = await worker.compress(photo, { effort: 1 });
      const unanswered = worker.compress(photo).catch(({ message }) => message);
      worker.terminate();
      const afterEnd = await worker.compress(photo).catch(({ message }) => message);
      return {
        equal: String(file) === String(here.file) && String(again.file) === String(file),
        back: String(back.data) === String(photo.data),
        kept: photo.data.length,
        others: Object.keys(others),
        ...{ shares: shares.every((share) => share >= 0 && share <= 1), wrong, unknown, reason, lateReason },
        ended: [await unanswered, afterEnd],
      };
    })()`);
      expect(result).toEqual({
        ...{
          equal: true,
          back: true,
          kept: 10800,
          others: ['report'],
          shares: true,
          reason: 'at once',
          lateReason: 'later',
        },
        ended: ['the worker was terminated', 'the worker was terminated'],
        wrong: ['VaezipError', 'bad-argument', expect.stringContaining('data has 10800 samples')],
        unknown: ['VaezipError', 'unknown-model', expect.stringContaining('no model is called none')],
      });
      expect(site.weights.length).toBeGreaterThan(0);
    },
  );
});

/** A folder with the page as Vite builds it. */
async function bundle(): Promise<string> {
  const { build } = await import('vite');
  const root = folderWithPackage();
  writeFileSync(join(root, 'index.html'), '<!doctype html><script type="module" src="/main.js"></script>');
  writeFileSync(join(root, 'main.js'), main(true));
  await build({ root, logLevel: 'error', worker: { format: 'es' } });
  return root;
}
