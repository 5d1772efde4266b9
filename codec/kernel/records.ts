// Records in the kernel's memory, by the layouts that the compiler gave them. A plan says what a record and all that it
// points to are to hold; the same plan tells how many bytes that takes and lays it out.

import type { Kernel } from './kernel.ts';
import { Layouts } from './layouts.ts';

export type LayoutName = keyof typeof Layouts;
export type FieldOf<Name extends LayoutName> = Extract<keyof (typeof Layouts)[Name]['fields'], string>;

/** Zeroed bytes that a field points to. */
export interface Room {
  readonly bytes: number;
}

/** Where a record is to be, and what its fields are to hold: numbers, or what they are to point to. */
export interface RecordPlan<Name extends LayoutName = LayoutName> {
  readonly layout: Name;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** A number; or room, values, or another record for the field to point to. */
export type FieldValue = number | Room | Float32Array | RecordPlan;

interface Field {
  readonly offset: number;
  readonly type: 'i32' | 'u32' | 'f32' | 'i64' | 'u64' | 'f64';
}

/** A plan of a record; fields that are not given are 0. */
export function plan<Name extends LayoutName>(
  layout: Name,
  fields: Partial<Readonly<Record<FieldOf<Name>, FieldValue>>>,
): RecordPlan<Name> {
  return { layout, fields: fields as Readonly<Record<string, FieldValue>> };
}

/** Room for so many bytes. */
export function room(bytes: number): Room {
  return { bytes };
}

/** Room for so many f32. */
export function floats(count: number): Room {
  return { bytes: 4 * count };
}

/** Parts begin on cache lines of their own. */
export const ALIGNMENT = 64;

/** Bytes of memory that a part of `bytes` bytes takes. */
export function alignedBytes(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Bytes of memory that a planned record takes, with all that it points to. */
export function plannedBytes({ layout, fields }: RecordPlan): number {
  const parts = Object.values(fields).reduce<number>((sum, value) => sum + partBytes(value), 0);
  return alignedBytes(Layouts[layout].bytes) + parts;
}

function partBytes(value: FieldValue): number {
  if (typeof value === 'number') return 0;
  if ('layout' in value) return plannedBytes(value);
  return alignedBytes(value instanceof Float32Array ? value.byteLength : value.bytes);
}

/** A record at an address of a kernel's memory. */
export class KernelRecord<Name extends LayoutName> {
  readonly kernel: Kernel;
  readonly address: number;
  readonly #fields: Readonly<Record<string, Field>>;
  readonly #view: DataView;

  constructor(kernel: Kernel, layout: Name, address: number) {
    this.kernel = kernel;
    this.address = address;
    this.#fields = Layouts[layout].fields;
    this.#view = new DataView(kernel.memory.buffer, address, Layouts[layout].bytes);
  }

  get(name: FieldOf<Name>): number {
    const { offset, type } = this.#fields[name];
    switch (type) {
      case 'f32':
        return this.#view.getFloat32(offset, true);
      case 'f64':
        return this.#view.getFloat64(offset, true);
      case 'i32':
        return this.#view.getInt32(offset, true);
      case 'u32':
        return this.#view.getUint32(offset, true);
      default:
        throw new RangeError(`${name} is of 64 bits`);
    }
  }

  set(name: FieldOf<Name>, value: number): void {
    const { offset, type } = this.#fields[name];
    if (type === 'f32') this.#view.setFloat32(offset, value, true);
    else if (type === 'f64') this.#view.setFloat64(offset, value, true);
    else if (type === 'i32' || type === 'u32') this.#view.setUint32(offset, value, true);
    else throw new RangeError(`${name} is of 64 bits`);
  }

  /** The record that a field points to. */
  record<Other extends LayoutName>(name: FieldOf<Name>, layout: Other): KernelRecord<Other> {
    return new KernelRecord(this.kernel, layout, this.get(name));
  }

  /** f32 that a field points to. */
  floats(name: FieldOf<Name>, length: number): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, this.get(name), length);
  }
}
