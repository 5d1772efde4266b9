// The state of a meta-training run as a safetensors file beside its weights.

import { readFile, rm } from 'node:fs/promises';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { writeAtomically } from '../atomic-file.ts';
import { checkpointPath } from '../checkpoint.ts';
import type { MetaSettings, MetaState } from './meta-trainer.ts';

const FORMAT = 'vaezip-meta-checkpoint';
const ARRAYS = ['parameters', 'moments', 'average'] as const;

/** Writes the checkpoint of the weights' file `out`. */
export async function writeMetaCheckpoint(out: string, state: MetaState): Promise<void> {
  const { settings, data, round, seconds } = state;
  const tensors = Object.fromEntries(
    ARRAYS.map((name) => [name, { shape: [state[name].length], data: state[name] }]),
  );
  const metadata = { format: FORMAT, state: JSON.stringify({ settings, data, round, seconds }) };
  await writeAtomically(checkpointPath(out), writeSafetensors({ tensors, metadata }));
}

/** Throws VaezipError 'bad-input' if there is none, 'bad-file' if it is damaged, 'bad-argument' if of another preset. */
export async function readMetaCheckpoint(out: string, preset: string, size: number): Promise<MetaState> {
  const path = checkpointPath(out);
  const bytes = await readFile(path).catch((cause) => {
    throw new VaezipError('bad-input', `there is no checkpoint ${path}: start without --resume`, { cause });
  });
  const { tensors, metadata } = readSafetensors(bytes, path);
  if (metadata.format !== FORMAT)
    throw new VaezipError('bad-file', `${path} is not a checkpoint of meta-training`);
  const state = JSON.parse(metadata.state) as {
    settings: MetaSettings;
    data: string;
    round: number;
    seconds: number;
  };
  if (state.settings.preset !== preset)
    throw new VaezipError(
      'bad-argument',
      `${path} is of preset ${state.settings.preset}: use --preset ${state.settings.preset}`,
    );
  const arrays = ARRAYS.map((name) => {
    const data = tensors[name]?.data;
    if (data?.length !== size) throw new VaezipError('bad-file', `${path} holds another model: ${name}`);
    return [name, data];
  });
  return { ...state, ...(Object.fromEntries(arrays) as Pick<MetaState, (typeof ARRAYS)[number]>) };
}

export async function removeMetaCheckpoint(out: string): Promise<void> {
  await rm(checkpointPath(out), { force: true });
}
