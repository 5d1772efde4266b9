// The planes of a photo, three at most, as a pipeline of segments: what threads that share the work read and write.
// Each plane is computed by one thread at a time and in order, so that the result does not depend on the number of
// threads. Counters that different threads write lie on different cache lines.

/** i32: counts every change that may make work ready; threads without work wait on it. */
@inline const CHANGES: usize = 0;
@inline const WAITING: usize = 4;
/** i32 a plane, a cache line apart: segments finished, and 1 while a thread computes the next. */
@inline export const LINE: usize = 64;
@inline const BUSY: usize = 4;
/** Bytes of a pipeline's counters, for at most three planes. */
@inline export const PIPELINE_BYTES: usize = 256;

@inline const SPINS: i32 = 200;
@inline const WAIT_NANOSECONDS: i64 = 1000000;

/** Address of a plane's counter of segments finished. */
@inline
export function progressOf(pipeline: usize, plane: i32): usize {
  return pipeline + (<usize>plane + 1) * LINE;
}

/** Segments that a plane has finished. */
@inline
export function finished(pipeline: usize, plane: i32): i32 {
  return atomic.load<i32>(progressOf(pipeline, plane));
}

/** Takes a plane, so that no other thread computes its next segment; false if another has it. */
@inline
export function takePlane(pipeline: usize, plane: i32): bool {
  const busy = progressOf(pipeline, plane) + BUSY;
  return atomic.load<i32>(busy) == 0 && atomic.cmpxchg<i32>(busy, 0, 1) == 0;
}

@inline
export function releasePlane(pipeline: usize, plane: i32): void {
  atomic.store<i32>(progressOf(pipeline, plane) + BUSY, 0);
}

/**
 * Whether a plane that has finished `done` segments, `segments` a row, has all context of the next: one segment more of
 * the planes before it in this row, and of the planes after it in the row above.
 */
@inline
export function isReady(pipeline: usize, planes: i32, segments: i32, plane: i32, done: i32): bool {
  const row = done / segments;
  const segment = done - row * segments;
  const reach = min(segment + 2, segments);
  for (let other: i32 = 0; other < planes; other++) {
    if (other == plane || (row == 0 && other > plane)) continue;
    if (finished(pipeline, other) < (other < plane ? row : row - 1) * segments + reach) return false;
  }
  return true;
}

/** Changes seen so far: what a thread without work waits to see grow. */
@inline
export function changes(pipeline: usize): i32 {
  return atomic.load<i32>(pipeline + CHANGES);
}

/** Tells threads that wait of a change. */
@inline
export function announce(pipeline: usize): void {
  atomic.add<i32>(pipeline + CHANGES, 1);
  if (atomic.load<i32>(pipeline + WAITING) > 0) atomic.notify(pipeline + CHANGES, -1);
}

/** Waits for a change since `seen`, once a thread has been idle so many turns. */
@inline
export function waitForChange(pipeline: usize, seen: i32, idle: i32): void {
  if (idle <= SPINS) return;
  atomic.add<i32>(pipeline + WAITING, 1);
  waitAlone(pipeline + CHANGES, seen);
  atomic.sub<i32>(pipeline + WAITING, 1);
}

/**
 * The instruction in a function of its own, called by its reference so that nothing inlines it: V8's first compiler, in
 * Node 20, spills the address as eight bytes into a slot of four and zeros the local beside it.
 */
const waitAlone = (address: usize, seen: i32): void => {
  atomic.wait<i32>(address, seen, WAIT_NANOSECONDS);
};
