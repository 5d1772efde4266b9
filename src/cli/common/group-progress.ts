// How far the work on an archive is, in groups.
import { withProgress } from './progress.ts';
import { Workload } from './workload.ts';

/** Does work that tells how many groups are done, with a bar where there is a terminal and this is not `hidden`. */
export function withGroupProgress<T>(
  { path, doing, groups, hidden }: { path: string; doing: string; groups: number; hidden: boolean },
  work: (onGroup: (done: number) => void) => Promise<T>,
): Promise<T> {
  const workload = new Workload([{ input: path, task: null }], 1);
  const phase = { input: path, name: doing, index: 0, workload };
  return withProgress(
    phase,
    () => !hidden,
    (onProgress) => work((done) => onProgress?.(done / groups)),
  );
}
