// The state of a meta-training run as a safetensors file beside its weights.

import { readFile, rm } from 'node:fs/promises';
import { VaezipError } from '../../../codec/error.ts';
import { readSafetensors, writeSafetensors } from '../../../codec/network/safetensors.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { checkpointPath, checkSamePreset } from '../run/checkpoint.ts';
import { type Networks, totalParameters } from './networks.ts';

const FORMAT = 'vaezip-meta-checkpoint';
const ARRAYS = ['parameters', 'moments', 'average'] as const;

/** What a run is: equal settings give equal weights. */
export interface MetaSettings {
  readonly preset: string;
  readonly seed: number;
  readonly rounds: number;
  /** Beginnings of the names of photos that are not trained on. */
  readonly withheld?: readonly string[];
  /** The weights' file that it started from, where it did: name, and SHA-256 in hexadecimal. */
  readonly from?: { readonly name: string; readonly id: string };
}

/** A run as it stands; arrays hold all planes, one after the other. */
export interface MetaState {
  settings: MetaSettings;
  /** What the photos are, in words (PhotoFolder.description): a run goes on with the same alone. */
  readonly data: string;
  /** Rounds done. */
  round: number;
  /** Of training so far, pauses between resumed parts not counted. */
  seconds: number;
  readonly parameters: Float32Array;
  /** Second moments of a batch's gradient. */
  readonly moments: Float32Array;
  /** Running average of the parameters. */
  readonly average: Float32Array;
}

/** Writes the checkpoint of the weights' file `out`. */
export async function writeMetaCheckpoint(out: string, state: MetaState, networks: Networks): Promise<void> {
  const { settings, data, round, seconds } = state;
  const tensors = Object.fromEntries(
    ARRAYS.map((name) => [name, { shape: [state[name].length], data: state[name] }]),
  );
  const metadata = {
    format: FORMAT,
    ...networks.family.metadata(networks.architecture),
    state: JSON.stringify({ settings, data, round, seconds }),
  };
  await writeAtomically(checkpointPath(out), writeSafetensors({ tensors, metadata }));
}

/**
 * Throws VaezipError 'bad-input' if there is none, 'bad-file' if it is damaged or of another
 * architecture, 'bad-argument' if of another preset.
 */
export async function readMetaCheckpoint(
  out: string,
  preset: string,
  networks: Networks,
): Promise<MetaState> {
  const path = checkpointPath(out);
  const bytes = await readFile(path).catch((cause) => {
    throw new VaezipError('bad-input', `there is no checkpoint ${path}: start without --resume`, { cause });
  });
  const { tensors, metadata } = readSafetensors(bytes, path);
  if (metadata.format !== FORMAT)
    throw new VaezipError('bad-file', `${path} is not a checkpoint of meta-training`);
  const state = parseState(metadata.state ?? '', path);
  checkSamePreset(path, state.settings.preset, preset);
  for (const [name, value] of Object.entries(networks.family.metadata(networks.architecture)))
    if (metadata[name] !== value)
      throw new VaezipError('bad-file', `${path} holds another model: its ${name} is ${metadata[name]}`);
  const size = totalParameters(networks);
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

type State = Omit<MetaState, (typeof ARRAYS)[number]>;

function parseState(text: string, path: string): State {
  try {
    const state = JSON.parse(text) as State;
    if (typeof state.settings.preset === 'string') return state;
  } catch {
    // told below
  }
  throw new VaezipError('bad-file', `${path} is damaged: its state cannot be read`);
}
