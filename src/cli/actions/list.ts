// The work of the command `list`: the names in an archive.
import { printable } from '../../text/printable.ts';
import { chosenOf, withArchive } from '../common/archives.ts';
import { print } from '../common/stdout.ts';

export interface ListArguments {
  archive: string;
  only?: string | undefined;
  json: boolean;
}

export async function listArchive({ archive: path, only, json }: ListArguments): Promise<void> {
  await withArchive(path, async (archive) => {
    for (const { name, time } of await chosenOf(archive, path, only)) {
      const when = time === null ? null : new Date(1000 * time).toISOString();
      const row = `${(when ?? '-').slice(0, 19).replace('T', ' ').padEnd(19)}  ${printable(name)}`;
      print(json ? `${JSON.stringify({ name, time: when })}\n` : `${row}\n`);
    }
  });
}
