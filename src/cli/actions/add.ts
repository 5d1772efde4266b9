// The work of the command `add`: appends images to an archive, which stays whole if this is interrupted: its old index
// counts until the new one is there.
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { Layout } from '../../../library/archive-write.ts';
import type { Archive } from '../../../library/index.ts';
import { withArchive } from '../common/archives.ts';
import { modelExists } from '../common/models.ts';
import {
  appendGroups,
  type PackingArguments,
  type Planned,
  planGroups,
  reportPacking,
} from '../common/packing.ts';
import { osPath } from '../common/path-names.ts';

export interface AddArguments extends PackingArguments {
  archive: string;
}

export async function addFiles(args: AddArguments): Promise<void> {
  const start = performance.now();
  await withArchive(args.archive, async (archive, size) => {
    const known = new Set<string>();
    for await (const { name } of archive.members()) known.add(name);
    const planned = await planGroups(args, known);
    if (planned.groups.length === 0 || (args.model !== undefined && !(await modelExists(args.model)))) return;
    await append(archive, size, planned, args);
    if (planned.sums.members > 0) reportPacking(args.archive, args, planned.sums, start);
  });
}

async function append(archive: Archive, size: number, planned: Planned, args: AddArguments): Promise<void> {
  const end = archive.scannedEnd ?? size;
  const descriptor = openSync(osPath(args.archive), 'r+');
  try {
    // What an interrupted writing has left behind the last whole part.
    if (end < size) ftruncateSync(descriptor, end);
    let at = end;
    const write = (bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(descriptor, bytes, done, undefined, at + done);
      at += bytes.length;
    };
    const layout = new Layout(archive.groups, end);
    await appendGroups(args.archive, planned, layout, args, write, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}
