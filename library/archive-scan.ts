// The groups of an archive whose index is lost or was never written, such as where somebody has ended the writing: each
// whole part tells where the next one begins, and behind damage the next whole head is looked for.
import { VaezipError } from '../codec/error.ts';
import type { IndexEntry } from '../container/archive/index-part.ts';
import { readGroupHead } from '../container/archive/members.ts';
import {
  ARCHIVE_SIGNATURE,
  END_BYTES,
  headOf,
  layoutOf,
  MAX_PREFIX_BYTES,
  type PartLayout,
} from '../container/archive/parts.ts';
import type { ByteSource } from '../container/byte-sources.ts';

const WINDOW = 2 ** 20;
const LETTER = 0x56;

export interface Scanned {
  readonly entries: readonly IndexEntry[];
  /** Behind the last whole part. */
  readonly end: number;
}

export async function scanArchive(source: ByteSource): Promise<Scanned> {
  const entries: IndexEntry[] = [];
  let at = ARCHIVE_SIGNATURE.length;
  let end = at;
  while (at < source.size) {
    const part = await partAt(source, at);
    if (!part) {
      at = await nextLetter(source, at + 1);
      continue;
    }
    const { layout, head } = part;
    if (layout.kind === 'group') {
      const { members } = readGroupHead(head);
      const first = members[0].name;
      const beginsRun = !(entries.length > 0 && entries[entries.length - 1].first < first);
      entries.push({ offset: at, bytes: layout.bytes, members: members.length, first, beginsRun });
    }
    at += layout.bytes + (layout.kind === 'index' ? END_BYTES : 0);
    end = Math.min(at, source.size);
  }
  return { entries, end };
}

/** The part that begins there, if it is whole but for its body; null where there is none, or not all of it. */
async function partAt(source: ByteSource, at: number) {
  const start = await source.read(at, Math.min(source.size, at + MAX_PREFIX_BYTES));
  const layout = start.length > 1 ? layoutOf(start) : null;
  if (!layout || at + layout.bytes > source.size) return null;
  try {
    const head = headOf(await source.read(at, at + layout.body), layout as PartLayout);
    if (layout.kind === 'group') readGroupHead(head);
    return { layout, head };
  } catch (error) {
    if (error instanceof VaezipError && error.code === 'bad-file') return null;
    throw error;
  }
}

/** Where the next letter lies that a part may begin with; the end where there is none. */
async function nextLetter(source: ByteSource, from: number): Promise<number> {
  for (let at = from; at < source.size; at += WINDOW) {
    const window = await source.read(at, Math.min(source.size, at + WINDOW));
    const found = window.indexOf(LETTER);
    if (found >= 0) return at + found;
  }
  return source.size;
}
