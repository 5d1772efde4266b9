// Models of the screen family: networks are meta-trained on crops, then tables learn from whole images what they know
// before they see one.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VaezipError } from '../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../codec/network/safetensors.ts';
import type { Pixels } from '../../codec/pixels/pixels.ts';
import { planesOfTensors } from '../../codec/planes/weights.ts';
import { screenFamily } from '../../codec/screen/family.ts';
import { LearningTables } from '../../codec/screen/learning.ts';
import { type ScreenArchitecture, shapesOf, tensorsOf } from '../../codec/screen/weights.ts';
import { writeAtomically } from '../files/atomic-file.ts';
import { readImage } from '../files/read-image.ts';
import { trainOnEngine } from './on-engine.ts';
import { renewCard } from './run/card.ts';
import type { TrainingEnd, TrainingRun } from './training-run.ts';

/** From this score on an image may be one of the family's own. */
const OWN_SCORE = 0.5;

/** Steps are rounds of meta-training. Throws VaezipError 'bad-argument' for an option that means nothing here. */
export async function trainOnScreens(run: TrainingRun): Promise<TrainingEnd> {
  const { data, out, holdOut = [], signal } = run;
  if (run.latents !== undefined)
    throw new VaezipError(
      'bad-argument',
      `--latents do not apply to the preset ${run.preset.name}: leave them out`,
    );
  const end = await trainOnEngine(run);
  const { tensors, metadata } = readSafetensors(await readFile(out), out);
  const architecture = run.preset.training.architecture as ScreenArchitecture;
  const planes = planesOfTensors(shapesOf(architecture), tensors);
  const tables = new LearningTables({ architecture, planes });
  for (const image of await ownImages(data, holdOut)) {
    if (signal.aborted) break;
    tables.take(image);
  }
  await writeAtomically(out, writeSafetensors({ tensors: tensorsOf(tables.weights), metadata }));
  await renewCard(out);
  return end;
}

/** The images of a folder that the family is made for: large ones first, since the last teach most. */
async function ownImages(folder: string, withheld: readonly string[]): Promise<Pixels[]> {
  const names = (await readdir(folder)).filter(
    (name) => /\.(png|webp)$/i.test(name) && !withheld.some((start) => name.startsWith(start)),
  );
  const images: Pixels[] = [];
  for (const name of names.sort()) {
    const { pixels } = await readImage(new Uint8Array(await readFile(join(folder, name))));
    if (pixels && screenFamily.score(pixels, pixels) >= OWN_SCORE) images.push(pixels);
  }
  return images.sort((a, b) => b.width * b.height - a.width * a.height);
}
