// Serves the built library to a page on this machine, as a site would: files as they lie in the package.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { readmeBlocks } from '../readme.ts';

const ROOT = join(import.meta.dirname, '../..');
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
};

/** The page, with the import map that the README shows. */
const PAGE = `<!doctype html>${readmeBlocks('html')[0]}`;

/** What shared memory needs (https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-isolation). */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** A running server and its address; `isolated` pages can share memory between threads. */
export async function serve(cases: string, isolated: boolean): Promise<{ server: Server; address: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const send = (type: string, body: string | Buffer) =>
      response.writeHead(200, { 'Content-Type': type, ...(isolated ? ISOLATION : {}) }).end(body);
    // The package lies here as npm would install it.
    const path = join(ROOT, url.replace('/node_modules/vaezip/', '/'));
    if (url === '/') send('text/html', PAGE);
    else if (url === '/cases.json') send('application/json', cases);
    else if (/^\/(test\/golden|node_modules\/(vaezip\/dist|pako))\//.test(url) && existsSync(path))
      send(TYPES[extname(path)] ?? 'application/octet-stream', readFileSync(path));
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
