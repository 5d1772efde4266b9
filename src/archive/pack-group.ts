// Reads the files of a group, codes them, and looks whether they come back: what a thread does of an archive.
import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Pixels, sampleCount } from '../../codec/pixels/pixels.ts';
import { readGroupHead } from '../../container/archive/members.ts';
import { bodyOf, headOf, layoutOf } from '../../container/archive/parts.ts';
import {
  type ArchiveEntry,
  type ArchiveImage,
  decodeGroup,
  encodeGroup,
} from '../../library/archive-group.ts';
import { VaezipError } from '../../library/index.ts';
import { readImage, type SourceImage } from '../files/read-image.ts';

/** A file, or an image of one, that is to be packed. */
export interface Wanted {
  readonly path: string | Uint8Array;
  /** In the archive. */
  readonly name: string;
  /** Number of the image in the file; null where the file is one image. */
  readonly image: number | null;
}

export interface PackTask {
  readonly wanted: readonly Wanted[];
  readonly effort?: number | undefined;
  readonly model?: string | undefined;
  readonly threads: number;
  readonly verify: boolean;
}

/** What became of a file: how many bytes it had, or what was wrong with it. */
export type Outcome =
  | { readonly inputBytes: number; readonly isKept: boolean }
  | { readonly code: string | undefined; readonly message: string };

export interface PackResult {
  /** Null where no file could be read. */
  readonly part: Uint8Array | null;
  /** Of the members of the part. */
  readonly names: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** Does a task. Rejects where coding fails; what is wrong with a file is its outcome. */
export async function packGroup({ wanted, verify, ...options }: PackTask): Promise<PackResult> {
  const entries: ArchiveEntry[] = [];
  const outcomes: Outcome[] = [];
  const times = new Map<string, number>();
  for (const one of wanted) {
    try {
      const { entry, inputBytes } = await readEntry(one, times);
      entries.push(entry);
      outcomes.push({ inputBytes, isKept: entry.pixels === null });
    } catch (error) {
      outcomes.push(failureOf(error));
    }
  }
  if (entries.length === 0) return { part: null, names: [], outcomes };
  const part = await encodeGroup(entries, options);
  if (verify) await verifyGroup(part, entries, options.threads);
  return { part, names: entries.map(({ name }) => name), outcomes };
}

/** The images of the file that was read last: one of many holds all of them. */
let last: { readonly key: string; readonly source: SourceImage; readonly bytes: number } | null = null;

/** `times` are those of files that were looked at: a file of many images is asked once a group. */
async function readEntry({ path, name, image }: Wanted, times: Map<string, number>) {
  const file = typeof path === 'string' ? path : Buffer.from(path);
  const mtimeMs = times.get(String(file)) ?? statSync(file).mtimeMs;
  times.set(String(file), mtimeMs);
  const time = Math.floor(mtimeMs / 1000);
  if (image === null) {
    const bytes = new Uint8Array(await readFile(file));
    const { pixels, metadata, form, recipe, keepReason } = await readImage(bytes);
    const kept = { name, time, pixels: null, original: bytes, reason: keepReason };
    const coded = { name, time, pixels, original: bytes, form, recipe, metadata: metadata.data };
    return { entry: pixels && !keepReason ? coded : kept, inputBytes: bytes.length };
  }
  const key = `${String(file)} ${mtimeMs}`;
  if (last?.key !== key) {
    const bytes = new Uint8Array(await readFile(file));
    last = { key, source: await readImage(bytes), bytes: bytes.length };
  }
  const all = last.source.pixels;
  if (!all || image >= all.images)
    throw new VaezipError('bad-input', 'it changed while it was read: try again');
  const one = { ...all, images: 1 };
  const size = sampleCount(one);
  const pixels: Pixels = { ...one, data: all.data.slice(image * size, (image + 1) * size) };
  return { entry: { name, time, pixels, original: null }, inputBytes: Math.round(last.bytes / all.images) };
}

function failureOf(error: unknown): Outcome {
  const { message, code } = error as NodeJS.ErrnoException;
  return { message, code };
}

/** Throws VaezipError 'bad-file' where what comes back is not what went in. */
async function verifyGroup(
  part: Uint8Array,
  entries: readonly ArchiveEntry[],
  threads: number,
): Promise<void> {
  const layout = layoutOf(part);
  if (!layout) throw notTheSame();
  const head = readGroupHead(headOf(part, layout));
  const images = await decodeGroup(head, bodyOf(part.subarray(layout.body)), () => true, { threads });
  if (images.length !== entries.length) throw notTheSame();
  for (const [index, image] of images.entries()) if (!isSame(image, entries[index])) throw notTheSame();
}

function isSame(found: ArchiveImage, { name, pixels, original, metadata, recipe }: ArchiveEntry): boolean {
  if (found.name !== name) return false;
  if (found.original) return original !== null && Buffer.compare(found.original, original) === 0;
  const same = (a: Uint8Array | null | undefined, b: Uint8Array | null | undefined) =>
    Buffer.compare(a ?? Buffer.alloc(0), b ?? Buffer.alloc(0)) === 0;
  const bytesOf = (one: Pixels | null) =>
    one && new Uint8Array(one.data.buffer, one.data.byteOffset, one.data.byteLength);
  return (
    same(bytesOf(found.pixels), bytesOf(pixels)) &&
    same(found.metadata, metadata) &&
    same(found.recipe, recipe)
  );
}

function notTheSame(): VaezipError {
  return new VaezipError('bad-file', 'what was packed does not come back as it was; please report this');
}
