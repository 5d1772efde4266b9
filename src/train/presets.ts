// Presets by name.

import { VaezipError } from '../../codec/error.ts';
import { PRESETS, type Preset } from '../../models/catalogue.ts';

/** Throws VaezipError 'bad-argument' for a name that no preset has. */
export function findPreset(name: string): Preset {
  const preset = PRESETS.find((preset) => preset.name === name);
  if (preset) return preset;
  const known = PRESETS.map(({ name }) => name).join(', ');
  throw new VaezipError('bad-argument', `there is no preset ${name}: choose one of ${known}`);
}
