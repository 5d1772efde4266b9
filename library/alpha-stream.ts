// The stream of an alpha channel that a model of grey images codes: a byte of kind, three of the model's id, and
// sections as a file has them (docs/FORMAT.md, alpha). Other kinds are those of codec/plain/alpha-plane.ts.

import { ByteReader } from '../codec/bytes/reader.ts';
import { ByteWriter } from '../codec/bytes/writer.ts';
import { VaezipError } from '../codec/error.ts';
import type { Coded, Model } from '../codec/model/model.ts';
import { shortId } from '../container/container.ts';
import { readSections, writeSections } from '../container/sections.ts';

const MODELLED = 5;
const ID_BYTES = 3;

/** The stream of what a model has made of the channel. */
export function writeAlphaStream({ id }: Model, { sides, groups }: Coded): Uint8Array {
  const writer = new ByteWriter();
  writer.uint8(MODELLED);
  for (const digits of shortId(id).match(/../g) ?? []) writer.uint8(Number.parseInt(digits, 16));
  writeSections(writer, { ...sides, groups });
  return writer.finish();
}

/** The id of the model that an alpha channel's stream names; null where no model has coded it, or there is none. */
export function alphaModelId(stream: Uint8Array | undefined): string | null {
  if (!stream || stream[0] !== MODELLED || stream.length <= ID_BYTES) return null;
  return [...stream.subarray(1, 1 + ID_BYTES)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Undoes `writeAlphaStream`. Throws VaezipError 'bad-file' for sections that are not those of a grey image. */
export function readAlphaStream(stream: Uint8Array): Coded {
  const { sections } = readSections(new ByteReader(stream.subarray(1 + ID_BYTES)));
  const { groups, scan, depth, levels, ...others } = sections;
  if (!groups || Object.keys(others).length > 0)
    throw new VaezipError('bad-file', 'the sections are not those of an alpha channel');
  const sides = { ...(scan && { scan }), ...(depth && { depth }), ...(levels && { levels }) };
  return { sides, groups };
}
