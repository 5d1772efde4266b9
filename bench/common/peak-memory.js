// The most memory that a process has held in RAM, in bytes: VmHWM of /proc; null where there is no such file.
// Not getrusage's ru_maxrss: on Linux a process inherits that through fork and exec, from a parent that may be larger.

import { readFileSync } from 'node:fs';

/** Of this process; elsewhere than on Linux by getrusage. */
export function ownPeakMemory() {
  return peakMemoryOf('self') ?? 1024 * process.resourceUsage().maxRSS;
}

/**
 * Of a running process; null where its number is not known.
 * @param {number | 'self' | undefined} pid
 */
export function peakMemoryOf(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : 1024 * Number(kilobytes);
  } catch {
    return null;
  }
}
