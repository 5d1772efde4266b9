// Levels that a photo never takes though those around them are common: gaps that a stretched contrast or a tone curve
// leaves in the histogram. A smooth mixture would waste bits on them, so such a plane's levels close ranks before they
// are coded. The stream `levels` tells the decoder which levels were left out.

import { ByteReader } from '../../bytes/reader.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import { VaezipError } from '../../error.ts';
import type { PlaneSamples, Transform } from './transform.ts';

/** How a plane's levels close ranks. */
export interface LevelTable {
  /** For each of 256 levels whether it is left out: some are, some are not. */
  readonly gaps: readonly boolean[];
  /** Whether the ranks end at 255 instead of beginning at 0. */
  readonly high: boolean;
}

const LEVELS = 256;
/** Gaps are missing by chance unless the two levels that occur next on either side do so at least this often. */
const COMMON = 4;
const NEIGHBOURS = 2;
/** A mixture reaches about this far to either side of a level. */
const REACH = 4;
/** By the number of gaps among the 9 levels in reach: -log2(1 - gaps / 9), what a sample saves, in 1/256 bit. */
const SAVED = [0, 44, 93, 150, 217, 300, 406, 556, 812];
/** What must be saved, in 1/256 bit: each sample this, and 1024 bits in all, four times the largest table. */
const LEAST_SAVED_PER_SAMPLE = 3;
const LEAST_SAVED = 1024 * 256;

/** First byte of a table: the number of runs or BITMAP, and HIGH. */
const MAX_RUNS = 15;
const BITMAP = 16;
const HIGH = 32;

/** Planes whose levels have gaps close ranks. */
export const levels: Transform = {
  name: 'levels',
  find(planes) {
    const tables = findTables(planes);
    if (!tables.some(Boolean)) return undefined;
    return { table: writeTables(tables), apply: (samples) => packLevels(samples, tables) };
  },
  read(stream, planes) {
    const tables = readTables(stream, planes);
    return (samples) => unpackLevels(samples, tables);
  },
};

/** How a plane with this histogram (256 counts) should close ranks; undefined: not at all. */
export function findGaps(histogram: Uint32Array): LevelTable | undefined {
  const occurring = [...histogram.keys()].filter((level) => histogram[level] > 0);
  const gaps = new Array<boolean>(LEVELS).fill(false);
  for (let next = 1; next < occurring.length; next++) {
    const around = occurring.slice(Math.max(0, next - NEIGHBOURS), next + NEIGHBOURS);
    if (around.every((level) => histogram[level] >= COMMON))
      gaps.fill(true, occurring[next - 1] + 1, occurring[next]);
  }
  const saved = occurring.reduce((sum, level) => {
    const reach = gaps.slice(Math.max(0, level - REACH), level + REACH + 1);
    return sum + histogram[level] * SAVED[reach.filter(Boolean).length];
  }, 0);
  const samples = histogram.reduce((sum, count) => sum + count);
  if (saved < Math.max(LEAST_SAVED, LEAST_SAVED_PER_SAMPLE * samples)) return undefined;
  // The mixture's tails count as levels 0 and 255: the end at which more samples are clipped keeps its level.
  return { gaps, high: histogram[LEVELS - 1] > histogram[0] };
}

/** How each plane should close ranks, in the order in which they are coded; undefined: not at all. */
export function findTables(planes: readonly PlaneSamples[]): (LevelTable | undefined)[] {
  return planes.map((samples) => findGaps(histogramOf(samples)));
}

/** Closes the ranks of planes in which all samples have levels that their tables leave. */
export function packLevels(
  planes: readonly PlaneSamples[],
  tables: readonly (LevelTable | undefined)[],
): void {
  for (const [plane, table] of tables.entries()) if (table) closeGaps(planes[plane], table);
}

/** Undoes `packLevels`. Throws VaezipError 'bad-file' for a sample that is no rank. */
export function unpackLevels(
  planes: readonly PlaneSamples[],
  tables: readonly (LevelTable | undefined)[],
): void {
  for (const [plane, table] of tables.entries()) if (table) openGaps(planes[plane], table);
}

/** How often each of 256 levels occurs. */
function histogramOf({ pixels, planes, channel }: PlaneSamples): Uint32Array {
  const histogram = new Uint32Array(LEVELS);
  for (let i = channel; i < pixels.length; i += planes) histogram[pixels[i]]++;
  return histogram;
}

/** The levels that are not left out, in ascending order. */
function keptLevels(gaps: readonly boolean[]): number[] {
  return [...gaps.keys()].filter((level) => !gaps[level]);
}

/** Replaces each sample by its rank among the levels not left out; no sample may have one that is. */
function closeGaps({ pixels, planes, channel }: PlaneSamples, { gaps, high }: LevelTable): void {
  const levels = keptLevels(gaps);
  const first = high ? LEVELS - levels.length : 0;
  const ranks = new Uint8Array(LEVELS);
  levels.forEach((level, rank) => {
    ranks[level] = first + rank;
  });
  for (let i = channel; i < pixels.length; i += planes) pixels[i] = ranks[pixels[i]];
}

/** Undoes `closeGaps`. */
function openGaps({ pixels, planes, channel }: PlaneSamples, { gaps, high }: LevelTable): void {
  const levels = keptLevels(gaps);
  const first = high ? LEVELS - levels.length : 0;
  for (let i = channel; i < pixels.length; i += planes) {
    const level = levels[pixels[i] - first];
    if (level === undefined)
      throw new VaezipError('bad-file', 'a sample lies beyond the levels of its plane: the file is damaged');
    pixels[i] = level;
  }
}

/** Runs of levels left out: levels before each, from the end of the run before, and its length. */
function runsOf(gaps: readonly boolean[]): number[] {
  const runs: number[] = [];
  for (let from = 0, end = 0; ; from = end) {
    const start = gaps.indexOf(true, from);
    if (start < 0) return runs;
    end = gaps.indexOf(false, start);
    if (end < 0) end = LEVELS;
    runs.push(start - from, end - start);
  }
}

/** The stream `levels`: a table for each plane, in the order in which planes are coded; a 0 where there is none. */
export function writeTables(planes: readonly (LevelTable | undefined)[]): Uint8Array {
  const writer = new ByteWriter();
  for (const table of planes) {
    const runs = runsOf(table?.gaps ?? []);
    const high = table?.high ? HIGH : 0;
    if (runs.length <= 2 * MAX_RUNS) {
      writer.uint8(high | (runs.length / 2));
      writer.bytes(Uint8Array.from(runs));
    } else {
      const bitmap = new Uint8Array(LEVELS / 8);
      table?.gaps.forEach((gap, level) => {
        if (gap) bitmap[level >> 3] |= 1 << (level & 7);
      });
      writer.uint8(high | BITMAP);
      writer.bytes(bitmap);
    }
  }
  return writer.finish();
}

function readTable(reader: ByteReader): LevelTable | undefined {
  const first = reader.uint8();
  if (first === 0) return undefined;
  const form = first & ~HIGH;
  const high = (first & HIGH) !== 0;
  if (form === 0 || form > BITMAP)
    throw new VaezipError('bad-file', `a table of levels of form ${first} is not known here`);
  if (form === BITMAP) {
    const bitmap = reader.take(LEVELS / 8);
    const gaps = Array.from(
      { length: LEVELS },
      (_, level) => ((bitmap[level >> 3] >> (level & 7)) & 1) === 1,
    );
    return { gaps, high };
  }
  const gaps = new Array<boolean>(LEVELS).fill(false);
  let end = 0;
  for (let run = 0; run < form; run++) {
    const start = end + reader.uint8();
    end = start + reader.uint8();
    gaps.fill(true, start, end);
  }
  if (end > LEVELS) throw new VaezipError('bad-file', `a table of levels goes beyond ${LEVELS - 1}`);
  return { gaps, high };
}

/** Undoes `writeTables`. Throws VaezipError 'bad-file' for a stream that it does not write of so many planes. */
export function readTables(stream: Uint8Array, planes: number): (LevelTable | undefined)[] {
  const reader = new ByteReader(stream);
  const tables = Array.from({ length: planes }, () => readTable(reader));
  reader.end();
  if (!tables.some(Boolean) || writeTables(tables).some((byte, index) => byte !== stream[index]))
    throw new VaezipError('bad-file', 'tables of levels are not as the format writes them');
  return tables;
}
