// The state of a run as a safetensors file: parameters, Adam's moments, and the settings that must not change midway.

import { readFile, rm } from 'node:fs/promises';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import type { Adam } from './adam.ts';
import { type Layout, pack, unpack } from './parameters.ts';

const FORMAT = 'vaezip-checkpoint';

/** What a run is: with equal settings, the same weights come out. */
export interface RunSettings {
  readonly preset: string;
  readonly seed: number;
  readonly beta: number;
  readonly steps: number;
  readonly backend: string;
}

export interface RunState {
  readonly settings: RunSettings;
  /** What the data are, in words (DataSource.description): a run goes on with the same alone. */
  readonly data: string;
  /** Steps done. */
  readonly step: number;
  /** Seconds of training so far, pauses between resumed parts not counted. */
  readonly seconds: number;
}

export async function writeCheckpoint(
  path: string,
  state: RunState,
  layout: Layout,
  parameters: Float32Array,
  adam: Adam,
): Promise<void> {
  const tensors = {
    ...unpack(layout, parameters, 'parameter/'),
    ...unpack(layout, adam.first, 'first/'),
    ...unpack(layout, adam.second, 'second/'),
  };
  const metadata = { format: FORMAT, state: JSON.stringify(state) };
  await writeAtomically(path, writeSafetensors({ tensors, metadata }));
}

/** The state in a checkpoint. Throws VaezipError 'bad-input' if there is none, 'bad-file' if it is damaged. */
export async function readCheckpointState(path: string): Promise<RunState> {
  const { metadata } = readSafetensors(await readBytes(path), path);
  if (metadata.format !== FORMAT) throw new VaezipError('bad-file', `${path} is not a checkpoint`);
  return JSON.parse(metadata.state) as RunState;
}

/** Restores parameters and moments. Throws VaezipError 'bad-file' if they are those of another model. */
export async function restoreCheckpoint(
  path: string,
  layout: Layout,
  parameters: Float32Array,
  adam: Adam,
): Promise<void> {
  const { tensors } = readSafetensors(await readBytes(path), path);
  const restore = (prefix: string, flat: Float32Array): void => {
    const entries = layout.places.map(({ name, start, end }) => {
      const array = tensors[prefix + name];
      if (array?.data.length !== end - start) {
        throw new VaezipError('bad-file', `${path} holds another model: ${name} does not fit`);
      }
      return [name, array];
    });
    pack(layout, Object.fromEntries(entries), flat);
  };
  restore('parameter/', parameters);
  restore('first/', adam.first);
  restore('second/', adam.second);
}

export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new VaezipError('bad-input', `there is no checkpoint ${path}: start without --resume`, { cause });
  }
}
