// Typed arrays into a message's scratch memory and back, for one kernel call.

import type { Message } from '../ans/message.ts';

/** Copies the arrays into the message's scratch memory; their addresses, in order. */
export function place(message: Message, ...arrays: (Uint8Array | Uint16Array | Float32Array)[]): number[] {
  const aligned = (bytes: number) => (bytes + 15) & ~15;
  let at = message.scratch(arrays.reduce((sum, array) => sum + aligned(array.byteLength), 0));
  return arrays.map((array) => {
    const address = at;
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(message.kernel.memory.buffer, address, bytes.length).set(bytes);
    at += aligned(bytes.length);
    return address;
  });
}

/** Fills `array` with what lies at `address` now. */
export function take<A extends Uint8Array | Uint16Array | Float32Array>(
  message: Message,
  address: number,
  array: A,
): A {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  bytes.set(new Uint8Array(message.kernel.memory.buffer, address, bytes.length));
  return array;
}
