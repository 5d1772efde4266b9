// Typed arrays into a message's scratch memory and back, for one kernel call.

import type { Message } from '../ans/message.ts';

type Values = Uint8Array | Uint16Array | Float32Array;

/** Copies the arrays into the message's scratch memory; their addresses, in order. */
export function place(message: Message, ...arrays: Values[]): number[] {
  let bytes = 0;
  for (const array of arrays) bytes += aligned(array.byteLength);
  let at = message.scratch(bytes);
  const addresses: number[] = [];
  for (const array of arrays) {
    addresses.push(at);
    message.memory.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return addresses;
}

function aligned(bytes: number): number {
  return (bytes + 15) & ~15;
}

/** Fills `array` with what lies at `address` now. */
export function take<A extends Values>(message: Message, address: number, array: A): A {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  bytes.set(message.memory.subarray(address, address + bytes.length));
  return array;
}
