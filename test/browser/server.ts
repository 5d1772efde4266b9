// Serves files to a page on this machine, as a site would: the built library as it lies in the package, or a bundle.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readmeBlocks } from '../readme.ts';

const ROOT = join(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

/** The page, with the import map that the README shows. */
const PAGE = `<!doctype html>${readmeBlocks('html')[0]}`;

/** A page that holds the library against the golden files and sends what differs, or what went wrong. */
const REPORTING_PAGE = `${PAGE}<script type="module">
  const report = (found) =>
    fetch('/report', { method: 'POST', body: JSON.stringify({ isolated: crossOriginIsolated, found }) });
  try {
    const { differences } = await import('/test/golden/runtime.js');
    const cases = await (await fetch('/cases.json')).text();
    await report(await differences(await import('vaezip'), cases, [crossOriginIsolated ? 2 : 1]));
  } catch (error) {
    await report([String(error)]);
  }
</script>`;

/** What shared memory needs (https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-isolation). */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface Site {
  readonly server: Server;
  readonly address: string;
  /** Paths of the weights that were fetched, in their order. */
  readonly weights: readonly string[];
  /** The first text that a page sends to /report. */
  readonly reported: Promise<string>;
}

/** A site of the package as npm would install it; `isolated` pages can share memory between threads. */
export function serve(cases: string, isolated: boolean): Promise<Site> {
  return start(isolated, (url) => {
    if (url === '/') return { type: TYPES['.html'], body: PAGE };
    if (url === '/report.html') return { type: TYPES['.html'], body: REPORTING_PAGE };
    if (url === '/cases.json') return { type: TYPES['.json'], body: cases };
    const allowed = /^\/(test\/golden|node_modules\/(vaezip\/dist|pako))\//.test(url);
    return allowed ? fileAt(join(ROOT, url.replace('/node_modules/vaezip/', '/'))) : null;
  });
}

/** A site of the files in a folder. */
export function serveFolder(folder: string, isolated: boolean): Promise<Site> {
  return start(isolated, (url) => fileAt(join(folder, url === '/' ? 'index.html' : url)));
}

type Content = { readonly type: string; readonly body: string | Buffer } | null;

async function start(isolated: boolean, contentAt: (url: string) => Content): Promise<Site> {
  const weights: string[] = [];
  let tell = (_: string) => {};
  const reported = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    const { url = '/', method } = request;
    if (method === 'POST' && url === '/report') {
      tell(await text(request));
      return response.writeHead(204).end();
    }
    if (url.endsWith('.safetensors')) weights.push(url);
    const content = contentAt(url);
    if (!content) return response.writeHead(404).end();
    const headers = { 'Content-Type': content.type, ...(isolated ? ISOLATION : {}) };
    return response.writeHead(200, headers).end(content.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { server, address, weights, reported };
}

function fileAt(path: string): Content {
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', body: readFileSync(path) };
}
