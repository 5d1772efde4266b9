// Kernels of small jobs, kept for the jobs after them: making a memory and an instance takes longer than coding an
// icon, and memories in thousands keep the garbage collector at work. Nobody can tell a borrowed one from a new one.

import { instantiateKernel, type Kernel, kernelMemory } from './kernel.ts';

/** What small jobs have each, whatever they use of it: pages that are never touched take no room. */
export const SMALL_BYTES = 2 ** 24;
/** Kernels kept at most. */
const MOST_KEPT = 16;

const kept: Kernel[] = [];
const lent = new WeakSet<Kernel>();
let made = 0;

/**
 * A kernel with at least `bytes` zeroed bytes from its heap base on.
 * @throws VaezipError 'too-large' where there is not so much memory.
 */
export function borrowKernel(bytes: number): Kernel {
  if (bytes > SMALL_BYTES) return { ...instantiateKernel(kernelMemory(bytes)), number: made++ };
  const kernel = kept.pop() ?? { ...instantiateKernel(kernelMemory(SMALL_BYTES)), number: made++ };
  lent.add(kernel);
  return kernel;
}

/** Gives a borrowed kernel back, written to below `end` alone. Nobody, no thread either, may touch it any more. */
export function returnKernel(kernel: Kernel, end: number): void {
  if (!lent.delete(kernel) || kept.length >= MOST_KEPT) return;
  clearKernel(kernel, end);
  kept.push(kernel);
}

/** Makes a kernel that was written to below `end` alone as a new one, for the next job of whoever has borrowed it. */
export function clearKernel({ exports, memory }: Kernel, end: number): void {
  const base = exports.heapBase();
  new Uint8Array(memory.buffer, base, end - base).fill(0);
}
