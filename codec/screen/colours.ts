// What all pixels of an image have in common, which is told once, before them: whether there are colours and alpha,
// and which colour transparent pixels have.

import type { ByteReader } from '../bytes/reader.ts';
import type { ByteWriter } from '../bytes/writer.ts';
import { VaezipError } from '../error.ts';
import { hasAlpha } from '../pixels/alpha.ts';
import type { Samples, Shape } from '../pixels/pixels.ts';

export interface Colours {
  /** Whether not all pixels are opaque. */
  readonly hasAlpha: boolean;
  /** Whether not all pixels are grey. */
  readonly hasColour: boolean;
  /** The colour that all pixels of alpha 0 have, red << 16 | green << 8 | blue, grey as green; null if they differ. */
  readonly clear: number | null;
}

const ALPHA = 1;
const COLOUR = 2;
const CLEAR = 4;

/** Looks at all samples of an image. */
export function coloursOf(samples: Samples, { channels }: Pick<Shape, 'channels'>): Colours {
  const withAlpha = hasAlpha({ channels });
  let transparent = false;
  let coloured = false;
  let clear: number | null | undefined;
  for (let at = 0; at < samples.length; at += channels) {
    const red = samples[at];
    if (channels > 2) coloured ||= red !== samples[at + 1] || red !== samples[at + 2];
    if (!withAlpha) continue;
    const alpha = samples[at + channels - 1];
    transparent ||= alpha !== 255;
    if (alpha > 0) continue;
    const colour = channels > 2 ? (red << 16) | (samples[at + 1] << 8) | samples[at + 2] : red << 8;
    clear = clear === undefined || clear === colour ? colour : null;
  }
  // Without colours a grey one is told by its green alone.
  const told = clear != null && !coloured ? clear & 0xff00 : clear;
  return { hasAlpha: transparent, hasColour: coloured, clear: told ?? null };
}

/** Bytes that `writeColours` writes. */
export function coloursBytes({ hasColour, clear }: Colours): number {
  if (clear === null) return 1;
  return hasColour ? 4 : 2;
}

/** A byte of flags, and the clear colour. */
export function writeColours(writer: ByteWriter, { hasAlpha, hasColour, clear }: Colours): void {
  writer.uint8((hasAlpha ? ALPHA : 0) | (hasColour ? COLOUR : 0) | (clear === null ? 0 : CLEAR));
  if (clear === null) return;
  for (const shift of hasColour ? [16, 8, 0] : [8]) writer.uint8((clear >> shift) & 255);
}

/** Undoes `writeColours`. Throws VaezipError 'bad-file' for what no such image has. */
export function readColours(reader: ByteReader, { channels }: Pick<Shape, 'channels'>): Colours {
  const flags = reader.uint8();
  const transparent = (flags & ALPHA) !== 0;
  const coloured = (flags & COLOUR) !== 0;
  const clears = (flags & CLEAR) !== 0;
  const wrong =
    flags > (ALPHA | COLOUR | CLEAR) ||
    (transparent && !hasAlpha({ channels })) ||
    (coloured && channels < 3) ||
    (clears && !transparent);
  if (wrong) throw new VaezipError('bad-file', `an image of ${channels} channels has no flags ${flags}`);
  if (!clears) return { hasAlpha: transparent, hasColour: coloured, clear: null };
  const clear = coloured
    ? (reader.uint8() << 16) | (reader.uint8() << 8) | reader.uint8()
    : reader.uint8() << 8;
  return { hasAlpha: transparent, hasColour: coloured, clear };
}
