// Threads that answer tasks: started from the compiled files, asked one task at a time, with memory that they share.

import { parentPort, Worker } from 'node:worker_threads';

/** Threads run compiled code, also when this file itself is run from its TypeScript source (by the tests). */
const FOLDER = import.meta.url.endsWith('.ts')
  ? new URL('../dist/src/', import.meta.url)
  : new URL('./', import.meta.url);

/** What a thread sends back. */
type Answer<Value> = { readonly value: Value } | { readonly error: unknown };

/** `size` zeros that threads can share. */
export function sharedFloats(size: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * size));
}

/** Starts the compiled file of src, such as 'train/engine/worker.js'. */
export function startThread(file: string, workerData: unknown): Worker {
  return new Worker(new URL(file, FOLDER), { workerData });
}

/** A thread's answer to a task. Throws what the thread threw; one task at a time. */
export function ask<Task, Value>(thread: Worker, task: Task): Promise<Value> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      thread.off('message', onMessage);
      thread.off('error', onError);
    };
    const onMessage = (answer: Answer<Value>): void => {
      settle();
      if ('error' in answer) reject(answer.error);
      else resolve(answer.value);
    };
    const onError = (error: unknown): void => {
      settle();
      reject(error);
    };
    thread.on('message', onMessage);
    thread.on('error', onError);
    thread.postMessage(task);
  });
}

/** In a thread: answers each task by what `compute` makes of it, or throws. */
export function answerTasks<Task, Value>(compute: (task: Task) => Promise<Value>): void {
  parentPort?.on('message', async (task: Task) => {
    let answer: Answer<Value>;
    try {
      answer = { value: await compute(task) };
    } catch (error) {
      answer = { error };
    }
    parentPort?.postMessage(answer);
  });
}
