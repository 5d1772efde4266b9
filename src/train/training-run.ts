// What the command line asks of a trainer, and what it hears of it.

import type { Preset } from '../../models/catalogue.ts';
import type { LeftOut } from './data/photos.ts';
import type { MetaProgress } from './engine/meta-trainer.ts';
import type { Progress } from './tensorflow/trainer.ts';

/** How to train: the same for each trainer, though not all options mean something to each. */
export interface TrainingRun {
  readonly preset: Preset;
  /** Folder with the training data. */
  readonly data: string;
  /** The weights' file; its card and the checkpoint lie beside it. */
  readonly out: string;
  readonly seed: number;
  readonly resume: boolean;
  readonly from?: string | undefined;
  /** Beginnings of the names of photos not to train on. */
  readonly holdOut?: readonly string[] | undefined;
  /** Latents that weights which are trained already are to get. */
  readonly latents?: number | undefined;
  readonly beta?: number | undefined;
  readonly minutes?: number | undefined;
  /** Rounds of meta-training, or steps of gradient descent. */
  readonly steps?: number | undefined;
  readonly threads?: number | undefined;
  readonly backend?: string | undefined;
  readonly signal: AbortSignal;
  readonly onRound?: ((progress: MetaProgress) => void) | undefined;
  readonly onStep?: ((progress: Progress) => void) | undefined;
  /** Hears of each file of the folder that is no photo to train on. */
  readonly onLeftOut?: ((file: LeftOut) => void) | undefined;
}

/** How far training came. */
export interface TrainingEnd {
  readonly finished: boolean;
  /** Such as '7 of 20 steps'. */
  readonly reached: string;
}

/** Throws VaezipError 'bad-argument' for an option that means nothing to it. */
export type Trainer = (run: TrainingRun) => Promise<TrainingEnd>;
