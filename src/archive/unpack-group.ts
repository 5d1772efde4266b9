// Decodes a group of an archive and makes its members' files: what a thread does of unpacking.
import type { ArchiveImage } from '../../library/archive-group.ts';
import { type Archive, openArchive, VaezipError } from '../../library/index.ts';
import { remakeFile } from '../files/remake-file.ts';
import { isWritten, kindOfName, writeImage } from '../files/write-image.ts';
import { openFileSource } from './file-source.ts';

export interface UnpackTask {
  readonly path: string | Uint8Array;
  readonly group: number;
  /** Members that are wanted, by their places in the group; null for all. */
  readonly wanted: readonly number[] | null;
  readonly threads: number;
}

export interface UnpackedFile {
  readonly name: string;
  readonly time: number | null;
  readonly bytes: Uint8Array;
  /** Whether they are those that the recipe promises, or of a file that was kept. */
  readonly identical: boolean;
}

export type UnpackResult =
  | { readonly files: readonly UnpackedFile[] }
  | { readonly lost: readonly string[]; readonly message: string };

/** The archive that was opened last. */
let open: { readonly key: string; readonly archive: Promise<Archive> } | null = null;

/** Does a task; damage is its result. Rejects where the file cannot be read. */
export async function unpackGroup({ path, group, wanted, threads }: UnpackTask): Promise<UnpackResult> {
  const key = String(path);
  if (open?.key !== key) open = { key, archive: openArchive(openFileSource(path)) };
  const archive = await open.archive;
  try {
    const isWanted = (_: unknown, place: number) => wanted === null || wanted.includes(place);
    const images = await archive.images(group, isWanted, { threads });
    return { files: await Promise.all(images.map(fileOf)) };
  } catch (error) {
    if (!(error instanceof VaezipError)) throw error;
    return { lost: await namesOf(archive, group), message: error.message };
  }
}

/** None where the group's head is damaged. */
async function namesOf(archive: Archive, group: number): Promise<string[]> {
  try {
    return (await archive.group(group)).head.members.map(({ name }) => name);
  } catch {
    return [];
  }
}

async function fileOf({ name, time, original, pixels, form, ...rest }: ArchiveImage): Promise<UnpackedFile> {
  if (original || !pixels) return { name, time, bytes: original ?? new Uint8Array(0), identical: true };
  const metadata = { kind: rest.metadata.length > 0 ? 'png' : 'none', data: rest.metadata } as const;
  if (rest.recipe) {
    const { file, isAsMeant } = await remakeFile(pixels, form, metadata, rest.recipe);
    return { name, time, bytes: file, identical: isAsMeant };
  }
  const own = form?.format ?? 'png';
  const kind = kindOfName(name) ?? (isWritten(own) ? own : 'png');
  return { name, time, bytes: await writeImage(kind, pixels, metadata), identical: false };
}
