// What a page and its worker say to each other (worker.ts, worker-thread.ts): a call, perhaps
// its end; progress, then an answer.

import { type ErrorCode, VaezipError } from '../codec/error.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import type { Compressed } from './compress.ts';
import type { CompressOptions, DecompressOptions, PixelsInput } from './options.ts';
import type { Region } from './region.ts';
import type { Expected } from './verify.ts';

/** Options that can be sent: models by name or id, for a model lives in the thread that loaded it. */
export type SentOptions<Options> = Omit<Options, 'model' | 'onProgress' | 'signal'>;
type ByName = { readonly model?: string | null | undefined };

/** What can be called, by its arguments, and its value. */
export interface Calls {
  compress: [args: [PixelsInput, SentOptions<CompressOptions> & ByName], value: Compressed];
  decompress: [args: [Uint8Array, SentOptions<DecompressOptions>], value: Pixels];
  decodeRegion: [args: [Uint8Array | Blob, Region, SentOptions<DecompressOptions>], value: Pixels];
  verify: [args: [Uint8Array, Expected, SentOptions<DecompressOptions>], value: number];
  loadModel: [args: [string, Uint8Array], value: { readonly name: string; readonly id: string }];
}

export type Call = {
  [Name in keyof Calls]: { readonly id: number; readonly name: Name; readonly args: Calls[Name][0] };
}[keyof Calls];

/** A call, or the wish to end one. */
export type Request = Call | { readonly id: number; readonly name: 'abort' };

/** How far a call is, or what became of it. */
export type Answer =
  | { readonly id: number; readonly kind: 'progress'; readonly share: number }
  | { readonly id: number; readonly kind: 'value'; readonly value: Calls[keyof Calls][1] }
  | { readonly id: number; readonly kind: 'error'; readonly error: SentError };

/** Structured clones of errors lose their class and code. */
export interface SentError {
  readonly code: ErrorCode | null;
  readonly message: string;
}

export function sentError(error: unknown): SentError {
  const code = error instanceof VaezipError ? error.code : null;
  return { code, message: error instanceof Error ? error.message : String(error) };
}

export function receivedError({ code, message }: SentError): Error {
  return code === null ? new Error(message) : new VaezipError(code, message);
}
