// Has threads do works, each a kernel function over a memory of its own that several can share, in Node and in
// browsers. A thread takes the next work; where none is left to begin, it joins one that is begun.
// The threads' own program is a few lines kept here as text, so that it needs no file of its own
// to be found by Node, browsers and bundlers alike.

import { type Kernel, kernelModule } from './kernel.ts';
import type { KernelExports } from './layouts.ts';
import { SMALL_BYTES } from './pool.ts';

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

/** A memory with more is one of large jobs, which go when all works are done. */
const LARGE_BYTES = SMALL_BYTES + 2 ** 20;

/**
 * Memories that come again have a number and are sent once: to send one with the module takes a millisecond, to make an
 * instance over it .25. Of large ones there is a shadow, as in kernel.ts: the thread's own collector holds on to
 * memories, too. A thread is told to forget those, with all others, when the works are done.
 */
const RUN = `(() => {
  const shadows = new WeakMap();
  const known = new Map();
  const exportsOf = ({ module, memory, number }) => {
    if (!memory) return known.get(number);
    const { byteLength } = memory.buffer;
    if (byteLength > ${LARGE_BYTES}) try { shadows.set(memory, new ArrayBuffer(byteLength)); } catch {}
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    if (number !== undefined) {
      if (known.size === ${MOST_KNOWN}) known.clear();
      known.set(number, exports);
    }
    return exports;
  };
  return (task) => task ? exportsOf(task)[task.name](task.argument, ${ALL_TURNS}) : known.clear();
})()`;
const NODE_SOURCE = `const { parentPort } = require('node:worker_threads');
const run = ${RUN};
parentPort.on('message', (task) => {
  try { run(task); if (task) parentPort.postMessage(''); } catch (error) { parentPort.postMessage(String(error)); }
});`;
const BROWSER_SOURCE = `const run = ${RUN};
onmessage = ({ data }) => {
  try { run(data); if (data) postMessage(''); } catch (error) { postMessage(String(error)); }
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

/** What one thread is sent, in this order, and what it knows by that. */
class Sending {
  readonly #known = new Set<number>();
  #large = false;

  /** Of a task. */
  sent({ memory, ...task }: Task): Sent {
    const { number } = task;
    if (number !== undefined && this.#known.has(number)) return task;
    if (number !== undefined) {
      if (this.#known.size === MOST_KNOWN) this.#known.clear();
      this.#known.add(number);
    }
    this.#large ||= memory.buffer.byteLength > LARGE_BYTES;
    return { ...task, module: kernelModule(), memory };
  }

  /** Whether the thread knows a large memory, and so is to forget all that it knows: it is sent a null. */
  forgets(): boolean {
    const large = this.#large;
    if (large) this.#known.clear();
    this.#large = false;
    return large;
  }
}

interface Thread {
  run(task: Task): Promise<void>;
  /** Holds on to no large memory any more. */
  forget(): void;
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
  const sending = new Sending();
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
        worker.postMessage(sending.sent(task));
      }),
    forget: () => sending.forgets() && worker.postMessage(null),
    end: () => void worker.terminate(),
  };
}

function startBrowserThread(): Thread {
  const url = URL.createObjectURL(new Blob([BROWSER_SOURCE], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const sending = new Sending();
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => (data === '' ? resolve() : reject(new Error(data)));
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(sending.sent(task));
      }),
    forget: () => sending.forgets() && worker.postMessage(null),
    end: () => worker.terminate(),
  };
}

/** What one thread at least, and several at once can do: calls of a kernel function with one address. */
export interface Work {
  readonly kernel: Kernel;
  readonly name: ThreadedFunction;
  readonly address: number;
  /** Threads that can be at it at once. */
  readonly most: number;
  /** Share of it that is done, 0..1. */
  readonly progress: number;
}

/** Works, each begun once the one before is. */
export interface Works {
  /** The next one, ready for threads; null where all are begun, or one must end before there is another. */
  begin(): Work | null;
  /** Told of a work that is done: no thread is at it any more. */
  end(work: Work): void;
  /** Asked to have the works that are begun end early, and to begin no other. */
  stop(): void;
}

/** Whether threads can share memory here: in a browser only on pages that are cross-origin isolated. */
function canShare(): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && globalThis.crossOriginIsolated !== false;
}

/**
 * Has `threads` threads do all works, and waits for that; without shared memory, or for 0 threads, the calling one does
 * them alone, with pauses for others. Throws what a work or its owner throws, once the others have stopped.
 */
export async function runOnThreads(threads: number, works: Works): Promise<void> {
  if (threads === 0 || !canShare()) return runHere(works);
  await share(works, await Promise.all(Array.from({ length: threads }, () => idle.pop() ?? startThread())));
}

async function runHere(works: Works): Promise<void> {
  let pause = performance.now() + PAUSE_MILLISECONDS;
  for (let work = works.begin(); work; work = works.begin()) {
    const { kernel, name, address } = work;
    while (kernel.exports[name](address, TURNS) === 0) {
      if (performance.now() < pause) continue;
      await new Promise((resolve) => setTimeout(resolve));
      pause = performance.now() + PAUSE_MILLISECONDS;
    }
    works.end(work);
  }
}

/** Has the threads of a crew do all works; those that are whole wait for others then. */
async function share(works: Works, crew: readonly Thread[]): Promise<void> {
  const free = [...crew];
  /** Threads at each work; a work that a thread has left is done. */
  const at = new Map<Work, number>();
  const done = new Set<Work>();
  const turns = new Set<Promise<void>>();
  const take = async (thread: Thread, work: Work) => {
    at.set(work, (at.get(work) ?? 0) + 1);
    const { kernel, name, address } = work;
    const { memory, number } = kernel;
    try {
      await thread.run({ memory, number, name, argument: address });
    } catch (error) {
      thread.end();
      throw error;
    }
    free.push(thread);
    done.add(work);
    const others = (at.get(work) ?? 1) - 1;
    at.set(work, others);
    if (others > 0) return;
    at.delete(work);
    done.delete(work);
    works.end(work);
  };
  try {
    for (;;) {
      while (free.length > 0) {
        const work = works.begin() ?? mostToDo(at, done);
        if (!work) break;
        const turn: Promise<void> = take(free.pop() as Thread, work).finally(() => turns.delete(turn));
        turns.add(turn);
      }
      if (turns.size === 0) return;
      await Promise.race(turns);
    }
  } catch (error) {
    works.stop();
    await Promise.allSettled(turns);
    throw error;
  } finally {
    for (const thread of free) thread.forget();
    idle.push(...free);
  }
}

/** The work that is begun and has most left to do for each thread at it, if there is room at one. */
function mostToDo(at: ReadonlyMap<Work, number>, done: ReadonlySet<Work>): Work | null {
  let best: Work | null = null;
  let most = 0;
  for (const [work, threads] of at) {
    const left = (1 - work.progress) / threads;
    if (threads >= work.most || done.has(work) || left <= most) continue;
    best = work;
    most = left;
  }
  return best;
}
