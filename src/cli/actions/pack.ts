// The work of the command `pack`: codes images into one archive, group by group.
import { basename } from 'node:path';
import { ARCHIVE_SIGNATURE } from '../../../container/archive/parts.ts';
import { Layout } from '../../../library/archive-write.ts';
import { fail } from '../common/failures.ts';
import { modelExists } from '../common/models.ts';
import { writeParts } from '../common/output-file.ts';
import { OutputNames } from '../common/output-names.ts';
import { appendGroups, type PackingArguments, planGroups, reportPacking } from '../common/packing.ts';

export interface PackArguments extends PackingArguments {
  output: string;
  force: boolean;
}

export async function packFiles(args: PackArguments): Promise<void> {
  const start = performance.now();
  const planned = await planGroups(args, new Set());
  if (planned.groups.length === 0 || (args.model !== undefined && !(await modelExists(args.model)))) return;
  const input = { path: args.files[0], folder: null };
  try {
    const names = new OutputNames([input], { wanted: args.output, force: args.force });
    const output = names.outputOf(input, [basename(args.output)]);
    names.claim(input.path, output);
    await writeParts(output, { input: input.path, names }, (append) => {
      append(ARCHIVE_SIGNATURE);
      return appendGroups(output, planned, new Layout(), args, append);
    });
    if (planned.sums.members > 0) reportPacking(output, args, planned.sums, start);
  } catch (error) {
    fail(error, args.output);
  }
}
