// Where the fields of the kernel's records lie, read off the classes themselves: every field takes 32 bits, in their order.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = {
  Job: 'codec/planes/learning/assembly/job.ts',
  Plane: 'codec/planes/learning/assembly/job.ts',
  Learner: 'codec/network/assembly/learner.ts',
  LeastSquares: 'codec/planes/context/assembly/least-squares.ts',
  Similar: 'codec/planes/context/assembly/similar.ts',
};

/** Names of a record's fields. */
export function fieldsOf(record: keyof typeof SOURCES): string[] {
  const source = readFileSync(
    fileURLToPath(new URL(`../../../../${SOURCES[record]}`, import.meta.url)),
    'utf8',
  );
  const [, body] = source.split(new RegExp(`export class ${record} \\{\\n`));
  return [...body.slice(0, body.indexOf('\n}')).matchAll(/^ {2}(\w+): \w+;/gm)].map(([, name]) => name);
}

/** The value of a field, as an unsigned integer: a count, or an address. */
export function field(
  memory: WebAssembly.Memory,
  record: keyof typeof SOURCES,
  address: number,
  name: string,
): number {
  const index = fieldsOf(record).indexOf(name);
  if (index < 0) throw new RangeError(`${record} has no field ${name}`);
  return new Uint32Array(memory.buffer, address, index + 1)[index];
}
