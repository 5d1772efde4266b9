// A model's card: a JSON file beside the weights that says how they came about and what they reach.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../../files/atomic-file.ts';

export interface Card {
  readonly name: string;
  /** How many. */
  readonly parameters: number;
  /** Which data, how many. */
  readonly data: string;
  /** Gives these weights anew. */
  readonly command: string;
  /** Of training, pauses not counted. */
  readonly seconds: number;
  /** What else the run was. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Rates reached in bits per dimension, by name, and what they are of; none where they were not measured. */
  readonly rates?: { readonly what: string; readonly values: Readonly<Record<string, number>> } | undefined;
}

/** Writes the card of the weights in `weightsPath` to the path with .json for .safetensors. */
export async function writeCard(weightsPath: string, card: Card): Promise<void> {
  const { name, parameters, data, command, seconds, settings, rates } = card;
  const id = idOf(await readFile(weightsPath));
  const values = Object.entries(rates?.values ?? {}).map(([name, rate]) => [name, round(rate, 4)]);
  const entries = {
    ...{ name, id, parameters, data, command },
    hours: round(seconds / 3600, 3),
    ...settings,
    rates: rates && { what: rates.what, ...Object.fromEntries(values) },
  };
  await writeAtomically(cardPath(weightsPath), `${JSON.stringify(entries, null, 2)}\n`);
}

/** Has the card of weights that have been written anew name them by their new id. */
export async function renewCard(weightsPath: string): Promise<void> {
  const card = JSON.parse(await readFile(cardPath(weightsPath), 'utf8'));
  const id = idOf(await readFile(weightsPath));
  await writeAtomically(cardPath(weightsPath), `${JSON.stringify({ ...card, id }, null, 2)}\n`);
}

export function cardPath(weightsPath: string): string {
  return weightsPath.replace(/(\.safetensors)?$/, '.json');
}

function idOf(weights: Uint8Array): string {
  return createHash('sha256').update(weights).digest('hex');
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
