// The streams of a group, one after the other: each but the last after its length, so that the group needs no index.
// A stream's state is written without its highest bytes that are 0: all else takes a multiple of 4 bytes, so that the
// length tells how many are left.

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';
import { VaezipError } from '../error.ts';

const STATE_BYTES = 8;
/** A state is at least 2^32. */
const LEAST_STATE_BYTES = 5;

/** The lengths of all streams but the last (varints), then the streams, which begin with a state of 8 bytes. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  const states = streams.map(stateBytes);
  for (const [i, stream] of streams.slice(0, -1).entries())
    writer.varint(stream.length - STATE_BYTES + states[i]);
  for (const [i, stream] of streams.entries()) {
    writer.bytes(stream.subarray(0, states[i]));
    writer.bytes(stream.subarray(STATE_BYTES));
  }
  return writer.finish();
}

/** Undoes `joinStreams` of `count` streams. Throws VaezipError 'bad-file' for a group that is shorter than it says. */
export function splitStreams(group: Uint8Array, count: number): Uint8Array[] {
  const reader = new ByteReader(group);
  const lengths = Array.from({ length: count - 1 }, () =>
    reader.varint('length of a stream', reader.remaining),
  );
  const streams = lengths.map((length) => reader.take(length));
  return [...streams, reader.take(reader.remaining)].map(completed);
}

/** Bytes of a stream's state without the highest ones that are 0. */
function stateBytes(stream: Uint8Array): number {
  let bytes = STATE_BYTES;
  while (bytes > LEAST_STATE_BYTES && stream[bytes - 1] === 0) bytes--;
  return bytes;
}

/** A stream with all bytes of its state. */
function completed(stream: Uint8Array): Uint8Array {
  const bytes = LEAST_STATE_BYTES + ((stream.length + 3) % 4);
  if (stream.length < bytes || (bytes > LEAST_STATE_BYTES && stream[bytes - 1] === 0))
    throw new VaezipError('bad-file', `a stream of ${stream.length} bytes: the file is damaged or truncated`);
  const whole = new Uint8Array(stream.length - bytes + STATE_BYTES);
  whole.set(stream.subarray(0, bytes));
  whole.set(stream.subarray(bytes), STATE_BYTES);
  return whole;
}
