// Decodes a .vz file again and compares it with what went in.

import { VaezipError } from '../codec/error.ts';
import { readContainer } from '../container/container.ts';
import { imageIn, metadataIn, originalIn } from './contents.ts';
import type { DecompressOptions, Metadata, PixelsInput } from './options.ts';

/** What a file must give back: the input file's bytes where it is kept, else the pixels and what goes with them. */
export interface Expected {
  readonly pixels?: PixelsInput | undefined;
  /** Not compared where it is not given. */
  readonly metadata?: Metadata | undefined;
  /** What makes the input file again; not compared where it is not given. */
  readonly recipe?: Uint8Array | null | undefined;
  readonly original?: Uint8Array | undefined;
}

const NOTHING = new Uint8Array(0);

/**
 * Throws VaezipError 'bad-file' unless the file, as it was written, decodes to what is
 * expected. Returns the seconds it took.
 */
export async function verify(
  file: Uint8Array,
  expected: Expected,
  options: DecompressOptions = {},
): Promise<number> {
  options.signal?.throwIfAborted();
  const start = performance.now();
  const container = readContainer(file);
  const kept = container.kind === 'kept';
  const wanted = kept ? expected.original : expected.pixels?.data;
  const image = kept ? null : await imageIn(container, options);
  const decoded = image ? image.pixels.data : originalIn(container).bytes;
  if (!wanted || !equal(decoded, wanted))
    throw new VaezipError('bad-file', 'what was written does not decode to the input; please report this');
  if (!kept && expected.metadata) {
    const metadata = metadataIn(container);
    if (metadata.kind !== expected.metadata.kind || !equal(metadata.data, expected.metadata.data))
      throw new VaezipError(
        'bad-file',
        'what was written has other metadata than the input; please report this',
      );
  }
  if (image && expected.recipe !== undefined && !equal(image.recipe ?? NOTHING, expected.recipe ?? NOTHING))
    throw new VaezipError(
      'bad-file',
      'what was written has another recipe than the input; please report this',
    );
  return (performance.now() - start) / 1000;
}

function equal(a: Uint8Array | Uint16Array, b: Uint8Array | Uint16Array): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
