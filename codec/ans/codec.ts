// The one interface of the coder: everything that can be put on a message and taken off again.

import type { Message } from './message.ts';

/**
 * Pushes values onto a message and pops them back: pop after push restores the value and the message, and push after
 * pop restores the message (which is what lets bits back sample by popping).
 */
export interface Codec<T> {
  push(message: Message, value: T): void;
  pop(message: Message): T;
}
