// --rm: an input goes once its result is verified and on the disk, and while it is still what was read.
import type { Stats } from 'node:fs';
import { stat, unlink } from 'node:fs/promises';
import { VaezipError } from '../../../codec/error.ts';
import { descriptorOf } from './descriptors.ts';
import { messageOf } from './failures.ts';
import { STANDARD_STREAM } from './inputs.ts';
import { isWrittenInto } from './output-names.ts';
import { osPath } from './path-names.ts';
import { isUnchanged } from './read-input.ts';

/**
 * Throws VaezipError 'bad-input' for an input that has changed since it was read, is known by no name, or whose result
 * is in no file; it stays.
 */
export async function removeInput(input: string, stats: Stats, output: string): Promise<void> {
  if (output === STANDARD_STREAM || isWrittenInto(output))
    throw new VaezipError('bad-input', 'not removed: its result is in no file');
  if (descriptorOf(input) !== null)
    throw new VaezipError('bad-input', 'not removed: only its number is known, not its name');
  if (!isUnchanged(stats, await stat(osPath(input))))
    throw new VaezipError('bad-input', 'not removed: it has changed since it was read');
  await unlink(osPath(input)).catch((error) => {
    throw new VaezipError(
      'bad-input',
      `its result is there, but it is not removed: ${messageOf(error, input)}`,
    );
  });
}
