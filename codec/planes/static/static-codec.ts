// The static family: photo models whose weights stay as they are while they code. 8-bit RGB photographs of any size, one stream a plane (green, red, blue).

import type { Message } from '../../ans/message.ts';
import { VaezipError } from '../../error.ts';
import { runOnThreads } from '../../kernel/threads.ts';
import type { CodingOptions, Encoded, Family, Model } from '../../model/model.ts';
import type { Safetensors } from '../../network/safetensors.ts';
import type { Samples, Shape } from '../../pixels/pixels.ts';
import { Mode, PLANES, StaticJob } from './job.ts';
import { staticWeights } from './weights.ts';

/** Smaller images are coded by the calling thread: starting others would take longer. */
const LEAST_THREADED_PIXELS = 1 << 16;
const PROGRESS_MILLISECONDS = 100;
/** The most probable level costs at least log2(2^22 / (2^22 - 1020)) bits, 0.00035. */
const MAX_SAMPLES_PER_BYTE = 2 ** 15;
/** Share of the encoder's time that finding the posteriors takes. */
const PREPARE_SHARE = 0.3;

/** Loads the model from its weights' file. Throws VaezipError 'bad-file' when tensors are missing. */
function load(name: string, id: string, { tensors }: Safetensors): Model {
  const weights = staticWeights(new Map(Object.entries(tensors).map(([key, { data }]) => [key, data])));

  const run = async (job: StaticJob, mode: keyof typeof Mode, threads: number, onProgress: () => void) => {
    job.start(Mode[mode]);
    const small = job.width * job.height < LEAST_THREADED_PIXELS;
    const timer = setInterval(onProgress, PROGRESS_MILLISECONDS);
    try {
      await runOnThreads(job.kernel, 'staticRun', job.address, small ? 0 : Math.min(threads, PLANES.length));
    } finally {
      clearInterval(timer);
    }
  };

  const encode = async (
    samples: Samples,
    shape: Shape,
    { threads, onProgress }: CodingOptions,
  ): Promise<Encoded> => {
    const job = new StaticJob(shape.width, shape.height, weights);
    job.pixels.set(samples);
    const messages = PLANES.map((p) => job.createMessage(p));
    await run(job, 'prepare', threads, () => onProgress?.(PREPARE_SHARE * job.progress));
    await run(job, 'encode', threads, () => onProgress?.(PREPARE_SHARE + (1 - PREPARE_SHARE) * job.progress));
    const sum = (of: (message: Message) => number) =>
      messages.reduce((total, message) => total + of(message), 0);
    return {
      streams: messages.map((message) => message.toBytes()),
      lengths: {
        likelihood: job.kernel.exports.staticLikelihood(job.address),
        kl: job.kernel.exports.staticKl(job.address),
        net: sum((message) => message.netBits),
        initial: sum((message) => message.initialBits),
      },
    };
  };

  const decode = async (
    streams: readonly Uint8Array[],
    shape: Shape,
    { threads, onProgress }: CodingOptions,
  ): Promise<Samples> => {
    if (streams.length !== PLANES.length) {
      throw new VaezipError(
        'bad-file',
        `a photo has ${PLANES.length} streams, not ${streams.length}: the file is damaged`,
      );
    }
    const bytes = streams.reduce((sum, stream) => sum + stream.length, 0);
    if (shape.width * shape.height * 3 > MAX_SAMPLES_PER_BYTE * bytes) {
      throw new VaezipError(
        'bad-file',
        `${bytes} bytes cannot hold ${shape.width} x ${shape.height} pixels: the file is damaged`,
      );
    }
    if (!StaticJob.fits(shape.width, shape.height, weights)) {
      throw new VaezipError(
        'too-large',
        `a photo of ${shape.width} x ${shape.height} pixels does not fit into memory`,
      );
    }
    const job = new StaticJob(shape.width, shape.height, weights);
    const messages = PLANES.map((p) => job.readMessage(p, streams[p]));
    await run(job, 'decode', threads, () => onProgress?.(job.progress));
    for (const message of messages) message.assertRestored();
    return job.pixels.slice();
  };

  return {
    name,
    id,
    accepts: ({ channels, bitDepth, images, width, height }) =>
      channels === 3 && bitDepth === 8 && images === 1 && StaticJob.fits(width, height, weights),
    open: (shape, options) => ({
      encode: (samples) => encode(samples, shape, options),
      decode: (streams) => decode(streams, shape, options),
    }),
  };
}

export const staticFamily: Family = {
  name: 'vaezip-photo',
  score: ({ channels, bitDepth, images }) => (channels === 3 && bitDepth === 8 && images === 1 ? 0.5 : 0),
  load,
};
