// Codecs out of codecs. Each pops in the order in which it lists its parts, and therefore pushes in the reverse.

import type { Codec } from '../ans/codec.ts';
import { VaezipError } from '../error.ts';

/** A tuple of values, one of each codec. */
export function sequence<T extends readonly unknown[]>(
  ...codecs: { readonly [K in keyof T]: Codec<T[K]> }
): Codec<T> {
  const parts: readonly Codec<unknown>[] = codecs;
  return {
    push(message, values) {
      for (let i = parts.length - 1; i >= 0; i--) parts[i].push(message, values[i]);
    },
    pop(message) {
      return parts.map((codec) => codec.pop(message)) as unknown as T;
    },
  };
}

/** Exactly `length` values of one codec: an array of symbols, or a chain of images that pays initial bits once. */
export function chain<T>(codec: Codec<T>, length: number): Codec<T[]> {
  return {
    push(message, values) {
      if (values.length !== length)
        throw new VaezipError('bad-argument', `a chain of ${length} values cannot hold ${values.length}`);
      for (let i = length - 1; i >= 0; i--) codec.push(message, values[i]);
    },
    pop(message) {
      return Array.from({ length }, () => codec.pop(message));
    },
  };
}

/** A value, then one whose codec depends on it: p(a, b) = p(a) p(b | a). */
export function dependent<A, B>(first: Codec<A>, second: (a: A) => Codec<B>): Codec<[A, B]> {
  return {
    push(message, [a, b]) {
      second(a).push(message, b);
      first.push(message, a);
    },
    pop(message) {
      const a = first.pop(message);
      return [a, second(a).pop(message)];
    },
  };
}

/** The same values in another form; `toInner` and `toOuter` undo each other. */
export function mapped<Outer, Inner>(
  codec: Codec<Inner>,
  toInner: (value: Outer) => Inner,
  toOuter: (value: Inner) => Outer,
): Codec<Outer> {
  return {
    push(message, value) {
      codec.push(message, toInner(value));
    },
    pop(message) {
      return toOuter(codec.pop(message));
    },
  };
}
