// A model for tests of everything around models: its groups are the samples themselves, a group a channel.

import { VaezipError } from '../../codec/error.ts';
import type { CodingOptions, Encoded, Model, Session } from '../../codec/model/model.ts';
import { checkSides } from '../../codec/model/sides.ts';
import {
  blankSamples,
  type Samples,
  type Shape,
  sampleBytes,
  sampleCount,
} from '../../codec/pixels/pixels.ts';

export class BareModel implements Model {
  readonly name = 'bare';
  readonly id = 'ba2e'.repeat(16);
  private readonly acceptable: (shape: Shape) => boolean;

  constructor(acceptable: (shape: Shape) => boolean = () => true) {
    this.acceptable = acceptable;
  }

  accepts(shape: Shape): boolean {
    return this.acceptable(shape);
  }

  memory(shape: Shape): number {
    return sampleBytes(shape);
  }

  open(shape: Shape, options: CodingOptions): Session {
    return {
      encode: async (samples) => encode(samples, shape, options),
      decode: async ({ sides, groups }) => {
        checkSides(sides);
        return { samples: decode(groups, shape), start: null };
      },
    };
  }
}

function encode(samples: Samples, { channels }: Shape, { onProgress }: CodingOptions): Encoded {
  const groups = Array.from({ length: channels }, (_, channel) => {
    const plane = samples.filter((_, index) => index % channels === channel);
    return new Uint8Array(plane.buffer.slice(0));
  });
  onProgress?.(1);
  const net = samples.byteLength * 8;
  return { sides: {}, groups, lengths: { likelihood: net - 8, kl: 8, net, initial: 0 } };
}

function decode(groups: readonly Uint8Array[], shape: Shape): Samples {
  const data = blankSamples(shape.bitDepth, sampleCount(shape));
  if (groups.length !== shape.channels) throw new VaezipError('bad-file', 'a group a channel is needed');
  groups.forEach((group, channel) => {
    const bytes = group.slice();
    const plane = shape.bitDepth === 16 ? new Uint16Array(bytes.buffer) : bytes;
    plane.forEach((sample, index) => {
      data[index * shape.channels + channel] = sample;
    });
  });
  return data;
}
