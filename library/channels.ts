// The seam between models, which code colours alone, and images with alpha: the last of an even number of channels.
// Whether there is alpha follows from the shape, so a file needs no field for it.
import { VaezipError } from '../codec/error.ts';
import type {
  Coded,
  Damaged,
  Decoded,
  Encoded,
  EncodeOptions,
  Measured,
  Rows,
  Salvaged,
} from '../codec/model/model.ts';
import { alphaOf, alphaShape, coloursOf, withAlpha } from '../codec/pixels/alpha.ts';
import { blankSamples, type Pixels, type Samples, type Shape, sampleCount } from '../codec/pixels/pixels.ts';
import { encodeAlphaPlane, readAlphaPlane } from '../codec/plain/alpha-plane.ts';
import { readAlphaStream, writeAlphaStream } from './alpha-stream.ts';
import { isAlphaApart, type Plan } from './planned.ts';
import { findScan } from './scan.ts';

/** Of a stream that tells nothing but the one level of all samples. */
const FLAT_BYTES = 3;

/**
 * What the model makes of the colours, and the alpha channel beside it, unless the model codes both.
 * Alpha's bytes count in the likelihood and in net with all its bits: a code without latents costs what it says.
 */
export async function encodeChannels(pixels: Pixels, plan: Plan): Promise<Encoded> {
  if (plan.encoded) return plan.encoded;
  const session = plan.model.open(plan.colours, plan);
  return besideAlpha(pixels, plan, async (samples) =>
    session.encode(samples, await optionsOf(samples, plan)),
  );
}

/**
 * As `encodeChannels`, with what each sample of the colours costs; alpha's bytes count as beside them.
 * @throws VaezipError 'bad-argument' where the model does not tell.
 */
export async function measureChannels(pixels: Pixels, plan: Plan): Promise<Measured> {
  const session = plan.model.open(plan.colours, plan);
  const measured = await besideAlpha(pixels, plan, async (samples) => {
    if (session.measure) return session.measure(samples, await optionsOf(samples, plan));
    throw new VaezipError(
      'bad-argument',
      `the model ${plan.model.name} does not tell what single samples cost`,
    );
  });
  const { costs, sides } = measured;
  const alphaBits = isApart(plan) ? 8 * (sides.alpha?.length ?? 0) : 0;
  return { ...measured, costs: { ...costs, beside: costs.beside + alphaBits } };
}

/** What `encode` makes of the colours' samples, and alpha with it. */
async function besideAlpha<Result extends Encoded>(
  pixels: Pixels,
  plan: Plan,
  encode: (samples: Samples) => Promise<Result>,
): Promise<Result> {
  if (!isApart(plan)) return encode(pixels.data);
  const alpha = await encodeAlpha(alphaOf(pixels), plan);
  plan.signal?.throwIfAborted();
  const encoded = await encode(coloursOf(pixels).data);
  const likelihood = encoded.lengths.likelihood + 8 * alpha.length;
  const net = encoded.lengths.net + 8 * alpha.length;
  return { ...encoded, sides: { ...encoded.sides, alpha }, lengths: { ...encoded.lengths, likelihood, net } };
}

/** The shorter of what a model makes of an alpha channel and what filtered rows make. */
async function encodeAlpha(plane: Pixels, plan: Plan): Promise<Uint8Array> {
  const plain = encodeAlphaPlane(plane);
  const ofPlane = planOfAlpha(plane, plan);
  if (!ofPlane || plain.length <= FLAT_BYTES) return plain;
  const modelled = writeAlphaStream(ofPlane.model, await encodeChannels(plane, ofPlane));
  return modelled.length < plain.length ? modelled : plain;
}

/** How an alpha channel is coded by the model for that; null where there is none. */
function planOfAlpha(plane: Shape, { alphaModel, ...plan }: Plan): Plan | null {
  const ofPlane = { shape: plane, colours: plane, scout: null, alphaModel: null, start: null, encoded: null };
  return alphaModel && { ...plan, model: alphaModel, ...ofPlane, onProgress: undefined };
}

/** Pixels, and what a stream of theirs started from. */
export interface DecodedChannels extends Pick<Decoded, 'start'> {
  readonly pixels: Pixels;
}

/** Undoes `encodeChannels`. Throws VaezipError 'bad-file' for what cannot come from it. */
export async function decodeChannels(coded: Coded, plan: Plan): Promise<DecodedChannels> {
  const { model, shape, colours } = plan;
  const session = model.open(colours, plan);
  const { alpha: channel, ...sides } = coded.sides;
  if (!isApart(plan)) {
    const { samples, start } = await session.decode(coded);
    return { pixels: { ...shape, data: samples }, start };
  }
  if (!channel) throw new VaezipError('bad-file', 'the alpha channel is missing');
  // First, so that a damaged one is refused before the model's long work.
  const alpha = await decodeAlpha(channel, plan);
  plan.signal?.throwIfAborted();
  const { samples, start } = await session.decode({ ...coded, sides });
  return { pixels: withAlpha({ ...colours, data: samples }, alpha()), start };
}

/** Undoes `encodeAlpha`; a flat plane's memory is taken by the function that is returned. */
async function decodeAlpha(stream: Uint8Array, plan: Plan): Promise<() => Pixels> {
  const ofPlane = planOfAlpha(alphaShape(plan.shape), plan);
  if (!ofPlane) return readAlphaPlane(stream, alphaShape(plan.shape));
  const { pixels } = await decodeChannels(readAlphaStream(stream), ofPlane);
  return () => pixels;
}

/** As `decodeChannels`, of some rows, by the groups that these lie in; others may be null. */
export async function decodeChannelRows(coded: Damaged, plan: Plan, rows: Rows): Promise<Pixels> {
  const { model, shape, colours } = plan;
  const session = model.open(colours, plan);
  if (!session.decodeRows)
    throw new VaezipError('bad-argument', `the model ${model.name} decodes all rows or none`);
  const height = rows.to - rows.from;
  const { alpha: channel, ...sides } = coded.sides;
  if (!isApart(plan)) return { ...shape, height, data: await session.decodeRows(coded, rows) };
  if (!channel) throw new VaezipError('bad-file', 'the alpha channel is missing');
  const alpha = await decodeAlphaRows(channel, plan, rows);
  plan.signal?.throwIfAborted();
  const data = await session.decodeRows({ ...coded, sides }, rows);
  return withAlpha({ ...colours, height, data }, alpha);
}

async function decodeAlphaRows(stream: Uint8Array, plan: Plan, rows: Rows): Promise<Pixels> {
  const { width } = plan.shape;
  const ofPlane = planOfAlpha(alphaShape(plan.shape), plan);
  if (ofPlane?.model.groupRows) return decodeChannelRows(readAlphaStream(stream), ofPlane, rows);
  const plane = (await decodeAlpha(stream, plan))();
  const data = plane.data.slice(rows.from * width, rows.to * width);
  return { ...plane, height: rows.to - rows.from, data };
}

/** Pixels with rows that could not be decoded; `alphaLost`: why alpha could not, and is opaque. */
export interface SalvagedChannels {
  readonly pixels: Pixels;
  readonly lost: readonly Rows[];
  readonly alphaLost: string | null;
}

/** As `decodeChannels`, of what is whole. Throws VaezipError 'bad-file' where the colours cannot be had. */
export async function salvageChannels(coded: Damaged, plan: Plan): Promise<SalvagedChannels> {
  const { shape, colours } = plan;
  const { alpha: channel, ...sides } = coded.sides;
  const apart = isApart(plan);
  const { samples, lost } = await salvageSamples(apart ? { ...coded, sides } : coded, plan);
  if (!apart) return { pixels: { ...shape, data: samples }, lost, alphaLost: null };
  const { alpha, alphaLost } = await salvageAlpha(channel, plan);
  return { pixels: withAlpha({ ...colours, data: samples }, alpha), lost, alphaLost };
}

/** The alpha channel; where it cannot be had, an opaque one, and why. */
async function salvageAlpha(stream: Uint8Array | undefined, plan: Plan) {
  try {
    if (!stream) throw new VaezipError('bad-file', 'the alpha channel is missing');
    return { alpha: (await decodeAlpha(stream, plan))(), alphaLost: null };
  } catch (error) {
    if (!(error instanceof VaezipError)) throw error;
    const plane = alphaShape(plan.shape);
    const data = blankSamples(plane.bitDepth, sampleCount(plane)).fill(2 ** plane.bitDepth - 1);
    return { alpha: { ...plane, data }, alphaLost: error.message };
  }
}

async function salvageSamples(coded: Damaged, plan: Plan): Promise<Salvaged> {
  const session = plan.model.open(plan.colours, plan);
  if (session.salvage) return session.salvage(coded);
  const groups = coded.groups.filter((group) => group !== null);
  if (groups.length < coded.groups.length)
    throw new VaezipError('bad-file', `the model ${plan.model.name} decodes all groups or none`);
  const { samples } = await session.decode({ ...coded, groups });
  return { samples, lost: [] };
}

async function optionsOf(samples: Samples, plan: Plan): Promise<EncodeOptions> {
  const { scout, colours, start, ...options } = plan;
  return { scan: scout ? await findScan(samples, colours, scout, options) : 0, start };
}

function isApart({ model, shape }: Plan): boolean {
  return isAlphaApart(model, shape);
}
