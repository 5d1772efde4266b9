// Images coded by bits back one after the other, on one message: the first image's posterior pops seed words, those of
// the others pop what the images before them pushed. What a decoder believes of a stream is bounded here as well.

import type { Codec } from '../ans/codec.ts';
import { Message } from '../ans/message.ts';
import { VaezipError } from '../error.ts';
import type { Arena } from '../kernel/arena.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Coded, CodingOptions, Decoded, Encoded, Measured, Session } from '../model/model.ts';
import { checkSides } from '../model/sides.ts';
import type { Samples, Shape } from '../pixels/pixels.ts';
import type { Tally } from './tally.ts';

/** A model of images in kernel memory of its own, ready to code them. */
export interface StartedChain {
  readonly kernel: Kernel;
  readonly arena: Arena;
  /** Codes an image by bits back; pushes are added to `tally`. */
  codec(message: Message, tally: Tally): Codec<Uint8Array>;
  /** Bits that each sample of the image that was pushed last took, in raster order. */
  sampleCosts(): Float32Array;
}

/** A model and its message, which serve one session after the other. */
interface Bench extends StartedChain {
  readonly message: Message;
}

/** What a family says of its images, all of one shape. */
export interface ImageChain {
  /** Names them in errors, such as 'binary images'. */
  readonly images: string;
  /** Samples an image. */
  readonly size: number;
  /** Most samples that a bit can stand for, by what the likeliest sample costs. */
  readonly samplesPerBit: number;
  start(): StartedChain;
}

/**
 * The state of an empty message ends in 32 zeros, which would choose the first latents: always the least likely ones.
 * Popping them as one symbol puts a seed word there; the decoder pushes it back at the end.
 */
const FIRST_WORD_BITS = 32;
/** Images coded between two looks at the clock. */
const IMAGES_A_LOOK = 50;
/** Milliseconds after which others get a turn: a timer takes as long as a group of digits in an archive. */
const TURN_MILLISECONDS = 30;
/** Words of the message in the kernel's memory at a time: many images' worth. */
const WINDOW_WORDS = 1 << 14;
/**
 * Bits back may give more than an image costs, but s bits in all only with probability 2^-s: the expectation of
 * p(x, z) / q(z | x) is at most 1 (Ville's inequality). A message that shows more is none of this encoder's.
 */
const LUCK_WORDS = 256;

/** Of each chain what its last session left: to set up memory and weights takes longer than to code a few images. */
const spares = new WeakMap<ImageChain, Bench>();

function takeBench(chain: ImageChain): Bench {
  const spare = spares.get(chain);
  spares.delete(chain);
  if (spare) return spare;
  const started = chain.start();
  return { ...started, message: Message.create(started.kernel, started.arena, WINDOW_WORDS) };
}

export function chainSession(chain: ImageChain, shape: Shape, options: CodingOptions): Session {
  const { images } = shape;
  return {
    encode: (samples) => encode(chain, samples, images, options),
    measure: (samples) => measure(chain, samples, shape, options),
    decode: (coded) => decode(chain, coded, images, options),
  };
}

/** Told of each image what its samples took, and what it took in all. */
type Keep = (image: number, samples: Float32Array, all: number) => void;

/** The latents of an image are those of one tile, which is all of it. */
async function measure(
  chain: ImageChain,
  samples: Samples,
  { images, width, height }: Shape,
  options: CodingOptions,
): Promise<Measured> {
  const costs = new Float32Array(samples.length);
  const bits = new Float32Array(images);
  const encoded = await encode(chain, samples, images, options, (image, ofSamples, all) => {
    costs.set(ofSamples, image * chain.size);
    bits[image] = all - ofSamples.reduce((sum, cost) => sum + cost, 0);
  });
  const tiles = { x: [0, width], rows: [{ from: 0, to: height }], bits };
  return { ...encoded, costs: { samples: costs, tiles, beside: 0 } };
}

async function encode(
  chain: ImageChain,
  samples: Samples,
  images: number,
  options: CodingOptions,
  keep?: Keep,
): Promise<Encoded> {
  const { size } = chain;
  const bench = takeBench(chain);
  const { message, sampleCosts } = bench;
  message.clear();
  message.pop(0, 1, FIRST_WORD_BITS);
  const before = message.netBits;
  const tally: Tally = { likelihood: 0, kl: 0 };
  const codec = bench.codec(message, tally);
  const turns = new Turns(options);
  let longest = 0;
  for (let n = images - 1; n >= 0; n--) {
    const reached = message.netBits;
    codec.push(message, bytesOf(samples, n * size, size));
    keep?.(n, sampleCosts(), message.netBits - reached);
    longest = Math.max(longest, message.length);
    if (!canHold(chain, message, images - n))
      throw new VaezipError('too-large', 'the images take fewer bits than a decoder believes');
    if (n % IMAGES_A_LOOK === 0) await turns.take(1 - n / images);
  }
  if (longest > message.length + LUCK_WORDS)
    throw new VaezipError('too-large', 'the message shrinks more than a decoder believes');
  const net = message.netBits - before;
  const bytes = message.toBytes();
  spares.set(chain, bench);
  return {
    sides: {},
    groups: [bytes],
    lengths: { ...tally, net, initial: message.bits - net },
  };
}

async function decode(
  chain: ImageChain,
  { sides, groups }: Coded,
  images: number,
  options: CodingOptions,
): Promise<Decoded> {
  const { size } = chain;
  checkSides(sides);
  if (groups.length !== 1) {
    throw new VaezipError(
      'bad-file',
      `${chain.images} have 1 group, not ${groups.length}: the file is damaged`,
    );
  }
  const bench = takeBench(chain);
  const { message } = bench;
  message.read(groups[0]);
  if (!canHold(chain, message, images))
    throw new VaezipError(
      'bad-file',
      `${groups[0].length} bytes cannot hold ${images} images: the file is damaged`,
    );
  const longest = message.length + LUCK_WORDS;
  const codec = bench.codec(message, { likelihood: 0, kl: 0 });
  const turns = new Turns(options);
  const data = new Uint8Array(images * size);
  for (let n = 0; n < images; n++) {
    data.set(codec.pop(message), n * size);
    // A message that an encoder wrote never runs dry, nor does it grow without end.
    if (message.length > longest)
      throw new VaezipError('bad-file', 'the stream grows while it is read: the file is damaged');
    if (message.seeds > 0 || !canHold(chain, message, images - 1 - n))
      throw new VaezipError('bad-file', 'the images end too early: the file is damaged');
    if (n % IMAGES_A_LOOK === 0) await turns.take(n / images);
  }
  message.push(0, 1, FIRST_WORD_BITS);
  message.assertRestored();
  spares.set(chain, bench);
  return { samples: data, start: null };
}

/** Whether a message may hold so many images; an encoder's always does. */
function canHold({ size, samplesPerBit }: ImageChain, { length }: Message, images: number): boolean {
  return images * size <= samplesPerBit * 32 * (length + 1 + LUCK_WORDS);
}

/** Samples of one image; those of 8 bits lie there already. */
function bytesOf(samples: Samples, from: number, size: number): Uint8Array {
  const part = samples.subarray(from, from + size);
  return part instanceof Uint8Array ? part : Uint8Array.from(part);
}

/** Lets others have a turn of the event loop now and then: progress bars, signals. */
class Turns {
  readonly #options: CodingOptions;
  #last = performance.now();

  constructor(options: CodingOptions) {
    this.#options = options;
  }

  /** Throws the reason of a signal that is raised. */
  async take(share: number): Promise<void> {
    const { onProgress, signal } = this.#options;
    onProgress?.(share);
    if (performance.now() - this.#last > TURN_MILLISECONDS) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#last = performance.now();
    }
    signal?.throwIfAborted();
  }
}
