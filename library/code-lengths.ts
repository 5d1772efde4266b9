// What each sample of an image costs: for maps and studies of where the bits of an image go.

import { VaezipError } from '../codec/error.ts';
import type { Costs } from '../codec/model/model.ts';
import { checkPixels, type Pixels } from '../codec/pixels/pixels.ts';
import { measureChannels } from './channels.ts';
import { imageFile, imageReport } from './coded-image.ts';
import type { Compressed } from './compress.ts';
import { namingMemory } from './memory.ts';
import type { CompressOptions, PixelsInput } from './options.ts';
import { planEncoding } from './plan.ts';

/** A coded image, and what its symbols cost. */
export interface MeasuredImage extends Compressed {
  readonly costs: Costs;
}

/** As for `compress`, but that the model's coding counts, whatever it comes to. */
export type CodeLengthsOptions = Omit<CompressOptions, 'keepModel' | 'preview' | 'verify'>;

/**
 * Codes an image, or several of one shape, by the model that `compress` would take, to the same file, and tells what
 * each sample took: `costs.samples` in bits, images * height * width * 1 (grey) or 3 (RGB), without alpha; what the
 * latents of each tile took, in models that have some; what is coded beside the samples. Together they are the
 * message's net bits, `report.bitsPerDim.net * report.dims`, to about one in a million. Takes 4 bytes a sample of the
 * colours, and 4 a sample of a group, more memory than `compress`.
 * @throws VaezipError 'bad-argument' where no model takes the image or its model does not tell; else as `compress`.
 */
export async function codeLengths(
  input: PixelsInput,
  options: CodeLengthsOptions = {},
): Promise<MeasuredImage> {
  const pixels: Pixels = { ...input, images: input.images ?? 1 };
  checkPixels(pixels);
  return namingMemory(async () => {
    const start = performance.now();
    const plan = await planEncoding(pixels, options, 'measure');
    options.signal?.throwIfAborted();
    if (!plan.model)
      throw new VaezipError('bad-argument', `no sample's cost can be told: ${plan.reason.text}`);
    const { costs, lengths, ...coded } = await measureChannels(pixels, plan);
    const beside = { ...options, previewFile: null };
    const file = imageFile(pixels, plan.model, coded, beside);
    const outcome = { file, lengths, model: plan.model, reason: null };
    return { file, report: imageReport(pixels, outcome, beside, (performance.now() - start) / 1000), costs };
  });
}
