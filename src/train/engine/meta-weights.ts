// What a run leaves for use: the weights' file, of the running average, and its card.

import { ARITHMETIC } from '../../../codec/model/arithmetic.ts';
import { writeSafetensors } from '../../../codec/network/safetensors.ts';
import { type PlaneWeights, tensorsOfPlanes } from '../../../codec/planes/weights.ts';
import { writeAtomically } from '../../files/atomic-file.ts';
import { writeCard } from '../run/card.ts';
import type { MetaState } from './meta-checkpoint.ts';
import { type Networks, splitPlanes, totalParameters } from './networks.ts';
import { preconditionerOf } from './round.ts';

/** Writes the weights, the running average. */
export async function writeMetaWeights(out: string, state: MetaState, networks: Networks): Promise<void> {
  const { preset, seed } = state.settings;
  const { family, architecture } = networks;
  const tensors = tensorsOfPlanes(family.shapes(architecture), weightsOf(state, networks));
  const run = { preset, seed: String(seed), rounds: String(state.round) };
  const metadata = {
    format: family.name,
    arithmetic: ARITHMETIC,
    ...family.metadata(architecture),
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
  networks: Networks,
  heldOut: number | null,
): Promise<void> {
  const { preset, seed, rounds, withheld, from } = settings;
  const start = from ? `--from ${from.name} ` : '';
  const without = withheld ? `--hold-out ${withheld.join(' ')} ` : '';
  return writeCard(out, {
    name: preset,
    parameters: totalParameters(networks),
    data,
    command: `vaezip train --preset ${preset} ${start}--data DIR ${without}--steps ${rounds} --seed ${seed}`,
    seconds,
    settings: {
      from,
      heldOutByName: withheld,
      seed,
      rounds: round,
      plannedRounds: rounds,
      architecture: networks.family.metadata(networks.architecture),
    },
    rates:
      heldOut === null
        ? undefined
        : {
            what: "bits per dimension of the held-out photos' 256x256 crops, learning online",
            values: { likelihood: heldOut },
          },
  });
}

function weightsOf({ average, moments }: MetaState, networks: Networks): PlaneWeights[] {
  return splitPlanes(networks, average, moments).map(([average, moments]) => ({
    parameters: average.slice(),
    preconditioner: moments.map(preconditionerOf),
  }));
}
