// One kernel memory kept for the next image: engines do not count shared memories when they decide to collect garbage, so
// that a program that codes many images would grow by one of them for each.

import { kernelMemory } from './kernel.ts';

/** What kernelMemory adds for the kernel's own constants. */
const KERNEL_BYTES = 4 * 65536;

let spare: WebAssembly.Memory | undefined;

/** Memory of at least `bytes` bytes for one user; what it holds is undefined. Throws as `kernelMemory`. */
export function takeMemory(bytes: number): WebAssembly.Memory {
  const memory = spare;
  spare = undefined;
  return memory && memory.buffer.byteLength >= bytes + KERNEL_BYTES ? memory : kernelMemory(bytes);
}

/** Gives back memory that nobody uses any more. The larger one is kept. */
export function giveBackMemory(memory: WebAssembly.Memory): void {
  if (!spare || spare.buffer.byteLength < memory.buffer.byteLength) spare = memory;
}
