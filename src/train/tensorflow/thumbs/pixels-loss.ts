// -log2 of the likelihood of images' pixels, with its gradient, by the codec's own kernel: the networks of pixels are
// so small and their mixtures so many that TensorFlow.js would take several times as long.

import * as tf from '@tensorflow/tfjs-core';
import { Arena } from '../../../../codec/kernel/arena.ts';
import { instantiateKernel, type Kernel, kernelMemory } from '../../../../codec/kernel/kernel.ts';
import { Constants } from '../../../../codec/kernel/layouts.ts';
import type { KernelRecord } from '../../../../codec/kernel/records.ts';
import { plan, room } from '../../../../codec/kernel/records.ts';
import { type CHANNEL_NAMES, FEATURES, SHAPES } from '../../../../codec/thumbs/architecture.ts';
import { padImage, pixelsPlan } from '../../../../codec/thumbs/pixels-plan.ts';

const { LEARNING_BYTES, LEARNED_WIDTH } = Constants['thumbs/learning'];
/** Pixels of a side of the images that are trained on. */
export const SIDE = LEARNED_WIDTH;
const PIXELS = SIDE * SIDE;
const MEMORY = 1 << 21;
/** The weights of the pixels' networks. */
const NAMES = Object.keys(SHAPES).filter((name) => name.startsWith('pixel.'));

interface Floats {
  readonly address: number;
  readonly values: Float32Array;
}

/** The kernel with room for one image, weights and their gradients. */
class PixelsLearner {
  readonly #kernel: Kernel;
  readonly #weights: ReadonlyMap<string, Floats>;
  readonly #gradients: ReadonlyMap<string, Floats>;
  readonly #fromLatents: Floats;
  readonly #ofLatents: Floats;
  readonly #job: KernelRecord<'ThumbsJob'>;
  readonly #learner: number;

  constructor() {
    this.#kernel = instantiateKernel(kernelMemory(MEMORY));
    const arena = new Arena(this.#kernel);
    const floats = (length: number): Floats => {
      const address = arena.allocate(4 * length);
      return { address, values: new Float32Array(this.#kernel.memory.buffer, address, length) };
    };
    const tensors = () =>
      new Map(NAMES.map((name) => [name, floats(SHAPES[name].reduce((size, n) => size * n, 1))]));
    this.#weights = tensors();
    this.#gradients = tensors();
    this.#fromLatents = floats(PIXELS * FEATURES);
    this.#ofLatents = floats(PIXELS * FEATURES);
    const addressOf = (parts: ReadonlyMap<string, Floats>) => (name: string) =>
      (parts.get(name) as Floats).address;
    const shape = { width: SIDE, height: SIDE };
    this.#job = arena.lay(pixelsPlan(shape, this.#fromLatents.address, addressOf(this.#weights)));
    const ofWeight = addressOf(this.#gradients);
    const ofChannel = (name: (typeof CHANNEL_NAMES)[number]) =>
      plan('ThumbsChannel', {
        hiddenWeight: ofWeight(`pixel.${name}.hidden.weight`),
        hiddenBias: ofWeight(`pixel.${name}.hidden.bias`),
        directWeight: ofWeight(`pixel.${name}.direct.weight`),
        outputWeight: ofWeight(`pixel.${name}.output.weight`),
        outputBias: ofWeight(`pixel.${name}.output.bias`),
      });
    const learner = plan('ThumbsLearner', {
      fromLatents: this.#ofLatents.address,
      contextWeight: ofWeight('pixel.context.weight'),
      green: ofChannel('green'),
      red: ofChannel('red'),
      blue: ofChannel('blue'),
      scratch: room(LEARNING_BYTES),
    });
    this.#learner = arena.lay(learner).address;
  }

  /** Sets the weights, in the order of NAMES, and forgets gradients. */
  open(weights: readonly tf.Tensor[]): void {
    for (const [i, name] of NAMES.entries()) {
      (this.#weights.get(name) as Floats).values.set(weights[i].dataSync());
      (this.#gradients.get(name) as Floats).values.fill(0);
    }
  }

  /** Bits of an image; its gradient in nats, times `share`, is left in `ofLatents` and added to those of weights. */
  add(image: Float32Array, fromLatents: Float32Array, ofLatents: Float32Array, share: number): number {
    padImage(this.#job, image);
    this.#fromLatents.values.set(fromLatents);
    const bits = this.#kernel.exports.thumbsGradient(this.#job.address, this.#learner, share);
    ofLatents.set(this.#ofLatents.values);
    return bits;
  }

  gradients(): tf.Tensor[] {
    return NAMES.map((name) =>
      tf.tensor((this.#gradients.get(name) as Floats).values.slice(), [...SHAPES[name]]),
    );
  }
}

let learner: PixelsLearner | undefined;

/**
 * Mean bits a sample. `levels` [images, SIDE * SIDE * 3] are data; `cells` [.., 4 * FEATURES] is what the latents say
 * of each 2x2 pixels, cells row by row.
 */
export function pixelBits(
  weights: Readonly<Record<string, tf.Tensor>>,
  cells: tf.Tensor,
  levels: tf.Tensor,
): tf.Scalar {
  learner ??= new PixelsLearner();
  const engine = learner;
  const images = levels.shape[0];
  const data = levels.dataSync<'float32'>();
  const bits = tf.customGrad((...args) => {
    const [fromLatents, ...values] = args.slice(0, NAMES.length + 1) as tf.Tensor[];
    (args[NAMES.length + 1] as unknown as tf.GradSaveFunc)([]);
    engine.open(values);
    const said = fromLatents.dataSync<'float32'>();
    const ofSaid = new Float32Array(said.length);
    const share = Math.LOG2E / (3 * PIXELS * images);
    let sum = 0;
    for (let n = 0; n < images; n++) {
      const [from, to] = [n * PIXELS * FEATURES, (n + 1) * PIXELS * FEATURES];
      const image = data.subarray(3 * n * PIXELS, 3 * (n + 1) * PIXELS);
      sum += engine.add(image, said.subarray(from, to), ofSaid.subarray(from, to), share);
    }
    const gradFunc = (dy: tf.Tensor): tf.Tensor[] => {
      const all = [tf.tensor(ofSaid, fromLatents.shape), ...engine.gradients()];
      return all.map((gradient) => tf.mul(gradient, dy));
    };
    return { value: tf.scalar(sum / (3 * PIXELS * images)), gradFunc };
  });
  return bits(cells, ...NAMES.map((name) => weights[name])) as tf.Scalar;
}
