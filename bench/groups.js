// What groups of rows bring to one large photo: how much faster more threads are, and a region is than all of it. The
// speed-up is counted, for any number of threads: a run on one thread measures what each segment of each plane of each
// group takes, and these are scheduled as the code schedules them. On as many threads as there are cores it is
// measured, too. The photo is a mosaic of samples. Nothing else should run meanwhile.
// `node bench/groups.js [--effort 6] [--width 6000]` after a build.

import { availableParallelism } from 'node:os';
import { readContainer } from '#dist/container/container.js';
import { compress, decodeRegion, decompress } from '#dist/library/index.js';
import { parse, runBench, UsageError, wholeNumber } from './common/command-line.js';
import { table } from './common/markdown.js';
import { mosaic } from './common/mosaic.js';
import { makespan } from './groups/schedule.js';
import { segmentTimes } from './groups/segments.js';

const USAGE = 'usage: node bench/groups.js [--effort 6] [--width 6000]';
const THREADS = [2, 4, 8];
const SIDE = 512;

await runBench(USAGE, async () => {
  const { values, positionals } = parse(process.argv.slice(2), {
    effort: { type: 'string', default: '6' },
    width: { type: 'string', default: '6000' },
  });
  if (positionals.length > 0) throw new UsageError(`${positionals[0]} is no option`);
  await run(wholeNumber('--effort', values.effort, 4, 9), wholeNumber('--width', values.width, SIDE, 12_000));
});

/** @param {number} effort @param {number} width */
async function run(effort, width) {
  const height = Math.ceil(width / 1.5);
  const data = new Uint8Array(await mosaic(width, height));
  const { file, report } = await compress({ data, width, height, channels: 3, bitDepth: 8 }, { effort });
  const container = readContainer(file);
  if (container.kind !== 'image' || !report.model) throw new Error('no model codes the photo');
  const times = await segmentTimes(container, report.model.id);
  const alone = makespan(times, 1);
  const groups = container.groups.length;
  const size = `${width}x${height}, ${((width * height) / 1e6).toFixed(1)} Mpx`;
  console.log(
    `${size}, ${report.model.name}, ${groups} groups: decoding takes ${alone.toFixed(1)} s on one thread\n`,
  );
  const counted = THREADS.map((threads) => ({ threads, faster: alone / makespan(times, threads) }));
  console.log(
    table(
      [
        ['threads', ({ threads }) => String(threads)],
        ['times as fast, counted', ({ faster }) => faster.toFixed(2)],
        ['a thread', ({ threads, faster }) => (faster / threads).toFixed(3)],
      ],
      counted,
    ),
  );
  const whole = await seconds(() => decompress(file, { threads: 1 }));
  const cores = availableParallelism();
  const together = await seconds(() => decompress(file, { threads: cores }));
  const faster = `${(whole / together).toFixed(2)} times as fast`;
  console.log(
    `\nMeasured: ${whole.toFixed(1)} s on one thread, ${together.toFixed(1)} s on ${cores}, ${faster}.`,
  );
  // From the last row of a group on, so that it lies in as many as it can.
  const top = Math.floor((Math.floor(groups / 2) * height) / groups) - 1;
  const region = { x: Math.floor(width / 2), y: Math.max(0, top), width: SIDE, height: SIDE };
  region.x = Math.min(region.x, width - SIDE);
  region.y = Math.min(region.y, height - SIDE);
  const part = await seconds(() => decodeRegion(file, region, { threads: 1 }));
  const share = `${((100 * part) / whole).toFixed(1)} % of all`;
  console.log(`A region of ${SIDE}x${SIDE} on one thread: ${part.toFixed(1)} s, ${share}.`);
}

/** @param {() => Promise<unknown>} work */
async function seconds(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
