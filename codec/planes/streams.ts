// The streams of a group, one after the other: each but the last after its length, so that the group needs no index.

import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** The lengths of all streams but the last (varints), then the streams. */
export function joinStreams(streams: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const stream of streams.slice(0, -1)) writer.varint(stream.length);
  for (const stream of streams) writer.bytes(stream);
  return writer.finish();
}

/** Undoes `joinStreams` of `count` streams. Throws VaezipError 'bad-file' for a group that is shorter than it says. */
export function splitStreams(group: Uint8Array, count: number): Uint8Array[] {
  const reader = new ByteReader(group);
  const lengths = Array.from({ length: count - 1 }, () =>
    reader.varint('length of a stream', reader.remaining),
  );
  const streams = lengths.map((length) => reader.take(length));
  return [...streams, reader.take(reader.remaining)];
}
