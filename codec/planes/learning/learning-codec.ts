// The learning family: photo models that go on learning while they code. 8-bit RGB or grey photographs of any size, one stream a plane and band of
// rows, before them one of levels left out where there are any. Its network goes on learning while it codes, the same in
// encoder and decoder, and starts anew from the model's weights in each image.

import type { Message } from '../../ans/message.ts';
import { VaezipError } from '../../error.ts';
import { runOnThreads } from '../../kernel/threads.ts';
import type { CodingOptions, Encoded, Family, Model } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import type { Samples, Shape } from '../../pixels/pixels.ts';
import { type PlaneSamples, packLevels, readTables, unpackLevels } from '../transforms/levels.ts';
import { bandsOf, CHANNELS, LearningJob } from './job.ts';
import { readWeights } from './weights.ts';

/** Smaller images are coded by the calling thread: starting others would take longer. */
const LEAST_THREADED_PIXELS = 1 << 14;
const PROGRESS_MILLISECONDS = 100;
/** The most probable level costs at least log2(2^22 / (2^22 - 1020)) bits, 0.00035. */
const MAX_SAMPLES_PER_BYTE = 2 ** 15;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when something is missing there. */
function load(name: string, id: string, file: Safetensors): Model {
  const weights = readWeights(file);
  const { planes } = weights.architecture;

  const run = async (job: LearningJob, { threads, onProgress }: CodingOptions) => {
    job.start();
    const small = job.width * job.height < LEAST_THREADED_PIXELS;
    const timer = setInterval(() => onProgress?.(job.progress), PROGRESS_MILLISECONDS);
    try {
      await runOnThreads(job.kernel, 'learningRun', job.address, small ? 0 : Math.min(threads, planes));
    } finally {
      clearInterval(timer);
    }
  };

  const samplesOf = ({ pixels }: LearningJob): PlaneSamples[] =>
    CHANNELS[planes].map((channel) => ({ pixels, planes, channel }));

  const encode = async (samples: Samples, shape: Shape, options: CodingOptions): Promise<Encoded> => {
    const job = new LearningJob(weights, shape.width, shape.height, 'encode');
    job.pixels.set(samples);
    const levels = packLevels(samplesOf(job));
    const messages = job.createMessages();
    await run(job, options);
    const sum = (of: (message: Message) => number) =>
      messages.reduce((total, message) => total + of(message), 0);
    const planeStreams = messages.map((message) => message.toBytes());
    // They tell of this image's model, so they count in the likelihood and in net alike.
    const levelBits = 8 * (levels?.length ?? 0);
    return {
      streams: levels ? [levels, ...planeStreams] : planeStreams,
      lengths: {
        likelihood: job.kernel.exports.learningLikelihood(job.address) + levelBits,
        kl: 0,
        net: sum((message) => message.netBits) + levelBits,
        initial: sum((message) => message.initialBits),
      },
    };
  };

  const decode = async (
    streams: readonly Uint8Array[],
    shape: Shape,
    options: CodingOptions,
  ): Promise<Samples> => {
    const count = planes * bandsOf(shape.width, shape.height).count;
    if (streams.length !== count && streams.length !== count + 1)
      throw new VaezipError(
        'bad-file',
        `such a photo has ${count} or ${count + 1} streams, not ${streams.length}: the file is damaged`,
      );
    const tables = streams.length > count ? readTables(streams[0], planes) : [];
    const bytes = streams.reduce((sum, stream) => sum + stream.length, 0);
    if (shape.width * shape.height * planes > MAX_SAMPLES_PER_BYTE * bytes)
      throw new VaezipError(
        'bad-file',
        `${bytes} bytes cannot hold ${shape.width} x ${shape.height} pixels: the file is damaged`,
      );
    const job = new LearningJob(weights, shape.width, shape.height, 'decode');
    const messages = job.readMessages(streams.slice(-count));
    await run(job, options);
    for (const message of messages) message.assertRestored();
    unpackLevels(samplesOf(job), tables);
    return job.pixels.slice();
  };

  return {
    name,
    id,
    accepts: ({ channels, bitDepth, images, width, height }) =>
      channels === planes && bitDepth === 8 && images === 1 && LearningJob.fits(weights, width, height),
    open: (shape, options) => ({
      encode: (samples) => encode(samples, shape, options),
      decode: (streams) => decode(streams, shape, options),
    }),
  };
}

export const learningFamily: Family = {
  name: 'vaezip-adaptive',
  score: ({ channels, bitDepth, images }) =>
    (channels === 1 || channels === 3) && bitDepth === 8 && images === 1 ? 0.5 : 0,
  load,
};
