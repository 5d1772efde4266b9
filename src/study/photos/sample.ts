// The photographs in samples/, which lie beside the sources.

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { VaezipError } from '../../../codec/error.ts';
import type { Pixels } from '../../../codec/pixels/pixels.ts';
import { readImage } from '../../files/read-image.ts';

const FOLDER = new URL(
  import.meta.url.endsWith('.ts') ? '../../../samples/' : '../../../../samples/',
  import.meta.url,
);

/** The pixels of samples/NAME. Throws VaezipError 'bad-input' where there is none: the package has no samples. */
export async function samplePhoto(name: string): Promise<Pixels> {
  const path = fileURLToPath(new URL(name, FOLDER));
  const bytes = await readFile(path).catch((cause) => {
    throw new VaezipError('bad-input', `${path} is missing: run the study in a clone of the repository`, {
      cause,
    });
  });
  const { pixels } = await readImage(bytes);
  if (!pixels) throw new VaezipError('bad-input', `${path} is kept as it is: its pixels are not coded`);
  return pixels;
}
