// Fields of the kernel's records, for tests that look into its memory.
import { Layouts } from '../../../codec/kernel/layouts.ts';
import type { FieldOf, LayoutName } from '../../../codec/kernel/records.ts';

/** Names of a record's fields. */
export function fieldsOf(record: LayoutName): string[] {
  return Object.keys(Layouts[record].fields);
}

/** A field of 32 bits, unsigned. */
export function field<Name extends LayoutName>(
  memory: WebAssembly.Memory,
  record: Name,
  address: number,
  name: string & (FieldOf<Name> | string),
): number {
  const { offset } = (Layouts[record].fields as Record<string, { readonly offset: number }>)[name];
  return new DataView(memory.buffer).getUint32(address + offset, true);
}
