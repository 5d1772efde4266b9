// The seam between models, which code colours alone, and images with alpha: the last of an even number of channels.
// Whether there is alpha follows from the shape, so a file needs no field for it.
import { VaezipError } from '../codec/error.ts';
import type { Coded, Encoded } from '../codec/model/model.ts';
import { alphaOf, alphaShape, coloursOf, hasAlpha, withAlpha } from '../codec/pixels/alpha.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import { encodeAlphaPlane, readAlphaPlane } from '../codec/plain/alpha-plane.ts';
import type { Plan } from './plan.ts';

/**
 * What the model makes of the colours, and the alpha channel beside it, unless the model codes both.
 * Alpha's bytes count in the likelihood and in net with all its bits: a code without latents costs what it says.
 */
export async function encodeChannels(pixels: Pixels, plan: Plan): Promise<Encoded> {
  const session = plan.model.open(plan.colours, plan);
  if (!isApart(plan)) return session.encode(pixels.data);
  const alpha = encodeAlphaPlane(alphaOf(pixels));
  plan.signal?.throwIfAborted();
  const { sides, groups, lengths } = await session.encode(coloursOf(pixels).data);
  const likelihood = lengths.likelihood + 8 * alpha.length;
  const net = lengths.net + 8 * alpha.length;
  return { sides: { ...sides, alpha }, groups, lengths: { ...lengths, likelihood, net } };
}

/** Undoes `encodeChannels`. Throws VaezipError 'bad-file' for what cannot come from it. */
export async function decodeChannels({ sides, groups }: Coded, plan: Plan): Promise<Pixels> {
  const { model, shape, colours } = plan;
  const session = model.open(colours, plan);
  const { alpha: channel, ...others } = sides;
  if (!isApart(plan)) return { ...shape, data: await session.decode({ sides, groups }) };
  if (!channel) throw new VaezipError('bad-file', 'the alpha channel is missing');
  // First, so that a damaged one is refused before the model's long work.
  const alpha = readAlphaPlane(channel, alphaShape(shape));
  plan.signal?.throwIfAborted();
  const data = await session.decode({ sides: others, groups });
  return withAlpha({ ...colours, data }, alpha());
}

/** Whether alpha is coded beside the colours. */
function isApart({ model, shape }: Plan): boolean {
  return hasAlpha(shape) && !model.codesAlpha;
}
