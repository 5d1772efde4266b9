// A model for tests of everything around models: its streams are the samples themselves, a stream a channel.
import { VaezipError } from '../../codec/error.ts';
import type { CodingOptions, Encoded, ImageCodec, Pixels, Shape } from '../../codec/model/model.ts';

export class BareCodec implements ImageCodec {
  readonly name = 'bare';
  readonly id = 'ba2e'.repeat(16);
  private readonly acceptable: (shape: Shape) => boolean;

  constructor(acceptable: (shape: Shape) => boolean = () => true) {
    this.acceptable = acceptable;
  }

  accepts(shape: Shape): boolean {
    return this.acceptable(shape);
  }

  async encode(pixels: Pixels, options: CodingOptions): Promise<Encoded> {
    const streams = Array.from({ length: pixels.channels }, (_, channel) => {
      const plane = pixels.data.filter((_, index) => index % pixels.channels === channel);
      return new Uint8Array(plane.buffer.slice(0));
    });
    options.onProgress?.(1);
    const net = pixels.data.byteLength * 8;
    return { streams, lengths: { likelihood: net - 8, kl: 8, net, initial: 0 } };
  }

  async decode(streams: readonly Uint8Array[], shape: Shape, _options: CodingOptions): Promise<Pixels> {
    const Samples = shape.bitDepth === 16 ? Uint16Array : Uint8Array;
    const data = new Samples(shape.images * shape.height * shape.width * shape.channels);
    if (streams.length !== shape.channels) throw new VaezipError('bad-file', 'a stream a channel is needed');
    streams.forEach((stream, channel) => {
      new Samples(stream.buffer as ArrayBuffer).forEach((sample, index) => {
        data[index * shape.channels + channel] = sample;
      });
    });
    return { ...shape, data };
  }
}
