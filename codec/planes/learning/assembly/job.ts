// What the threads that code one photo with a learning model share, as it lies in memory. codec/planes/learning/job.ts
// fills it in: same order, all 32-bit. A photo has three planes, numbered in the order in which they are coded:
// 0 green, 1 red, 2 blue (the LAG order); a grey photo has one.

import { LeastSquares } from '../../context/assembly/least-squares';
import { Similar } from '../../context/assembly/similar';
import { Learner } from '../../../network/assembly/learner';

/** What belongs to one plane. */
@unmanaged
export class LearningPlane {
  /** Offset of the plane's samples in a pixel. */
  channel: i32;
  /** Neighbours of the least-squares predictors: of the own plane, of each plane already coded, of each still to come. */
  own: i32;
  coded: i32;
  later: i32;
  learner: Learner;
  leastSquares: LeastSquares;
  /** Null in models without a predictor from similar contexts. */
  similar: Similar;
  /** u32 [bands]: messages. */
  messages: usize;
  /** Per sample of a band u64: start and frequency of its interval; encoder alone. */
  intervals: usize;
  /** 1024 bytes. */
  scratch: usize;
}

@unmanaged
export class LearningJob {
  width: i32;
  height: i32;
  /** 1 or 3. */
  planes: i32;
  /** Samples from one ring row to the next. */
  stride: i32;
  /** Segments a row. */
  segments: i32;
  /** Rows that share a message. */
  bandRows: i32;
  /** u8 [height][width][planes]. */
  pixels: usize;
  /** Ring buffers of 8 rows a plane: samples f32, errors f32, predictors' errors 4 f32, local scales f32. */
  samples: usize;
  errors: usize;
  predictorErrors: usize;
  scales: usize;
  /** Likewise: errors of the predictor from similar contexts, f32. */
  similarErrors: usize;
  /** f32 [stride] of 128: the row above the image, for planes still to come. */
  blank: usize;
  /** Counters of the pipeline. */
  counters: usize;
  /** One of the modes below. */
  mode: i32;
  plane0: LearningPlane;
  plane1: LearningPlane;
  plane2: LearningPlane;
}

@inline export const ENCODE: i32 = 0;
@inline export const DECODE: i32 = 1;
/** Learns as the encoder does, and keeps no intervals. */
@inline export const LEARN: i32 = 2;

@inline export const SEGMENT: i32 = 64;
/** A plane's message of the band that holds row y. */
@inline
export function messageOf(job: LearningJob, plane: LearningPlane, y: i32): usize {
  return load<usize>(plane.messages + (<usize>(y / job.bandRows) << 2));
}

@inline
export function planeOf(job: LearningJob, plane: i32): LearningPlane {
  return plane == 0 ? job.plane0 : plane == 1 ? job.plane1 : job.plane2;
}
