// The presets that TensorFlow.js trains, by name, loaded when they are asked for. Those meta-trained: adaptive/presets.ts.

import { VaezipError } from '../../codec/error.ts';
import { ADAPTIVE_PRESETS } from './adaptive/presets.ts';
import type { Preset } from './preset.ts';

export const PRESETS = ['photo-static', 'digits', 'photo-static-without-latents'] as const;

/** Throws VaezipError 'bad-argument' for a name that is not one of PRESETS. */
export async function loadPreset(name: string): Promise<Preset> {
  if (name === 'photo-static') return (await import('./photo/preset.ts')).photoStatic;
  if (name === 'photo-static-without-latents')
    return (await import('./photo/preset.ts')).photoStaticWithoutLatents;
  if (name === 'digits') return (await import('./digits.ts')).digits;
  const known = [...Object.keys(ADAPTIVE_PRESETS), ...PRESETS].join(', ');
  throw new VaezipError('bad-argument', `there is no preset ${name}: choose one of ${known}`);
}
