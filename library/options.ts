// What callers say: the input, what goes with it, and how to work; and what holds where they say nothing.

import type { CodingOptions, Model } from '../codec/model/model.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import type { MetadataKind } from '../container/container.ts';
import type { SourceForm } from '../container/source-form.ts';
import type { Limits } from './memory.ts';

/** Pixels as callers have them: one image unless `images` says otherwise. */
export type PixelsInput = Omit<Pixels, 'images'> & { readonly images?: number };

/** The file that an image came from. */
export interface Original {
  readonly bytes: Uint8Array;
  /** What a .vz file stores of its name (docs/FORMAT.md, names); by default nothing. */
  readonly name?: Uint8Array | null | undefined;
}

/** What goes with the pixels and is not one: PNG chunks (docs/FORMAT.md) or the note that they were an idx file. */
export interface Metadata {
  readonly kind: MetadataKind;
  readonly data: Uint8Array;
}

export const NO_METADATA: Metadata = { kind: 'none', data: new Uint8Array(0) };

/**
 * How to compute: on one thread a core where `threads` is not given, with as much memory as it takes where no limit is.
 * The bytes depend on none of it: what is beyond a limit is refused.
 */
export type WorkOptions = {
  readonly [Name in keyof CodingOptions]?: CodingOptions[Name] | undefined;
} & Limits;

export interface CompressOptions extends WorkOptions {
  /**
   * A model, or the name or id of one; null for none; by default the one made for such images, if there is any. Beside
   * a model that is named or chosen, alpha may be coded by one of grey images.
   */
  readonly model?: Model | string | null | undefined;
  /** Chooses among the models made for such images, from 1 (fast) to 9 (small), by default 6. */
  readonly effort?: number | undefined;
  /** Keeps the model's coding where it is larger than the input, too: for measurements. */
  readonly keepModel?: boolean | undefined;
  /** Stored as it is where no model makes the image smaller. Without it the samples are deflated then. */
  readonly original?: Original | undefined;
  readonly metadata?: Metadata | undefined;
  /** What is stored of the file's name where its pixels are coded (docs/FORMAT.md, names); by default nothing. */
  readonly name?: Uint8Array | null | undefined;
  /** What the file was like, where decoding writes it differently. */
  readonly form?: SourceForm | null | undefined;
  /** What makes the bytes of that file, or its form, again (docs/FORMAT.md, recipes). */
  readonly recipe?: Uint8Array | null | undefined;
  /** Whether the file is to hold a small picture of the image, if that is larger than 256 pixels, for `preview`. */
  readonly preview?: boolean | undefined;
  /** Whether to decode the file again and compare. */
  readonly verify?: boolean | undefined;
}

export interface DecompressOptions extends WorkOptions {
  /** The model, where the caller has it; by default the one whose id the file names is looked for. */
  readonly model?: Model | null | undefined;
}

/**
 * The same with the number of threads: where the caller names none, one a core. A page's own thread knows their number
 * by `navigator`, as Node does from version 21 on.
 */
export function codingOptions({ threads, spareMemory, onProgress, signal }: WorkOptions): CodingOptions {
  return { threads: threads ?? cores(), spareMemory, onProgress, signal };
}

function cores(): number {
  const { hardwareConcurrency } = globalThis.navigator ?? {};
  if (hardwareConcurrency) return hardwareConcurrency;
  // Not by an import, which bundlers for browsers would follow.
  const os = globalThis.process?.getBuiltinModule?.('node:os');
  return os?.availableParallelism() ?? 1;
}
