// What work costs: CPU time of all threads of the process, and the most memory that it held beside what it had before.
import { readFileSync, writeFileSync } from 'node:fs';

export interface Cost {
  readonly seconds: number;
  /** Bytes; 0 where the system does not tell. */
  readonly memory: number;
}

/** Does the work. Linux alone tells of memory: its peak starts anew where `5` is written to clear_refs (proc(5)). */
export async function costOf<Value>(work: () => Promise<Value>): Promise<Cost & { readonly value: Value }> {
  const linux = process.platform === 'linux';
  if (linux) writeFileSync('/proc/self/clear_refs', '5');
  const before = linux ? status('VmRSS') : 0;
  const start = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(start);
  return { value, seconds: (user + system) / 1e6, memory: linux ? status('VmHWM') - before : 0 };
}

function status(name: string): number {
  const line = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * Number(line?.[1]);
}
