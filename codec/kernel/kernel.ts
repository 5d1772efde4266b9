// One instance of the WebAssembly kernel over a memory of its own, or over one that it shares with other threads.
// Callers lay out the memory with `Arena` and pass addresses; the kernel allocates nothing.

import { VaezipError } from '../error.ts';
import { KERNEL_BASE64 } from './binary.ts';

/** The kernel's functions; addresses and counts are numbers. */
export interface KernelExports {
  heapBase(): number;
  seedWord(n: number): number;
  push(message: number, start: number, frequency: number, precision: number): void;
  peek(message: number, precision: number): number;
  pop(message: number, start: number, frequency: number, precision: number): void;
  pushManyForward(message: number, intervals: number, count: number, precision: number): void;
  pushManyReverse(message: number, intervals: number, count: number, precision: number): void;
  popMany(message: number, intervals: number, count: number, precision: number): void;
  staticStart(job: number): void;
  staticRun(job: number): void;
  staticExport(job: number): void;
  staticLikelihood(job: number): number;
  staticKl(job: number): number;
  learningStart(job: number): void;
  learningRun(job: number): void;
  learningLikelihood(job: number): number;
  exp64(x: number): number;
  log64(x: number): number;
  log2of(x: number): number;
  normalCdf(x: number): number;
  normalQuantile(p: number): number;
  gaussianCumulative(index: number, mu: number, sigma: number, binsLog2: number): number;
  gaussianPush(message: number, index: number, mu: number, sigma: number, binsLog2: number): void;
  gaussianPop(message: number, mu: number, sigma: number, binsLog2: number): number;
  gaussianCentre(index: number, binsLog2: number): number;
  gaussianLog2Density(z: number, mu: number, sigma: number): number;
  gaussianVectorPush(
    message: number,
    bins: number,
    binMean: number,
    binScale: number,
    mu: number,
    sigma: number,
    count: number,
    binsLog2: number,
  ): void;
  gaussianVectorPop(
    message: number,
    bins: number,
    binMean: number,
    binScale: number,
    mu: number,
    sigma: number,
    count: number,
    binsLog2: number,
  ): void;
  gaussianVectorCentres(
    values: number,
    bins: number,
    binMean: number,
    binScale: number,
    count: number,
    binsLog2: number,
  ): void;
  gaussianVectorLog2Density(values: number, mu: number, sigma: number, count: number): number;
  uniformVectorPush(message: number, symbols: number, count: number, precision: number): void;
  uniformVectorPop(message: number, symbols: number, count: number, precision: number): void;
  uniformStart(index: number, size: number): number;
  uniformFind(position: number, size: number): number;
  bernoulliFrequency(probability: number): number;
  categoricalTable(weights: number, count: number, table: number): void;
  logisticCumulative(
    parameters: number,
    components: number,
    depth: number,
    value: number,
    scratch: number,
  ): number;
  logisticVectorPush(
    message: number,
    values: number,
    parameters: number,
    count: number,
    components: number,
    depth: number,
    scratch: number,
  ): void;
  logisticVectorPop(
    message: number,
    values: number,
    parameters: number,
    count: number,
    components: number,
    depth: number,
    scratch: number,
  ): void;
  logisticVectorLog2Probability(
    values: number,
    parameters: number,
    count: number,
    components: number,
    depth: number,
    scratch: number,
  ): number;
  mixtureSet(mixture: number, outputs: number, centre: number, scale: number): void;
  mixtureCumulative(mixture: number, level: number): number;
  mixtureFind(mixture: number, position: number): number;
  mixtureProbability(mixture: number, level: number): number;
  mixtureGradient(mixture: number, level: number, scale: number, share: number, gradients: number): number;
  learnerForward(learner: number, outputs: number): void;
  learnerBackward(learner: number): void;
  learnerLearn(learner: number): void;
  networkDense(
    out: number,
    x: number,
    rows: number,
    inputs: number,
    weights: number,
    bias: number,
    outputs: number,
  ): void;
  networkConvolution(
    out: number,
    padded: number,
    height: number,
    width: number,
    channels: number,
    weights: number,
    bias: number,
    outputs: number,
  ): void;
  networkPad(padded: number, x: number, height: number, width: number, channels: number): void;
  networkElu(x: number, length: number): void;
  networkExp(x: number, length: number): void;
  digitsIntervals(job: number, intervals: number): number;
  digitsPop(job: number, message: number): void;
}

export interface Kernel {
  readonly exports: KernelExports;
  readonly memory: WebAssembly.Memory;
}

const PAGE = 65536;
let compiled: WebAssembly.Module | undefined;

/** The compiled kernel; compiled once per thread. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(KERNEL_BASE64), (c) => c.charCodeAt(0)));
  return compiled;
}

/**
 * Memory of at least `bytes` bytes beyond the kernel's own constants, shareable between threads.
 * @throws VaezipError 'too-large' where there is not so much, or WebAssembly cannot hold it.
 */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE) + 4;
  try {
    return countedByCollector(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  } catch (cause) {
    // RangeError or TypeError, as engines have it; of the arguments only the size can be at fault.
    const mebibytes = Math.ceil((pages * PAGE) / 2 ** 20);
    throw new VaezipError(
      'too-large',
      `${mebibytes} MiB of memory are needed to compute on: more than there is, or than the 4096 MiB of WebAssembly`,
      { cause },
    );
  }
}

/** Buffers that nobody touches, so that they take no memory; each lives as long as the memory of its size. */
const weights = new WeakMap<WebAssembly.Memory, ArrayBuffer>();

/**
 * V8 leaves shared memories out when it decides whether to collect garbage: those of a thousand photos coded one after
 * the other would stay. It does count ArrayBuffers.
 */
function countedByCollector(memory: WebAssembly.Memory): WebAssembly.Memory {
  try {
    weights.set(memory, new ArrayBuffer(memory.buffer.byteLength));
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

/** Hands out 16-byte aligned addresses, from the kernel's heap base upward; never takes any back. */
export class Arena {
  #next: number;
  readonly #end: number;

  constructor(kernel: Kernel) {
    this.#next = (kernel.exports.heapBase() + 63) & ~63;
    this.#end = kernel.memory.buffer.byteLength;
  }

  /** Address of `bytes` zeroed bytes on a cache line of their own. Throws RangeError when the memory is full. */
  allocate(bytes: number): number {
    const address = this.#next;
    this.#next += (bytes + 63) & ~63;
    if (this.#next > this.#end) throw new RangeError(`kernel memory is full: ${bytes} bytes more are needed`);
    return address;
  }
}
