// Lays out the memory of a kernel: parts one after the other, each on cache lines of its own, so that threads which
// write to different parts do not hinder one another.

import type { Kernel } from './kernel.ts';
import { Layouts } from './layouts.ts';
import {
  alignedBytes,
  type FieldOf,
  type FieldValue,
  KernelRecord,
  type LayoutName,
  type RecordPlan,
} from './records.ts';

/** Hands out addresses on cache lines of their own, from the kernel's heap base upward; never takes any back. */
export class Arena {
  readonly #kernel: Kernel;
  readonly #limit: number;
  #next: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#next = alignedBytes(kernel.exports.heapBase());
    this.#limit = kernel.memory.buffer.byteLength;
  }

  /** The first address that nobody has been given. */
  get end(): number {
    return this.#next;
  }

  /** Address of `bytes` zeroed bytes, a multiple of 64. Throws RangeError when the memory is full. */
  allocate(bytes: number): number {
    const address = this.#next;
    this.#next += alignedBytes(bytes);
    if (this.#next > this.#limit)
      throw new RangeError(`kernel memory is full: ${bytes} bytes more are needed`);
    return address;
  }

  /** Address of a copy of the values. */
  place(values: Float32Array): number {
    const address = this.allocate(values.byteLength);
    new Float32Array(this.#kernel.memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Lays a planned record out, with all that it points to. */
  lay<Name extends LayoutName>({ layout, fields }: RecordPlan<Name>): KernelRecord<Name> {
    const record = new KernelRecord(this.#kernel, layout, this.allocate(Layouts[layout].bytes));
    for (const [name, value] of Object.entries(fields))
      record.set(name as FieldOf<Name>, this.#valueOf(value));
    return record;
  }

  #valueOf(value: FieldValue): number {
    if (typeof value === 'number') return value;
    if (value instanceof Float32Array) return this.place(value);
    return 'layout' in value ? this.lay(value).address : this.allocate(value.bytes);
  }
}
