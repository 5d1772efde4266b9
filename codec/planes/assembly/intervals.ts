// Intervals that an encoder keeps until all samples of a stage are coded, since the last one is pushed first: 44 bits
// each, the start below the frequency, in six bytes; 56 bits in seven of deep levels. There are three a pixel, and
// memory that is new takes time.

import { DEEP_PRECISION } from '../../distributions/assembly/deep-mixture';
import { MIXTURE_PRECISION, START } from '../../distributions/assembly/logistic-mixture';
import { isDeep, Plane, PlanesJob } from './job';

@inline export const INTERVAL_BYTES: usize = 6;
@inline export const DEEP_INTERVAL_BYTES: usize = 7;
/** Written behind an interval, and written over by the next. */
@inline export const SPILLED_BYTES: usize = 2;

/** Address of the interval of sample (x, y), in a row that the stage codes. */
@inline
export function intervalAt(job: PlanesJob, plane: Plane, x: i32, y: i32): usize {
  return plane.intervals + <usize>((y - job.codedRow) * job.width + x) * INTERVAL_BYTES;
}

/** Address of the interval of sample (x, y) of deep levels. */
@inline
export function deepIntervalAt(job: PlanesJob, plane: Plane, x: i32, y: i32): usize {
  return plane.intervals + <usize>((y - job.codedRow) * job.width + x) * DEEP_INTERVAL_BYTES;
}

/** Bytes of an interval. */
@inline
export function intervalBytes(job: PlanesJob): usize {
  return isDeep(job) ? DEEP_INTERVAL_BYTES : INTERVAL_BYTES;
}

/** Bits of what intervals divide. */
@inline
export function intervalPrecision(job: PlanesJob): u32 {
  return isDeep(job) ? DEEP_PRECISION : MIXTURE_PRECISION;
}

/** Keeps the interval that the mixture found last. */
@inline
export function keepInterval(at: usize, mixture: usize): void {
  keep(at, mixture, MIXTURE_PRECISION);
}

/** The same of deep levels. */
@inline
export function keepDeepInterval(at: usize, mixture: usize): void {
  keep(at, mixture, DEEP_PRECISION);
}

@inline
function keep(at: usize, mixture: usize, precision: u32): void {
  const found = load<u64>(mixture, START);
  store<u64>(at, (found & 0xffffffff) | ((found >> 32) << precision));
}

@inline
export function startOf(at: usize, precision: u32): u32 {
  return load<u32>(at) & ((1 << precision) - 1);
}

@inline
export function frequencyOf(at: usize, precision: u32): u32 {
  return <u32>(load<u64>(at) >> precision) & ((1 << precision) - 1);
}
