// What a study's recipe makes: a preset but for its name.
import type { Preset } from '../../train/tensorflow/preset.ts';

export type Recipe = Omit<Preset, 'name'>;
