// What a run leaves for use: the weights' file, of the running average, and its card.

import { ARITHMETIC } from '../../../codec/model/arithmetic.ts';
import { writeSafetensors } from '../../../codec/network/safetensors.ts';
import { learningFamily } from '../../../codec/planes/learning/family.ts';
import {
  type Architecture,
  type LearningWeights,
  metadataOf,
  parameterCount,
  tensorsOf,
} from '../../../codec/planes/learning/weights.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { writeCard } from '../run/card.ts';
import { totalParameters } from './initial-state.ts';
import type { MetaState } from './meta-checkpoint.ts';
import { preconditionerOf } from './round.ts';

/** Writes the weights, the running average. */
export async function writeMetaWeights(
  out: string,
  state: MetaState,
  architecture: Architecture,
): Promise<void> {
  const { preset, seed } = state.settings;
  const tensors = tensorsOf(weightsOf(state, architecture));
  const run = { preset, seed: String(seed), rounds: String(state.round) };
  const metadata = {
    format: learningFamily.name,
    arithmetic: ARITHMETIC,
    ...metadataOf(architecture),
    ...run,
  };
  await writeAtomically(out, writeSafetensors({ tensors, metadata }));
}

/**
 * Writes the card of weights that are there. Its command gives them if all planned rounds are done and the plan never
 * changed. `heldOut` in bits per dimension, null where it was not measured.
 */
export function writeMetaCard(
  out: string,
  { settings, data, round, seconds }: MetaState,
  architecture: Architecture,
  heldOut: number | null,
): Promise<void> {
  const { preset, seed, rounds, from } = settings;
  const start = from ? `--from ${from.name} ` : '';
  return writeCard(out, {
    name: preset,
    parameters: totalParameters(architecture),
    data,
    command: `vaezip train --preset ${preset} ${start}--data DIR --steps ${rounds} --seed ${seed}`,
    seconds,
    settings: { from, seed, rounds: round, plannedRounds: rounds, architecture: metadataOf(architecture) },
    rates:
      heldOut === null
        ? undefined
        : {
            what: "bits per dimension of the held-out photos' 256x256 crops, learning online",
            values: { likelihood: heldOut },
          },
  });
}

function weightsOf({ average, moments }: MetaState, architecture: Architecture): LearningWeights {
  let offset = 0;
  const planes = architecture.neighbours.map((_, plane) => {
    const end = offset + parameterCount(architecture, plane);
    const part = {
      parameters: average.slice(offset, end),
      preconditioner: moments.slice(offset, end).map(preconditionerOf),
    };
    offset = end;
    return part;
  });
  return { architecture, planes };
}
