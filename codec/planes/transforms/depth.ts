// The levels of 16-bit samples, of which an image may use few: as ranks they are coded, and where they are no more than
// 256, as 8-bit samples are. More of them stand for values within 0..255 that a network can see (DeepLevels). The table
// `depth` tells a decoder which levels there are, and in which steps they stand for values.

import { pack, unpack } from '../../bytes/packed.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import { VaezipError } from '../../error.ts';
import type { Samples } from '../../pixels/pixels.ts';

const LEVELS = 65536;
/** What finding or reading a table takes in memory, beside the ranks. */
export const DEPTH_BYTES = 2 ** 21;
/** As many are coded as 8-bit samples are. */
const SHALLOW = 256;
/** First byte of a table: the form of the levels, and ROOTED. */
const EVEN = 1;
const LISTED = 2;
const ROOTED = 16;

/** What more than 256 levels stand for: values in equal steps, or in steps of a square root. */
export interface DeepLevels {
  readonly levels: number;
  readonly rooted: boolean;
}

/** The levels of an image, in ascending order. */
interface Levels {
  readonly count: number;
  levelOf(rank: number): number;
}

/** How an image's levels are coded. */
export interface Depth {
  /** What ranks stand for; undefined where they are those of 8-bit samples. */
  readonly deep: DeepLevels | undefined;
  readonly table: Uint8Array;
  ranksOf(samples: Uint16Array): Samples;
}

/** How the levels of an image are to be coded, of rows of so many samples. */
export function findDepth(samples: Uint16Array, row: number, planes: number): Depth {
  const used = new Uint8Array(LEVELS);
  for (const sample of samples) used[sample] = 1;
  const { levels, table } = findLevels(used, samples.length);
  const ranks = new Uint16Array(LEVELS);
  for (let rank = 0; rank < levels.count; rank++) ranks[levels.levelOf(rank)] = rank;
  const isDeep = levels.count > SHALLOW;
  const rooted = isDeep && growsWithLevel(samples, ranks, row, planes);
  if (rooted) table[0] |= ROOTED;
  return {
    deep: isDeep ? { levels: levels.count, rooted } : undefined,
    table,
    ranksOf: (samples) => {
      const of = isDeep ? new Uint16Array(samples.length) : new Uint8Array(samples.length);
      for (let index = 0; index < samples.length; index++) of[index] = ranks[samples[index]];
      return of;
    },
  };
}

/** Undoes `findDepth`: how many levels there are, and samples from ranks. */
export interface ReadDepth {
  readonly deep: DeepLevels | undefined;
  /** Throws VaezipError 'bad-file' for a rank that no level has. */
  samplesOf(ranks: Samples): Uint16Array;
}

/** Throws VaezipError 'bad-file' for a table that `findDepth` does not give. */
export function readDepth(table: Uint8Array): ReadDepth {
  const reader = new ByteReader(table);
  const first = reader.uint8();
  const levels = readLevels(reader, first & ~ROOTED);
  const isDeep = levels.count > SHALLOW;
  const rooted = (first & ROOTED) !== 0;
  if (rooted && !isDeep) throw damaged();
  const ofRanks = Uint16Array.from({ length: levels.count }, (_, rank) => levels.levelOf(rank));
  return {
    deep: isDeep ? { levels: levels.count, rooted } : undefined,
    samplesOf: (ranks) => {
      const samples = new Uint16Array(ranks.length);
      for (let index = 0; index < ranks.length; index++) {
        if (ranks[index] >= ofRanks.length) throw damaged();
        samples[index] = ofRanks[ranks[index]];
      }
      return samples;
    },
  };
}

/** Levels that an image has, and perhaps some between them that it has not, with their table. */
function findLevels(
  used: Uint8Array,
  samples: number,
): { readonly levels: Levels; readonly table: Uint8Array } {
  const occurring = [...used.keys()].filter((level) => used[level] === 1);
  const least = occurring[0];
  const factor = occurring.reduce((divisor, level) => commonDivisor(divisor, level - least), 0) || 1;
  const steps = ((occurring.at(-1) as number) - least) / factor;
  const even = new ByteWriter();
  even.uint8(EVEN);
  for (const value of [least, factor, steps]) even.varint(value);
  // A list of levels pays where it halves them often enough.
  let halvings = 0;
  while (occurring.length << (halvings + 1) <= steps + 1) halvings++;
  if (halvings > 0) {
    const list = packLevels(used);
    if (halvings * samples > 2 * 8 * list.length)
      return { levels: listed(occurring), table: Uint8Array.of(LISTED, ...list) };
  }
  return { levels: evenly(least, factor, steps), table: even.finish() };
}

function readLevels(reader: ByteReader, form: number): Levels {
  if (form === EVEN) {
    const least = reader.varint('least level', LEVELS - 1);
    const factor = reader.varint('step between levels', LEVELS - 1);
    const steps = reader.varint('steps of levels', LEVELS - 1);
    reader.end();
    if (factor === 0 || least + factor * steps >= LEVELS) throw damaged();
    return evenly(least, factor, steps);
  }
  if (form !== LISTED) throw damaged();
  const bits = unpack(reader.take(reader.remaining), LEVELS / 8);
  if (bits.length !== LEVELS / 8) throw damaged();
  const occurring: number[] = [];
  for (let level = 0; level < LEVELS; level++)
    if ((bits[level >> 3] >> (level & 7)) & 1) occurring.push(level);
  if (occurring.length === 0) throw damaged();
  return listed(occurring);
}

function packLevels(used: Uint8Array): Uint8Array {
  const bits = new Uint8Array(LEVELS / 8);
  for (let level = 0; level < LEVELS; level++) bits[level >> 3] |= used[level] << (level & 7);
  return pack(bits, { level: 9 });
}

function evenly(least: number, factor: number, steps: number): Levels {
  return { count: steps + 1, levelOf: (rank) => least + factor * rank };
}

function listed(levels: readonly number[]): Levels {
  return { count: levels.length, levelOf: (rank) => levels[rank] };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/**
 * Whether neighbours differ the more the higher their levels are, as samples do that are proportional to light: then
 * in steps of a square root they differ more alike. If the median difference of the higher half is d times that of the
 * lower one, whose mean level is 1 / l of theirs, it is d / sqrt(l) times that of the roots, which is nearer to 1 where
 * d^2 > sqrt(l).
 */
function growsWithLevel(samples: Uint16Array, ranks: Uint16Array, row: number, planes: number): boolean {
  const mean = samples.reduce((sum, sample) => sum + ranks[sample], 0) / samples.length;
  const halves = [0, 1].map(() => ({ count: 1, levels: 1, differences: new Uint32Array(LEVELS) }));
  for (let index = row + planes; index < samples.length; index++) {
    const left = ranks[samples[index - planes]];
    const above = ranks[samples[index - row]];
    const change = left + above - ranks[samples[index - row - planes]] - ranks[samples[index]];
    const half = halves[left + above > 2 * mean ? 1 : 0];
    half.count++;
    half.levels += left + above;
    half.differences[Math.min(Math.abs(change), LEVELS - 1)]++;
  }
  const [lower, higher] = halves.map(({ count, levels, differences }) => ({
    level: levels / count,
    difference: 1 + medianOf(differences, count),
  }));
  const d = higher.difference / lower.difference;
  return d * d * d * d > higher.level / lower.level;
}

/** The median of so many numbers, of which each occurs so often. */
function medianOf(occurrences: Uint32Array, count: number): number {
  let below = 0;
  let number = 0;
  while (number < occurrences.length - 1 && 2 * (below + occurrences[number]) < count)
    below += occurrences[number++];
  return number;
}

function damaged(): VaezipError {
  return new VaezipError(
    'bad-file',
    'the table of levels is not as the format writes it: the file is damaged',
  );
}
