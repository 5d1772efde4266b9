// What every kind of model meets: a family reads weights and makes a model, a model opens a session for images of one
// shape, a session turns samples into what a file holds of them and back.

import type { Safetensors } from '../network/safetensors.ts';
import type { Pixels, Samples, Shape } from '../pixels/pixels.ts';

/** A kind of models, which have the code in common and differ in their weights and sizes. */
export interface Family {
  /** The key `format` of its weights' metadata. */
  readonly name: string;
  /**
   * How well models of this kind suit such an image, by a cheap look at it, from 0 (not at all) to 1. The look may be
   * at the shape alone: samples are not there when a job is planned. Where kinds suit it alike, they are tried.
   */
  score(shape: Shape, pixels?: Pixels): number;
  /** Throws VaezipError 'bad-file' for what are no weights of this kind. */
  load(name: string, id: string, weights: Safetensors): Model;
}

/** A trained model. */
export interface Model {
  readonly name: string;
  /** SHA-256 of the weights' file, in hexadecimal digits. */
  readonly id: string;
  /** Whether it codes alpha with the colours; else it never sees alpha, which the library codes beside it. */
  readonly codesAlpha?: boolean;
  /** Whether its sessions know `EncodeOptions.start`. */
  readonly takesStart?: boolean;
  /** Whether the model can represent images of this shape. */
  accepts(shape: Shape): boolean;
  /**
   * Bytes that a session takes at most, beside samples and streams as the caller has them: of the kernel's memory, and
   * copies. `fileBytes`: of the streams, at most. With `CodingOptions.spareMemory` it may take so much more.
   */
  memory(shape: Shape, direction: Direction, fileBytes: number): number;
  /**
   * Of models whose groups can be decoded one by one: the rows that each stands for, from the top, all of them. Such
   * models' sessions have `decodeRows` and `salvage`.
   */
  groupRows?(shape: Shape): readonly Rows[];
  /** Ready to code images of a shape that it accepts. */
  open(shape: Shape, options: CodingOptions): Session;
}

/**
 * A way through the samples: bit 0 from right to left, bit 1 from the bottom up, bit 2, in colour alone, blue before
 * red. 0 is the usual one.
 */
export type Scan = number;

/** What a session is there for: to measure is to encode and to keep what each sample costs. */
export type Direction = 'encode' | 'measure' | 'decode';

/** A model at work on images of one shape. */
export interface Session {
  /** Throws VaezipError 'too-large' where the image outgrows the room for it, or memory. */
  encode(samples: Samples, options?: EncodeOptions): Promise<Encoded>;
  /** As `encode`, to the same streams, and tells what each sample costs: of models that can. */
  measure?(samples: Samples, options?: EncodeOptions): Promise<Measured>;
  /** Throws VaezipError 'bad-file' for what cannot come from `encode` of such a shape. */
  decode(coded: Coded): Promise<Decoded>;
  /**
   * The samples of some rows, by the groups that these lie in; others may be null.
   * @throws VaezipError as `decode`.
   */
  decodeRows?(coded: Damaged, rows: Rows): Promise<Samples>;
  /**
   * What can be decoded where some groups are damaged.
   * @throws VaezipError 'bad-file' where nothing can.
   */
  salvage?(damaged: Damaged): Promise<Salvaged>;
}

/** What the streams depend on beside the samples. */
export interface EncodeOptions {
  /** Only models of planes, without tiles, know other scans than the usual one. */
  readonly scan?: Scan | undefined;
  /**
   * What the last stream of the first group is to start from beyond 2^32, START_BITS bits (ans/message.ts), by models
   * that take it: a decoder learns it without cost. By default nothing.
   */
  readonly start?: number | null | undefined;
}

export interface Decoded {
  readonly samples: Samples;
  /** What the encoder was told to start from; null where it was not. */
  readonly start: number | null;
}

/** What a file holds of an image, null in place of groups that are damaged, or not asked for. */
export interface Damaged extends Omit<Coded, 'groups'> {
  readonly groups: readonly (Uint8Array | null)[];
}

/** Samples, of which some rows could not be decoded: what stands there is nothing. */
export interface Salvaged {
  readonly samples: Samples;
  readonly lost: readonly Rows[];
}

/** Rows of an image, from the first one to before the last. */
export interface Rows {
  readonly from: number;
  readonly to: number;
}

/** How to compute; the bytes depend on none of it. */
export interface CodingOptions {
  /** Threads to compute on, at least 1. */
  readonly threads: number;
  /**
   * Bytes that may be taken beside those that `Model.memory` says, to work on several groups at once; as many as
   * threads can use where it is not given.
   */
  readonly spareMemory?: number | undefined;
  /** Called now and then with the share of the work done, 0..1. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Ends the work with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What a file holds of an image. */
export interface Coded {
  /** What is to be read before the groups, by its name. */
  readonly sides: Sides;
  /** At least one; of several, each has a checksum of its own. */
  readonly groups: readonly Uint8Array[];
  /** Whether the last stream of the first group has a start of its own, which decoding tells. */
  readonly hasStart?: boolean | undefined;
}

/** The scan, tables of transforms (planes/transforms/), and the alpha channel (plain/alpha-plane.ts). */
export type Sides = Readonly<Partial<Record<'scan' | 'levels' | 'depth' | 'alpha', Uint8Array>>>;

export interface Encoded extends Coded {
  readonly lengths: CodeLengths;
}

export interface Measured extends Encoded {
  readonly costs: Costs;
}

/**
 * What each symbol took of the messages, in bits, by the integer frequencies that are coded with:
 * -log2(frequency / 2^precision). All together they are `CodeLengths.net`, but for what the coder's state is rounded.
 */
export interface Costs {
  /** Of each sample, in the order of the samples that the model sees. */
  readonly samples: Float32Array;
  /** Of the latents, in models that have some a tile or an image; null in others. */
  readonly tiles: TileCosts | null;
  /** Of what is coded beside the samples: tables of transforms, the alpha channel. */
  readonly beside: number;
}

/**
 * What the latents of each tile took: what they cost by their prior, less what choosing them has given back; KL on
 * average. Tiles lie between the columns `x[i]` and `x[i + 1]`, in each of `rows`; other pixels have none.
 */
export interface TileCosts {
  readonly x: readonly number[];
  /** Of each row of tiles, from the top. */
  readonly rows: readonly Rows[];
  /** images * rows.length * (x.length - 1) numbers, in bits. Single ones may be below 0. */
  readonly bits: Float32Array;
}

/** What coding cost, in bits. -ELBO is likelihood + kl; what the files' bytes cost beyond net is the container's. */
export interface CodeLengths {
  /** -log2 p(x|z) of the real-valued model at the latents drawn. */
  readonly likelihood: number;
  /** log2 q(z|x) - log2 p(z) of the real-valued model at the latents drawn. */
  readonly kl: number;
  /** Bits the messages grew by: final minus initial (seed words and empty states). */
  readonly net: number;
  /** Seeded initial bits and empty states: in the file, but not in net. */
  readonly initial: number;
}
