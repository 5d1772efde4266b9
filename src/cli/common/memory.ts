// How much memory a command may take.
import { freemem } from 'node:os';

/** Share of what is free that is taken: the estimates are of what images take, not of all else. */
const SHARE = 0.8;

/** Bytes that are free, of the machine and of what the process is allowed (cgroups). */
export function freeMemory(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return SHARE * Math.min(freemem(), Math.max(0, limit - process.memoryUsage.rss()));
}
