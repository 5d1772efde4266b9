// The presets that TensorFlow.js trains, by name, loaded when they are asked for. Those meta-trained: engine/presets.ts.

import { VaezipError } from '../../../codec/error.ts';
import { LEARNING_PRESETS } from '../engine/presets.ts';
import type { Preset } from './preset.ts';

export const PRESETS = ['photo-static', 'digits', 'photo-static-without-latents'] as const;

/** Throws VaezipError 'bad-argument' for a name that is not one of PRESETS. */
export async function loadPreset(name: string): Promise<Preset> {
  if (name === 'photo-static') return (await import('./static/preset.ts')).photoStatic;
  if (name === 'photo-static-without-latents')
    return (await import('./static/preset.ts')).photoStaticWithoutLatents;
  if (name === 'digits') return (await import('./digits/preset.ts')).digits;
  const known = [...Object.keys(LEARNING_PRESETS), ...PRESETS].join(', ');
  throw new VaezipError('bad-argument', `there is no preset ${name}: choose one of ${known}`);
}
