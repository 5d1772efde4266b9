// PNG chunks (docs/FORMAT.md, metadata of kind 1) with less in them: zlib streams unpacked, known colour profiles as
// numbers, tables of curves as differences. Writer and reader side by side.

import { ByteReader } from '../../codec/bytes/reader.ts';
import { ByteWriter } from '../../codec/bytes/writer.ts';
import { equal, HEADER_BYTES, packAsBefore, understandZlib } from '../../codec/bytes/zlib-streams.ts';
import { VaezipError } from '../../codec/error.ts';
import { MAX_REPACKED_BYTES, REPACKED_STREAM_COST } from '../limits.ts';
import { curvesOfDifferences, differencesOfCurves } from './curves.ts';
import { ascii, join } from './icc-tags.ts';
import { KNOWN_PROFILES } from './known-profiles.ts';

/** Added to a chunk's byte of place (0 or 1) where its zlib stream is unpacked. */
const UNPACKED = 2;
const TYPE_BYTES = 4;

/** What an unpacked stream's content is, the first byte before it; from FIRST_KNOWN on known profiles. */
const PLAIN = 0;
const DIFFERENCES = 1;
const FIRST_KNOWN = 2;

/**
 * The condensed form of metadata of kind 1.
 * @throws VaezipError 'bad-file' where they are no series of chunks.
 */
export function condense(metadata: Uint8Array): Uint8Array {
  const reader = new ByteReader(metadata);
  const writer = new ByteWriter();
  let budget = MAX_REPACKED_BYTES;
  while (reader.remaining > 0) {
    const place = reader.uint8();
    if (place >= UNPACKED) throw new VaezipError('bad-file', `a chunk at no known place, ${place}`);
    const type = reader.take(TYPE_BYTES);
    const data = reader.take(reader.varint('length of a PNG chunk', reader.remaining));
    const start = zlibOffset(String.fromCharCode(...type), data);
    const zlib = start === null ? null : understandZlib(data.subarray(start), budget - REPACKED_STREAM_COST);
    // Trying to pack one takes time as well where it comes to nothing.
    if (zlib) budget -= zlib.content.length + REPACKED_STREAM_COST;
    const settings = zlib?.settings;
    writer.uint8(settings ? place + UNPACKED : place);
    writer.bytes(type);
    if (zlib && settings && start !== null) {
      writer.varint(start);
      writer.bytes(data.subarray(0, start));
      writer.bytes(settings.header);
      writer.uint8(settings.how);
      writeContent(writer, zlib.content, equal(type, ICC_CHUNK));
    } else {
      writer.varint(data.length);
      writer.bytes(data);
    }
  }
  return writer.finish();
}

/**
 * Undoes `condense`.
 * @throws VaezipError 'bad-file' for what it does not write, or where more than `maximum` bytes come out.
 */
export function expand(condensed: Uint8Array, maximum: number): Uint8Array {
  const reader = new ByteReader(condensed);
  const writer = new ByteWriter();
  let [total, budget] = [0, MAX_REPACKED_BYTES];
  while (reader.remaining > 0) {
    const place = reader.uint8();
    if (place >= 2 * UNPACKED) throw new VaezipError('bad-file', `a chunk at no known place, ${place}`);
    const type = reader.take(TYPE_BYTES);
    const unpacked = place >= UNPACKED ? readUnpacked(reader, budget) : null;
    const data = unpacked?.data ?? takeCounted(reader);
    budget -= unpacked?.cost ?? 0;
    writer.uint8(place % UNPACKED);
    writer.bytes(type);
    writer.varint(data.length);
    writer.bytes(data);
    total += data.length;
    if (total > maximum)
      throw new VaezipError('bad-file', `metadata of more than ${maximum} bytes: the limit of the format`);
  }
  return writer.finish();
}

const ICC_CHUNK = ascii('iCCP');

/** Where the zlib stream of a chunk begins (PNG specification, section 11.3); null where there is none. */
function zlibOffset(type: string, data: Uint8Array): number | null {
  const keyword = data.indexOf(0);
  if (keyword < 0) return null;
  if (type === 'iCCP' || type === 'zTXt') return data[keyword + 1] === 0 ? keyword + 2 : null;
  if (type !== 'iTXt' || data[keyword + 1] !== 1 || data[keyword + 2] !== 0) return null;
  const language = data.indexOf(0, keyword + 3);
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1);
  return translated < 0 ? null : translated + 1;
}

function writeContent(writer: ByteWriter, content: Uint8Array, isProfile: boolean): void {
  const known = isProfile ? KNOWN_PROFILES.findIndex((profile) => equal(profile, content)) : -1;
  if (known >= 0) {
    writer.uint8(FIRST_KNOWN + known);
    return;
  }
  writer.uint8(isProfile ? DIFFERENCES : PLAIN);
  writer.varint(content.length);
  writer.bytes(isProfile ? differencesOfCurves(content) : content);
}

function readUnpacked(reader: ByteReader, budget: number) {
  const before = takeCounted(reader);
  const settings = { header: reader.take(HEADER_BYTES), how: reader.uint8() };
  const content = readContent(reader);
  const cost = content.length + REPACKED_STREAM_COST;
  if (cost > budget)
    throw new VaezipError(
      'bad-file',
      `zlib streams of more than ${MAX_REPACKED_BYTES} bytes in the metadata`,
    );
  return { data: join(before, packAsBefore(content, settings)), cost };
}

function readContent(reader: ByteReader): Uint8Array {
  const form = reader.uint8();
  if (form === PLAIN) return takeCounted(reader);
  if (form === DIFFERENCES) return curvesOfDifferences(takeCounted(reader));
  const profile = KNOWN_PROFILES[form - FIRST_KNOWN];
  if (!profile) throw new VaezipError('bad-file', `no known colour profile has the number ${form}`);
  return profile;
}

function takeCounted(reader: ByteReader): Uint8Array {
  return reader.take(reader.varint('length of a part of the metadata', reader.remaining));
}
