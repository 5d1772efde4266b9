// Models in tests: from a weights' file, and pixels through one session each, their streams one after the other.
import type { CodingOptions, Encoded, Family, Model } from '../../codec/model/model.ts';
import { readSafetensors } from '../../codec/network/safetensors.ts';
import type { Pixels, Shape } from '../../codec/pixels/pixels.ts';
import { groupCount } from '../../codec/planes/groups.ts';
import { joinStreams, splitStreams } from '../../codec/planes/streams.ts';

/** The model of a weights' file. */
export function modelOf(family: Family, name: string, file: Uint8Array, id = '0'.repeat(64)): Model {
  return family.load(name, id, readSafetensors(file, name));
}

/** What a session encodes; `streams`: the table of levels where there is one, then those of all groups. */
export async function encode(
  model: Model,
  pixels: Pixels,
  options: CodingOptions,
): Promise<Pick<Encoded, 'lengths'> & { streams: Uint8Array[] }> {
  const { sides, groups, lengths } = await model.open(pixels, options).encode(pixels.data);
  // Only models that code plane by plane have more than one stream a group.
  const streams = groups.flatMap((group) =>
    model.groupRows ? splitStreams(group, pixels.channels) : [group],
  );
  return { streams: [...Object.values(sides), ...streams], lengths };
}

/** Undoes `encode`. */
export async function decode(
  model: Model,
  streams: readonly Uint8Array[],
  shape: Shape,
  options: CodingOptions,
): Promise<Pixels> {
  const { width, height, channels } = shape;
  const hasLevels = streams.length === channels * groupCount({ width, height }) + 1;
  const rest = streams.slice(hasLevels ? 1 : 0);
  const groups = model.groupRows
    ? Array.from({ length: Math.ceil(rest.length / channels) }, (_, group) =>
        joinStreams(rest.slice(group * channels, (group + 1) * channels)),
      )
    : rest;
  const sides = hasLevels ? { levels: streams[0] } : {};
  const { samples } = await model.open(shape, options).decode({ sides, groups });
  return { ...shape, data: samples };
}
