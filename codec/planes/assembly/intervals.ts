// Intervals that an encoder keeps until all samples of a stage are coded, since the last one is pushed first: 44 bits
// each, the start below the frequency, in six bytes. There are three a pixel, and memory that is new takes time.

import { MIXTURE_PRECISION, START } from '../../distributions/assembly/logistic-mixture';
import { Plane, PlanesJob } from './job';

@inline export const INTERVAL_BYTES: usize = 6;
/** Written behind an interval, and written over by the next. */
@inline export const SPILLED_BYTES: usize = 2;

/** Address of the interval of sample (x, y), in a row that the stage codes. */
@inline
export function intervalAt(job: PlanesJob, plane: Plane, x: i32, y: i32): usize {
  return plane.intervals + <usize>((y - job.codedRow) * job.width + x) * INTERVAL_BYTES;
}

/** Keeps the interval that the mixture found last. */
@inline
export function keepInterval(at: usize, mixture: usize): void {
  const found = load<u64>(mixture, START);
  store<u64>(at, (found & 0xffffffff) | ((found >> 32) << MIXTURE_PRECISION));
}

@inline
export function startOf(at: usize): u32 {
  return load<u32>(at) & ((1 << MIXTURE_PRECISION) - 1);
}

@inline
export function frequencyOf(at: usize): u32 {
  return <u32>(load<u64>(at) >> MIXTURE_PRECISION) & ((1 << MIXTURE_PRECISION) - 1);
}
