// What became of an input, in one form for every command: what --json prints, and what tables and the summary are of.
import type { BitsPerDim } from '../../../library/index.ts';
import type { KnownModel } from '../../../models/models.ts';

/**
 * `done`: its result is there. `kept`: it is there, too, and holds the file as it was. `skipped`: the result was there,
 * whole and of this input. `left out`: nothing for this command, met in a folder. `planned`: what a dry run would do.
 */
export type Status = 'done' | 'kept' | 'skipped' | 'left out' | 'failed' | 'planned';

/** Why files met in folders are left out by their content. */
export const NO_IMAGE = 'no image';
export const NO_VZ_FILE = 'no .vz file';

/** One object of --json: every command's has all keys, null where there is nothing to say. */
export interface Entry {
  readonly input: string;
  readonly output: string | null;
  readonly status: Status;
  /** Why it was kept or left out, or what is wrong. */
  readonly reason: string | null;
  readonly inputBytes: number | null;
  readonly outputBytes: number | null;
  /** What the .vz file holds. */
  readonly kind: 'image' | 'kept' | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly images: number | null;
  readonly channels: number | null;
  readonly bitDepth: number | null;
  readonly dims: number | null;
  readonly model: {
    readonly name: string | null;
    readonly id: string;
    readonly efforts: KnownModel['efforts'];
  } | null;
  readonly bitsPerDim: BitsPerDim | null;
  /** What the input file of a coded image was, as in 'png' or 'tiff'. */
  readonly format: string | null;
  /** Of the metadata in the .vz file, the PNG chunks' types. */
  readonly metadata: { readonly kind: string; readonly chunks: readonly string[] } | null;
  /** What decoding writes in another way than the input had it; the pixels are the same. */
  readonly changes: readonly string[];
  /** Whether decoding gives the input file's own bytes. */
  readonly identical: boolean | null;
  /** Bytes of the preview in it; null where there is none. */
  readonly previewBytes: number | null;
  /** Bytes of the .vz file's groups. */
  readonly groups: readonly number[];
  readonly seconds: {
    readonly encode: number | null;
    readonly decode: number | null;
    readonly verify: number | null;
  };
  /** Whether the result was read again from where it was written and gives the input. */
  readonly verified: boolean;
  /** Of a dry run: what the work would take, memory in bytes. */
  readonly estimate: { readonly seconds: number | null; readonly memory: number | null } | null;
}

/** What is known of an input beside its name. */
export type Facts = Partial<Omit<Entry, 'input'>> & Pick<Entry, 'status'>;

/** All keys, in their order. */
export function entryOf(input: string, { status, ...facts }: Facts): Entry {
  return {
    ...{ input, output: null, status, reason: null, inputBytes: null, outputBytes: null, kind: null },
    ...{ width: null, height: null, images: null, channels: null, bitDepth: null, dims: null },
    ...{
      model: null,
      bitsPerDim: null,
      format: null,
      metadata: null,
      changes: [],
      identical: null,
      previewBytes: null,
      groups: [],
    },
    ...{ seconds: { encode: null, decode: null, verify: null }, verified: false, estimate: null },
    ...facts,
  };
}
