// How long threads take for groups whose segments take given times, scheduled as the code does it: a thread takes the
// next group, or joins the one with most left to do for each thread at it (codec/kernel/threads.ts); within a group it
// takes the next segment of the first plane that has all that it needs (codec/planes/assembly/pipeline.ts).

/**
 * A group at work.
 * @typedef {object} Group
 * @property {import('./segments.js').GroupTimes} times
 * @property {number[]} done segments of each plane that are finished
 * @property {boolean[]} busy whether a thread is at the plane
 * @property {number} threads at the group
 * @property {number} left segments
 * @property {number} all segments
 */

/**
 * A thread, and what it is at.
 * @typedef {object} Thread
 * @property {number} until when its segment is finished; Infinity while it waits for one
 * @property {Group | null} group
 * @property {number} plane -1 while it waits
 */

/**
 * Seconds until all groups are done.
 * @param {readonly import('./segments.js').GroupTimes[]} groups
 * @param {number} count of threads
 */
export function makespan(groups, count) {
  const waiting = groups.map(groupOf);
  /** @type {Set<Group>} */
  const running = new Set();
  /** @type {Thread[]} */
  const threads = Array.from({ length: count }, () => ({ until: 0, group: null, plane: -1 }));
  for (let now = 0; ; ) {
    for (const thread of threads) if (!thread.group) assign(thread, waiting, running);
    for (const thread of threads) if (thread.group && thread.plane < 0) take(thread, now);
    const next = threads.reduce((first, thread) => (thread.until < first.until ? thread : first));
    if (next.until === Infinity) return now;
    now = next.until;
    finish(next, threads, running);
  }
}

/** @param {import('./segments.js').GroupTimes} times @returns {Group} */
function groupOf(times) {
  const all = times.planes.reduce((sum, { length }) => sum + length, 0);
  const done = times.planes.map(() => 0);
  return { times, done, busy: times.planes.map(() => false), threads: 0, left: all, all };
}

/**
 * Gives a thread a group.
 * @param {Thread} thread
 * @param {Group[]} waiting
 * @param {Set<Group>} running
 */
function assign(thread, waiting, running) {
  let group = waiting.shift() ?? null;
  if (!group)
    for (const other of running) {
      if (other.threads >= other.done.length) continue;
      if (!group || leftFor(other) > leftFor(group)) group = other;
    }
  thread.group = group;
  thread.until = Infinity;
  if (!group) return;
  group.threads++;
  running.add(group);
}

/** @param {Group} group */
function leftFor({ left, all, threads }) {
  return left / all / threads;
}

/**
 * Gives a thread a segment, if there is one that is ready.
 * @param {Thread} thread
 * @param {number} now
 */
function take(thread, now) {
  const { times, done, busy } = /** @type {Group} */ (thread.group);
  const plane = done.findIndex(
    (segment, number) =>
      !busy[number] && segment < times.planes[number].length && isReady(times.width, done, number),
  );
  if (plane < 0) return;
  busy[plane] = true;
  thread.plane = plane;
  thread.until = now + times.planes[plane][done[plane]];
}

/**
 * Whether the planes before have one segment more of the row, and those after of the row above.
 * @param {number} width
 * @param {readonly number[]} done
 * @param {number} plane
 */
function isReady(width, done, plane) {
  const row = Math.floor(done[plane] / width);
  const reach = Math.min(done[plane] - row * width + 2, width);
  return done.every(
    (finished, other) =>
      other === plane ||
      (row === 0 && other > plane) ||
      finished >= (other < plane ? row : row - 1) * width + reach,
  );
}

/**
 * Ends a thread's segment, and with the last one the group.
 * @param {Thread} thread
 * @param {readonly Thread[]} threads
 * @param {Set<Group>} running
 */
function finish(thread, threads, running) {
  const group = /** @type {Group} */ (thread.group);
  group.busy[thread.plane] = false;
  group.done[thread.plane]++;
  group.left--;
  thread.plane = -1;
  thread.until = Infinity;
  if (group.left > 0) return;
  running.delete(group);
  for (const other of threads) if (other.group === group) other.group = null;
}
