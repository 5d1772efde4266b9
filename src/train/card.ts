// A model's card: a JSON file beside the weights that says how they came about and what they reach.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from './atomic-file.ts';
import type { Training } from './trainer.ts';

/** Writes the card of the weights in `weightsPath` to the path with .json for .safetensors. */
export async function writeCard(weightsPath: string, { state, parameters, heldOut }: Training) {
  const { settings, data, seconds } = state;
  const { preset, seed, beta, steps, backend } = settings;
  const card = {
    name: preset,
    id: createHash('sha256')
      .update(await readFile(weightsPath))
      .digest('hex'),
    parameters: Object.values(parameters).reduce((sum, { data }) => sum + data.length, 0),
    data,
    command: `vaezip train --preset ${preset} --data DIR --steps ${steps} --beta ${beta} --seed ${seed} --backend ${backend}`,
    hours: round(seconds / 3600, 3),
    seed,
    beta,
    steps,
    backend,
    rates: heldOut && {
      what: 'bits per dimension of the held-out data, full KL weight',
      likelihood: round(heldOut.likelihood, 4),
      kl: round(heldOut.kl, 4),
      negElbo: round(heldOut.likelihood + heldOut.kl, 4),
    },
  };
  await writeAtomically(cardPath(weightsPath), `${JSON.stringify(card, null, 2)}\n`);
}

export function cardPath(weightsPath: string): string {
  return weightsPath.replace(/(\.safetensors)?$/, '.json');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
