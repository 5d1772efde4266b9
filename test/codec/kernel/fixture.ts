// One kernel for all tests of a file; each call lays out its memory anew, so only the newest message or table lives.
import { Message } from '../../../codec/ans/message.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';

export const kernel = instantiateKernel(kernelMemory(32 << 20));

/** The kernel's memory from its start: forget whatever lay there. */
export function freshArena(): Arena {
  return new Arena(kernel);
}

export function emptyMessage(capacity?: number, arena = freshArena()): Message {
  return Message.create(kernel, arena, capacity);
}

/** Everything that a message is, for toEqual. */
export function snapshot(message: Message) {
  return { state: message.state, words: [...message.words()], seeds: message.seeds };
}

/** A message with something on it: `words` words of uniform symbols. */
export function filledMessage(words: number, capacity?: number, arena = freshArena()): Message {
  const message = emptyMessage(capacity, arena);
  for (let i = 0; i < words; i++) message.push(Math.imul(i + 1, 0x9e3779b1) >>> 0, 1, 32);
  return message;
}

/** Uniform numbers in [0, 1) from a seed (mulberry32), the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
