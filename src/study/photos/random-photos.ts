// Photos that random bits decode to: samples of the static model. Its message of blue holds the latents of all tiles,
// too; green and red have messages of their own.

import { readFile } from 'node:fs/promises';
import type { Model } from '../../../codec/model/model.ts';
import { readSafetensors } from '../../../codec/network/safetensors.ts';
import { staticFamily } from '../../../codec/planes/static/family.ts';
import { Mode, StaticJob, staticPlan } from '../../../codec/planes/static/job.ts';
import { type StaticWeights, staticWeights } from '../../../codec/planes/static/weights.ts';
import { SHIPPED, type ShippedModel } from '../../../models/catalogue.ts';
import type { Random } from '../../train/run/random.ts';
import { randomStream } from '../coding/random-stream.ts';

const PHOTOS = SHIPPED.find(({ family }) => family === 'vaezip-static') as ShippedModel;
/** Random bits a sample; a stream that runs dry ends a decoder. */
const BITS_A_SAMPLE = 12;

export interface PhotoModel {
  readonly model: Model;
  readonly weights: StaticWeights;
}

export interface RandomPhoto {
  /** [height][width][3]. */
  readonly levels: Uint8Array;
  /** What was popped, of all three messages; what the latents' posteriors pushed back is taken off. */
  readonly bits: number;
}

export async function openPhotoModel(): Promise<PhotoModel> {
  const { name, weights: address } = PHOTOS;
  const weights = readSafetensors(await readFile(address()), name);
  const tensors = Object.entries(weights.tensors).map(([key, { data }]) => [key, data] as const);
  return { model: staticFamily.load(name, '', weights), weights: staticWeights(new Map(tensors)) };
}

/** The photo that three streams of random bits, in the order green, red, blue with latents, decode to. */
export function photoOfRandomBits(
  { weights }: PhotoModel,
  { width, height }: { width: number; height: number },
  randoms: readonly Random[],
): RandomPhoto {
  const words = Math.ceil((width * height * BITS_A_SAMPLE) / 32);
  const streams = randoms.map((random) => randomStream(words, random));
  const coded = streams.map((stream) => stream.length);
  const job = new StaticJob(staticPlan(weights, width, height, 'decode', { coded }));
  const messages = job.readMessages(streams);
  const held = (): number => messages.reduce((sum, message) => sum + message.netBits, 0);
  const before = held();
  job.start(Mode.decode);
  job.runHere();
  const photo = { levels: job.pixels.slice(), bits: before - held() };
  job.release();
  return photo;
}
