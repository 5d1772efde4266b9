// What threads share that code a group of an image's rows plane by plane, as it lies in memory: the part that all
// families have. To a job, its group is the image. A photo has three planes, numbered in the order in which they are
// coded: 0 green, 1 red, 2 blue (the LAG order); grey has one.

import { DeepLevels } from '../../distributions/assembly/deep-mixture';
import { Rings, Rows } from '../context/assembly/rows';
import { ValueMixer } from '../mixing/assembly/value-mixer';

/** What belongs to one plane. Families extend it. */
@unmanaged
export class Plane {
  /** Offset of the plane's samples in a pixel. */
  channel: i32;
  /** Its message. */
  message: usize;
  /** [rows][width]: those of the stage's symbols (intervals.ts); encoder alone. */
  intervals: usize;
  /** Rows around the current one: the plane's own, of the plane coded just before it, and of the third. */
  rows: Rows;
  nearRows: Rows;
  farRows: Rows;
  /** f32 [12]: outputs of the network. */
  outputs: usize;
  /** The mixture (logistic-mixture.ts). */
  mixture: usize;
  /** Null in planes and families whose samples are coded by the mixture alone. */
  values: ValueMixer;
  /** What levels stand for where there are more than 256; null where there are not, and level t stands for t. */
  deep: DeepLevels;
  /** Counters of repetitions (repeats.ts), of deep levels. */
  repeats: usize;
  /** The code length (code-length.ts) of what has been coded. */
  likelihood: usize;
  /** |error|, decayed along the row. */
  decayed: f32;
}

@unmanaged
export class PlanesJob {
  width: i32;
  height: i32;
  /** 1 or 3. */
  planes: i32;
  /** Segments a row. */
  segments: i32;
  /** One of the modes below, or of the family's own. */
  mode: i32;
  /** Stages that the rows are coded in, one after the other: images one below the other, or what the family makes. */
  stages: i32;
  /** Images; 0 in families whose stages are no images. */
  images: i32;
  /** Row of the first one of the stage's image, above which nothing is seen. */
  top: i32;
  /** The current stage: rows [firstRow, endRow) are passed through, those from codedRow on are coded. */
  stage: i32;
  firstRow: i32;
  codedRow: i32;
  endRow: i32;
  /** Whether there was a run already: the memory of a job's first one is all zeros. */
  used: i32;
  /** Whether levels are more than 256. */
  isDeep: i32;
  /** u8 [height][width][planes]; u16 of deep levels. */
  pixels: usize;
  /** u32 [height][width][planes]: frequencies of the samples' symbols; null unless what they cost is to be told. */
  frequencies: usize;
  rings: Rings;
  /** Counters of the pipeline and of the stages: PIPELINE_BYTES, then those of run.ts. */
  counters: usize;
  plane0: Plane;
  plane1: Plane;
  plane2: Plane;
}

@inline export const ENCODE: i32 = 0;
@inline export const DECODE: i32 = 1;
/** Learns as the encoder does, and keeps no intervals. */
@inline export const LEARN: i32 = 2;
/** Modes from here on are the families' own. */
@inline export const OWN_MODES: i32 = 3;

/** Samples of a segment: what a thread computes at a time. */
@inline export const SEGMENT: i32 = 64;

@inline
export function planeOf(job: PlanesJob, plane: i32): Plane {
  return plane == 0 ? job.plane0 : plane == 1 ? job.plane1 : job.plane2;
}

/** Address of the plane's sample (0, y) in the image. */
@inline
export function pixelsOf(job: PlanesJob, plane: Plane, y: i32): usize {
  const index = <usize>(y * job.width * job.planes + plane.channel);
  return job.pixels + (isDeep(job) ? index << 1 : index);
}

/** Whether levels are more than 256. */
@inline
export function isDeep(job: PlanesJob): bool {
  return job.isDeep != 0;
}

/** Address of the frequency of the plane's sample (0, y); `frequencies` is not null. */
@inline
export function frequenciesOf(job: PlanesJob, plane: Plane, y: i32): usize {
  return job.frequencies + ((<usize>(y * job.width * job.planes + plane.channel)) << 2);
}
