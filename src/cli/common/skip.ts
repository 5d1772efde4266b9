// Leaves out what an earlier run has done: results get their names only when they are whole.
import { forEachName } from './failures.ts';
import type { Input } from './inputs.ts';

/** The paths of the inputs whose results are not there yet; of all inputs without --skip-existing. */
export async function inputsNotDone(
  inputs: readonly Input[],
  args: { readonly 'skip-existing': boolean; readonly quiet: boolean },
  isDone: (input: string) => Promise<boolean>,
): Promise<string[]> {
  const paths = inputs.map(({ path }) => path);
  if (!args['skip-existing']) return paths;
  const ahead: string[] = [];
  let skipped = 0;
  await forEachName(paths, async (path) => {
    if (await isDone(path)) skipped++;
    else ahead.push(path);
  });
  if (!args.quiet && skipped > 0) {
    const [some, all] = [skipped, paths.length].map((count) => count.toLocaleString('en'));
    process.stderr.write(`skipped ${some} of ${all} files: their results exist already\n`);
  }
  return ahead;
}
