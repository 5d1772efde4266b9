// Runs one kernel function on several threads over one shared memory, in Node and in browsers.
// The threads' own program is a few lines kept here as text, so that it needs no file of its own
// to be found by Node, browsers and bundlers alike.

import { type Kernel, kernelModule } from './kernel.ts';
import type { KernelExports } from './layouts.ts';

/**
 * Kernel functions that several threads may enter at once with the same address: each takes part in the work for
 * so many turns, and returns 1 once it is done.
 */
export type ThreadedFunction = Extract<keyof KernelExports, `${string}Run`>;

/** Turns of a thread that has nothing else to do. */
const ALL_TURNS = 0x7fffffff;
/** Where the calling thread does the work: turns between two looks at the clock, and time between two pauses. */
const TURNS = 16;
const PAUSE_MILLISECONDS = 50;

/** Numbered memories, and instances over them, that a thread knows: then both sides forget all. */
const MOST_KNOWN = 16;

/**
 * Memories that come again have a number and are sent once: to send one with the module takes a millisecond, to make an
 * instance over it .25. Of others there is a shadow, as in kernel.ts: the thread's own collector holds on to memories,
 * too.
 */
const RUN = `(() => {
  const shadows = new WeakMap();
  const known = new Map();
  const exportsOf = ({ module, memory, number }) => {
    if (!memory) return known.get(number);
    if (number === undefined) try { shadows.set(memory, new ArrayBuffer(memory.buffer.byteLength)); } catch {}
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    if (number !== undefined) {
      if (known.size === ${MOST_KNOWN}) known.clear();
      known.set(number, exports);
    }
    return exports;
  };
  return (task) => exportsOf(task)[task.name](task.argument, ${ALL_TURNS});
})()`;
const NODE_SOURCE = `const { parentPort } = require('node:worker_threads');
const run = ${RUN};
parentPort.on('message', (task) => {
  try { run(task); parentPort.postMessage(''); } catch (error) { parentPort.postMessage(String(error)); }
});`;
const BROWSER_SOURCE = `const run = ${RUN};
onmessage = ({ data }) => {
  try { run(data); postMessage(''); } catch (error) { postMessage(String(error)); }
};`;

interface Task {
  readonly memory: WebAssembly.Memory;
  readonly number: number | undefined;
  readonly name: ThreadedFunction;
  readonly argument: number;
}

/** What is sent of a task; of a memory that the thread knows, its number alone. */
type Sent = Omit<Task, 'memory'> & {
  readonly module?: WebAssembly.Module;
  readonly memory?: WebAssembly.Memory;
};

/** What one thread is sent of its tasks, in their order. */
function sending(): (task: Task) => Sent {
  const known = new Set<number>();
  return ({ memory, ...task }) => {
    const { number } = task;
    if (number !== undefined && known.has(number)) return task;
    if (number !== undefined) {
      if (known.size === MOST_KNOWN) known.clear();
      known.add(number);
    }
    return { ...task, module: kernelModule(), memory };
  };
}

interface Thread {
  run(task: Task): Promise<void>;
  end(): void;
}

const idle: Thread[] = [];

/**
 * Starts threads that wait for work, for whoever knows that there is much to come. Small images, for which none is
 * started, take one that waits.
 */
export async function startThreads(count: number): Promise<void> {
  if (canShare()) idle.push(...(await Promise.all(Array.from({ length: count }, startThread))));
}

/** Threads that wait for work. */
export function idleThreads(): number {
  return idle.length;
}

async function startThread(): Promise<Thread> {
  return typeof process === 'object' && process.versions?.node ? startNodeThread() : startBrowserThread();
}

async function startNodeThread(): Promise<Thread> {
  const { Worker } = await import(/* webpackIgnore: true */ 'node:worker_threads');
  // Without the process's own options: --input-type=module would make another kind of program of the text.
  const worker = new Worker(NODE_SOURCE, { eval: true, execArgv: [] });
  worker.unref();
  const sent = sending();
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        const settle = (message: string) => {
          worker.off('message', settle).off('error', reject);
          worker.unref();
          message === '' ? resolve() : reject(new Error(message));
        };
        worker.ref();
        worker.on('message', settle).on('error', reject);
        worker.postMessage(sent(task));
      }),
    end: () => void worker.terminate(),
  };
}

function startBrowserThread(): Thread {
  const url = URL.createObjectURL(new Blob([BROWSER_SOURCE], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const sent = sending();
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => (data === '' ? resolve() : reject(new Error(data)));
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(sent(task));
      }),
    end: () => worker.terminate(),
  };
}

/** Whether threads can share memory here: in a browser only on pages that are cross-origin isolated. */
function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;
}

/**
 * Has `threads` threads call `name(argument, turns)` and waits for all of them; without shared memory, or for 0
 * threads, the calling one does it alone, with pauses for others.
 */
export async function runOnThreads(
  kernel: Kernel,
  name: ThreadedFunction,
  argument: number,
  threads: number,
): Promise<void> {
  if (threads === 0 || !canShare()) {
    let pause = performance.now() + PAUSE_MILLISECONDS;
    while (kernel.exports[name](argument, TURNS) === 0) {
      if (performance.now() < pause) continue;
      await new Promise((resolve) => setTimeout(resolve));
      pause = performance.now() + PAUSE_MILLISECONDS;
    }
    return;
  }
  const { memory, number } = kernel;
  const task = { memory, number, name, argument };
  const crew = await Promise.all(Array.from({ length: threads }, () => idle.pop() ?? startThread()));
  try {
    await Promise.all(crew.map((thread) => thread.run(task)));
    idle.push(...crew);
  } catch (error) {
    // The others may wait for ever for what the failed one was to compute.
    for (const thread of crew) thread.end();
    throw error;
  }
}
