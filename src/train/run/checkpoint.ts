// What the checkpoints of all trainers have in common: where they lie, and what must not change when a run goes on.
import { VaezipError } from '../../../codec/error.ts';

export function checkpointPath(out: string): string {
  return `${out}.checkpoint`;
}

/** Throws VaezipError 'bad-argument' unless the checkpoint is of the preset that is to go on. */
export function checkSamePreset(path: string, begun: string, preset: string): void {
  if (begun !== preset)
    throw new VaezipError('bad-argument', `${path} is of preset ${begun}: use --preset ${begun}`);
}

/** Throws VaezipError 'bad-argument' unless `directory` holds the data (in words) that the run was begun with. */
export function checkSameData(path: string, begun: string, directory: string, data: string): void {
  if (begun !== data)
    throw new VaezipError(
      'bad-argument',
      `${path} was begun with ${begun}, but ${directory} holds ${data}: name the same --data`,
    );
}
