// The seam between models, which code colours alone, and images with alpha: the last of an even number of channels.
// Whether there is alpha follows from the shape, so a file needs no field for it; its stream is the last one.
import { VaezipError } from '../codec/error.ts';
import type { Encoded } from '../codec/model/model.ts';
import { alphaOf, alphaShape, coloursOf, hasAlpha, withAlpha } from '../codec/pixels/alpha.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import { decodeAlphaPlane, encodeAlphaPlane } from '../codec/plain/alpha-plane.ts';
import type { Plan } from './plan.ts';

/**
 * The model's streams of the colours, then that of alpha, where there is one.
 * Alpha's stream counts in the likelihood and in net with all its bits: a code without latents costs what it says.
 */
export async function encodeChannels(pixels: Pixels, plan: Plan): Promise<Encoded> {
  const session = plan.model.open(plan.colours, plan);
  if (!hasAlpha(pixels)) return session.encode(pixels.data);
  const alpha = encodeAlphaPlane(alphaOf(pixels));
  plan.signal?.throwIfAborted();
  const { streams, lengths } = await session.encode(coloursOf(pixels).data);
  const likelihood = lengths.likelihood + 8 * alpha.length;
  const net = lengths.net + 8 * alpha.length;
  return { streams: [...streams, alpha], lengths: { ...lengths, likelihood, net } };
}

/** Undoes `encodeChannels`. Throws VaezipError 'bad-file' when the streams cannot come from it. */
export async function decodeChannels(streams: readonly Uint8Array[], plan: Plan): Promise<Pixels> {
  const { model, shape, colours } = plan;
  if (!hasAlpha(shape)) return { ...shape, data: await model.open(colours, plan).decode(streams) };
  const last = streams.at(-1);
  if (!last) throw new VaezipError('bad-file', 'there is no stream of the alpha channel');
  // First, so that a damaged one is refused before the model's long work.
  const alpha = decodeAlphaPlane(last, alphaShape(shape));
  plan.signal?.throwIfAborted();
  const data = await model.open(colours, plan).decode(streams.slice(0, -1));
  return withAlpha({ ...colours, data }, alpha);
}
