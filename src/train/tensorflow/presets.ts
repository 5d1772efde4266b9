// The presets that TensorFlow.js trains, by name, loaded when they are asked for. Those meta-trained: engine/presets.ts.

import { VaezipError } from '../../../codec/error.ts';
import { LEARNING_PRESETS } from '../engine/presets.ts';
import type { Preset } from './preset.ts';

const LOADERS: Readonly<Record<string, () => Promise<Preset>>> = {
  'photo-static': async () => (await import('./static/preset.ts')).photoStatic,
  digits: async () => (await import('./digits/preset.ts')).digits,
  'photo-static-without-latents': async () => (await import('./static/preset.ts')).photoStaticWithoutLatents,
};

/** Throws VaezipError 'bad-argument' for a preset that nobody trains. Needs no TensorFlow.js. */
export function checkPreset(name: string): void {
  if (!Object.hasOwn(LOADERS, name) && !Object.hasOwn(LEARNING_PRESETS, name)) throw unknownPreset(name);
}

/** Throws VaezipError 'bad-argument' for a name that TensorFlow.js trains no preset of. */
export async function loadPreset(name: string): Promise<Preset> {
  if (!Object.hasOwn(LOADERS, name)) throw unknownPreset(name);
  return LOADERS[name]();
}

function unknownPreset(name: string): VaezipError {
  const known = [...Object.keys(LEARNING_PRESETS), ...Object.keys(LOADERS)].join(', ');
  return new VaezipError('bad-argument', `there is no preset ${name}: choose one of ${known}`);
}
