// What is meta-trained: networks that learn while they code, of a family that has such, and their sizes.

import { VaezipError } from '../../../codec/error.ts';
import type { OnlineFamily } from '../../../codec/planes/online/job.ts';
import { countOf, type PlaneWeights } from '../../../codec/planes/weights.ts';
import type { Training } from '../../../models/catalogue.ts';
import { type FamilyName, loadFamily } from '../../../models/families.ts';

export type Architecture = NonNullable<Training['architecture']>;

export interface Networks {
  readonly family: OnlineFamily;
  readonly architecture: Architecture;
}

/** Throws VaezipError 'bad-argument' for a family whose networks do not learn while they code. */
export async function openNetworks(name: FamilyName, architecture: Architecture): Promise<Networks> {
  const family = await loadFamily(name);
  if (!('learn' in family))
    throw new VaezipError('bad-argument', `models of ${name} do not learn while they code`);
  return { family: family as unknown as OnlineFamily, architecture };
}

/** Number of parameters of each plane. */
export function parameterCounts({ family, architecture }: Networks): number[] {
  return family.shapes(architecture).map(countOf);
}

/** Number of parameters of all planes. */
export function totalParameters(networks: Networks): number {
  return parameterCounts(networks).reduce((sum, count) => sum + count, 0);
}

/** The planes' parts of arrays that hold all planes, one after the other. */
export function splitPlanes(networks: Networks, ...arrays: Float32Array[]): Float32Array[][] {
  let offset = 0;
  return parameterCounts(networks).map((count) => {
    const end = offset + count;
    const parts = arrays.map((array) => array.subarray(offset, end));
    offset = end;
    return parts;
  });
}

/** The weights of each plane, over the same memory. */
export function weightsOfPlanes(
  networks: Networks,
  parameters: Float32Array,
  preconditioner: Float32Array,
): PlaneWeights[] {
  return splitPlanes(networks, parameters, preconditioner).map(([parameters, preconditioner]) => ({
    ...{ parameters, preconditioner },
  }));
}
