// A page of twenty lines, bundled as a user of each bundler would, compresses a photo off its own thread: it has no more of the
// library than vaezip/worker.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launch, present } from './chromium.ts';
import { folderWithPackage } from './installed.ts';
import { serveFolder } from './server.ts';

const ROOT = join(import.meta.dirname, '../..');

const HTML = '<!doctype html><script type="module" src="page.js"></script>';
const PAGE = `
import { createWorker } from 'vaezip/worker';

const image = await createImageBitmap(await (await fetch('photo.png')).blob());
const [width, height] = [256, 256];
const context = new OffscreenCanvas(width, height).getContext('2d');
context.drawImage(image, -160, -160);
const { data } = context.getImageData(0, 0, width, height);
const pixels = { data: new Uint8Array(data), width, height, channels: 4, bitDepth: 8 };

const worker = createWorker();
const { file, report } = await worker.compress(pixels);
const back = await worker.decompress(file);
worker.terminate();
globalThis.result = {
  model: report.model.name,
  length: file.length,
  differences: back.data.filter((sample, i) => sample !== data[i]).length,
};
`;

/** How each makes the folder `dist` of a folder with index.html and page.js. */
const BUNDLERS: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  async Vite(root) {
    const { build } = await import('vite');
    await build({ root, logLevel: 'error', worker: { format: 'es' } });
  },
  // esbuild leaves `new URL('./file', import.meta.url)` as it is: the files that vaezip names so belong beside its output, under
  // their own names. Without --splitting it works, too, with the library twice in the output where the page imports it as well.
  async esbuild(folder) {
    const line =
      'page.js vaezip/worker-thread node_modules/vaezip/dist/models/*.safetensors --bundle --splitting --format=esm ' +
      '--loader:.safetensors=copy --entry-names=[name] --outdir=dist --log-level=error';
    execFileSync(join(ROOT, 'node_modules/.bin/esbuild'), line.split(' '), { cwd: folder });
    copyFileSync(join(folder, 'index.html'), join(folder, 'dist/index.html'));
  },
};

describe.runIf(present).each(Object.keys(BUNDLERS))('a page bundled by %s', (name) => {
  let browser: Browser;
  let folder: string;
  let server: Server;

  beforeAll(async () => {
    folder = folderWithPackage();
    writeFileSync(join(folder, 'index.html'), HTML);
    writeFileSync(join(folder, 'page.js'), PAGE);
    await BUNDLERS[name]?.(folder);
    copyFileSync(join(ROOT, 'samples/dog.png'), join(folder, 'dist/photo.png'));
    browser = await launch();
  });
  afterEach(() => server.close());
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('says what is missing where worker-thread.js is', async () => {
    const site = await serveFolder(join(folder, 'dist'), true);
    server = site.server;
    const page = await browser.newPage();
    await page.route(/worker-thread/, (route) => route.fulfill({ status: 404 }));
    const error = page.waitForEvent('pageerror');
    await page.goto(site.address);
    expect((await error).message).toContain('worker-thread.js could not be loaded');
  });

  it.each([true, false])('compresses a photo in a worker, isolated: %s', async (isolated) => {
    const site = await serveFolder(join(folder, 'dist'), isolated);
    server = site.server;
    const page = await browser.newPage();
    const worker = page.waitForEvent('worker');
    await page.goto(site.address);
    expect((await worker).url()).toMatch(/\/worker-thread\b.*\.js$/);
    await page.waitForFunction('globalThis.result');
    const { model, length, differences } = await page.evaluate<Record<string, unknown>>('result');
    expect(await page.evaluate('crossOriginIsolated')).toBe(isolated);
    expect({ model, differences }).toEqual({ model: 'photo', differences: 0 });
    expect(length).toBeLessThan((3 * 256 ** 2) / 2);
    expect(site.weights).toEqual([expect.stringMatching(/\/photo\b.*\.safetensors$/)]);
  });
});
