// Encodes and decodes a photo of 24 megapixels with the command line, as a user would: time from start to exit, and the
// most memory. The photo is a mosaic of mirrored samples. Run `node bench/large-photo.js [threads]` after a build.

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

const WIDTH = 6000;
const HEIGHT = 4000;
const threads = process.argv[2] ?? '2';
const root = join(import.meta.dirname, '..');

/** The samples side by side, every second one mirrored, each row turned by one sample. */
async function mosaic() {
  const names = readdirSync(join(root, 'samples')).filter((name) => name.endsWith('.png'));
  const tiles = [];
  for (const name of names) {
    const image = () => sharp(join(root, 'samples', name), { ignoreIcc: true }).removeAlpha();
    tiles.push(await image().raw().toBuffer({ resolveWithObject: true }));
    tiles.push(await image().flop().raw().toBuffer({ resolveWithObject: true }));
  }
  const { width, height } = tiles[0].info;
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0, k = Math.floor(y / height); x < WIDTH; x += width, k++) {
      const from = 3 * (y % height) * width;
      const bytes = 3 * Math.min(width, WIDTH - x);
      tiles[k % tiles.length].data.copy(pixels, 3 * (y * WIDTH + x), from, from + bytes);
    }
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).png({ compressionLevel: 1 });
}

/** Seconds and peak megabytes of a run of the command line; memory is 0 where /proc does not tell it. */
function run(...args) {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'dist/src/cli/main.js'), ...args], { stdio: 'inherit' });
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1000);
    } catch {
      // Not Linux, or the process has just ended.
    }
  }, 50);
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ seconds: (performance.now() - start) / 1000, peak });
      else reject(new Error(`vaezip ${args.join(' ')} ended with ${code}`));
    });
  });
}

const folder = mkdtempSync(join(tmpdir(), 'vaezip-bench-'));
try {
  const png = join(folder, 'photo.png');
  const vz = join(folder, 'photo.vz');
  await (await mosaic()).toFile(png);
  const encode = await run('compress', png, '--no-verify', '--threads', threads, '-q');
  const decode = await run('decompress', vz, '-o', join(folder, 'back.png'), '--threads', threads, '-q');
  const [before, after] = await Promise.all(
    [png, join(folder, 'back.png')].map((file) => sharp(file).raw().toBuffer()),
  );
  if (!before.equals(after)) throw new Error('the photo did not come back');
  const megapixels = (WIDTH * HEIGHT) / 1e6;
  console.log(`${megapixels} Mpx, ${threads} threads, ${statSync(vz).size} bytes`);
  console.log('| | seconds | Mpx/s | peak MB |\n|---|---|---|---|');
  for (const [name, { seconds, peak }] of Object.entries({ encode, decode })) {
    console.log(
      `| ${name} | ${seconds.toFixed(1)} | ${(megapixels / seconds).toFixed(2)} | ${peak.toFixed(0)} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
