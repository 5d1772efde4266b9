// The seam between models, which code colours alone, and images with alpha: the last of an even number of channels.
// Whether there is alpha follows from the shape, so a file needs no field for it; its stream is the last one.

import { VaezipError } from '../codec/error.ts';
import type { CodingOptions, Encoded, ImageCodec, Pixels, Shape } from '../codec/model/model.ts';
import { decodeAlphaPlane, encodeAlphaPlane } from '../codec/plain/alpha-plane.ts';

/** The shape of what a model codes: that of the colours. */
export function colourShape(shape: Shape): Shape {
  const { width, height, channels, bitDepth, images } = shape;
  return { width, height, channels: channels < 3 ? 1 : 3, bitDepth, images };
}

/**
 * The model's streams of the colours, then that of alpha, where there is one. The model must accept `colourShape`.
 * Alpha's stream counts in the likelihood and in net with all its bits: a code without latents costs what it says.
 */
export async function encodeChannels(
  model: ImageCodec,
  pixels: Pixels,
  options: CodingOptions,
): Promise<Encoded> {
  if (!hasAlpha(pixels)) return model.encode(pixels, options);
  const alpha = encodeAlphaPlane(alphaOf(pixels));
  const { streams, lengths } = await model.encode(coloursOf(pixels), options);
  const likelihood = lengths.likelihood + 8 * alpha.length;
  const net = lengths.net + 8 * alpha.length;
  return { streams: [...streams, alpha], lengths: { ...lengths, likelihood, net } };
}

/** Undoes `encodeChannels`. Throws VaezipError 'bad-file' when the streams cannot come from it. */
export async function decodeChannels(
  model: ImageCodec,
  streams: readonly Uint8Array[],
  shape: Shape,
  options: CodingOptions,
): Promise<Pixels> {
  if (!hasAlpha(shape)) return model.decode(streams, shape, options);
  const last = streams.at(-1);
  if (!last) throw new VaezipError('bad-file', 'there is no stream of the alpha channel');
  // First, so that a damaged one is refused before the model's long work.
  const alpha = await decodeAlphaPlane(last, { ...shape, channels: 1 });
  return join(await model.decode(streams.slice(0, -1), colourShape(shape), options), alpha);
}

function hasAlpha({ channels }: Shape): boolean {
  return channels === 2 || channels === 4;
}

function coloursOf(pixels: Pixels): Pixels {
  const shape = colourShape(pixels);
  const data = samples(pixels.bitDepth, (pixels.data.length / pixels.channels) * shape.channels);
  for (let from = 0, to = 0; from < pixels.data.length; from += pixels.channels)
    for (let channel = 0; channel < shape.channels; channel++) data[to++] = pixels.data[from + channel];
  return { ...shape, data };
}

function alphaOf(pixels: Pixels): Pixels {
  const { channels } = pixels;
  const data = samples(pixels.bitDepth, pixels.data.length / channels);
  for (let pixel = 0; pixel < data.length; pixel++) data[pixel] = pixels.data[(pixel + 1) * channels - 1];
  return { ...pixels, channels: 1, data };
}

function join(colours: Pixels, alpha: Pixels): Pixels {
  const channels = colours.channels === 1 ? 2 : 4;
  const data = samples(colours.bitDepth, alpha.data.length * channels);
  for (let pixel = 0, from = 0, to = 0; pixel < alpha.data.length; pixel++) {
    for (let channel = 1; channel < channels; channel++) data[to++] = colours.data[from++];
    data[to++] = alpha.data[pixel];
  }
  return { ...colours, channels, data };
}

function samples(bitDepth: 8 | 16, length: number): Uint8Array | Uint16Array {
  return bitDepth === 16 ? new Uint16Array(length) : new Uint8Array(length);
}
