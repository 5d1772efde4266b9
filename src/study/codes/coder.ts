// Images of bits on disk by codes that are functions of them: the code by its prior, then the pixels by what the
// decoder makes of the code. No bits come back, and no initial bits are needed: an image has no other code.

import type { Codec } from '../../../codec/ans/codec.ts';
import { Message } from '../../../codec/ans/message.ts';
import { bernoullis } from '../../../codec/distributions/bernoulli-vector.ts';
import { Arena } from '../../../codec/kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../../../codec/kernel/kernel.ts';
import { Engine, engineBytes } from '../../../codec/network/engine.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import type { Random } from '../../train/run/random.ts';
import { randomStream } from '../coding/random-stream.ts';
import { mlpInEngine } from '../mlp/engine.ts';
import type { Mlp } from '../mlp/shapes.ts';

const WORKING_BYTES = 2 ** 21;
/** Of random words, those that an image is given. */
const MOST_WORDS = 40;

/** A kind of code: its prior, and the numbers that the decoder has of one. */
export interface Code {
  readonly prior: Codec<Uint16Array>;
  numbers(code: Uint16Array): Float32Array;
}

/** How images are coded, encoder apart: its side needs no exactness. */
export interface CodedModel {
  readonly decoder: Mlp;
  readonly tensors: NamedArrays;
  /** Of all tensors that decoder and code need. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Called once an engine. */
  code(engine: Engine): Code;
}

/** Bits of all images together. */
export interface CodedOnDisk {
  readonly codes: number;
  readonly pixels: number;
  /** What the message grew by: the sum of both. */
  readonly net: number;
  /** All of the message. */
  readonly file: number;
}

/** Codes images of bits, each by its code, reads the bytes back and throws where another image or code comes out. */
export function codeByCodes(
  model: CodedModel,
  images: readonly Uint8Array[],
  codes: readonly Uint16Array[],
): CodedOnDisk {
  const written = open(model);
  const message = Message.create(written.engine.kernel, written.arena);
  const bits = { codes: 0, pixels: 0 };
  const pushed = (push: () => void): number => {
    const before = message.netBits;
    push();
    return message.netBits - before;
  };
  for (let i = images.length - 1; i >= 0; i--) {
    bits.pixels += pushed(() => written.pixels(codes[i]).push(message, images[i]));
    bits.codes += pushed(() => written.prior.push(message, codes[i]));
  }
  const net = message.netBits;
  const file = message.toBytes();

  const read = open(model);
  const received = Message.fromBytes(read.engine.kernel, read.arena, file);
  for (const [i, image] of images.entries()) {
    const code = read.prior.pop(received);
    const back = read.pixels(code).pop(received);
    if (!same(code, codes[i]) || !same(back, image)) throw new Error(`image ${i} comes back changed`);
  }
  received.assertRestored();
  return { ...bits, net, file: 8 * file.length };
}

/** Images that random bits decode to: samples of the model. */
export function decodeRandomCodes(model: CodedModel, count: number, random: Random): Uint8Array[] {
  const { arena, engine, prior, pixels } = open(model);
  const message = Message.fromBytes(engine.kernel, arena, randomStream(count * MOST_WORDS, random));
  return Array.from({ length: count }, () => pixels(prior.pop(message)).pop(message));
}

/** The decoder's logits of each code. */
export function logitsOfCodes(model: CodedModel, codes: readonly Uint16Array[]): Float32Array[] {
  const { logits } = open(model);
  return codes.map(logits);
}

function open({ decoder, tensors, shapes, code }: CodedModel) {
  const kernel = instantiateKernel(kernelMemory(engineBytes(shapes) + WORKING_BYTES));
  const arena = new Arena(kernel);
  const engine = new Engine(kernel, arena, tensors, shapes, 'the weights of the study');
  const { prior, numbers } = code(engine);
  const decode = mlpInEngine(engine, decoder);
  const logits = (value: Uint16Array): Float32Array => decode(numbers(value));
  return { arena, engine, prior, logits, pixels: (value: Uint16Array) => bernoullis(logits(value)) };
}

function same(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
}
