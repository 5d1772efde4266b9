// Archives that commands read: opened, their members by patterns of names, and what is lost of them.
import picomatch from 'picomatch';
import { type Archive, openArchive, VaezipError } from '../../../library/index.ts';
import { openFileSource } from '../../archive/file-source.ts';
import { printable } from '../../text/printable.ts';
import { fail } from './failures.ts';
import { osPath } from './path-names.ts';
import { tell } from './stderr.ts';

/** A member that is wanted, and where it stands. */
export interface Chosen {
  readonly name: string;
  readonly time: number | null;
  readonly group: number;
  readonly place: number;
}

/** Does work with an archive; what is wrong is told. */
export async function withArchive(
  path: string,
  work: (archive: Archive, size: number) => Promise<void>,
): Promise<void> {
  try {
    const source = openFileSource(osPath(path));
    try {
      const archive = await openArchive(source);
      if (archive.scannedEnd !== null)
        tell(`${path}: its index is lost or was never written: ${archive.size} images were found without it`);
      await work(archive, source.size);
    } finally {
      source.close();
    }
  } catch (error) {
    fail(error, path);
  }
}

/** The members whose names fit the pattern, all without one; groups whose heads are damaged are told. */
export async function chosenOf(archive: Archive, path: string, only: string | undefined): Promise<Chosen[]> {
  const fits = only === undefined ? () => true : picomatch(only, { dot: true });
  const chosen: Chosen[] = [];
  for (const group of archive.groups.keys()) {
    try {
      const { head } = await archive.group(group);
      for (const [place, { name, time }] of head.members.entries())
        if (fits(name)) chosen.push({ name, time, group, place });
    } catch (error) {
      if (!(error instanceof VaezipError)) throw error;
      tellLost(path, group, [], error.message);
    }
  }
  if (chosen.length === 0 && only !== undefined) fail(new Error(`no name in it fits ${only}`), path);
  return chosen;
}

export function tellLost(path: string, group: number, names: readonly string[], message: string): void {
  const lost =
    names.length > 0 ? `lost are ${names.map(printable).join(', ')}` : 'the names in it are not known';
  fail(new Error(`group ${group + 1}: ${message}; ${lost}`), path);
}
