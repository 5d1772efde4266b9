// One instance of the WebAssembly kernel over a memory of its own, or over one that it shares with other threads.
// Callers lay out the memory with an arena (arena.ts) and pass addresses; the kernel allocates nothing.

import { OutOfMemory } from '../error.ts';
import { KERNEL_BASE64 } from './binary.ts';
import type { KernelExports } from './layouts.ts';

export interface Kernel {
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
  /** Its own, where it goes from one job to another (pool.ts): by it threads know the memory again. */
  readonly number?: number;
}

const PAGE = 65536;
let compiled: WebAssembly.Module | undefined;

/** The compiled kernel; compiled once per thread. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(bytesOfBase64(KERNEL_BASE64));
  return compiled;
}

/** In a loop: `Uint8Array.from` takes seven times as long, 40 ms at every start. */
function bytesOfBase64(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/**
 * Memory of at least `bytes` bytes beyond the kernel's own constants, shareable between threads.
 * @throws OutOfMemory where there is not so much.
 */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE) + 4;
  try {
    return countedByCollector(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  } catch (cause) {
    // RangeError or TypeError, as engines have it; of the arguments only the size can be at fault.
    throw new OutOfMemory(
      `${Math.ceil((pages * PAGE) / 2 ** 20)} MiB of memory are needed to compute on and not there. V8 reserves ` +
        '10 GB of addresses for each memory: under ulimit -v, start Node with --disable-wasm-trap-handler ' +
        '(NODE_OPTIONS); else a lower effort takes less',
      { cause },
    );
  }
}

/** Buffers that nobody touches, each as long as the memory that it stands for. */
const shadows = new WeakMap<WebAssembly.Memory, ArrayBuffer>();

/**
 * V8 leaves shared memories out when it decides whether to collect garbage: those of a thousand photos coded one after
 * the other would stay. It does count ArrayBuffers.
 */
function countedByCollector(memory: WebAssembly.Memory): WebAssembly.Memory {
  try {
    shadows.set(memory, new ArrayBuffer(memory.buffer.byteLength));
  } catch {
    // Uncounted, then.
  }
  return memory;
}

/** A kernel over `memory`. Throws WebAssembly.LinkError if the memory is too small for the kernel's constants. */
export function instantiateKernel(memory: WebAssembly.Memory, module = kernelModule()): Kernel {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { exports: instance.exports as unknown as KernelExports, memory };
}
