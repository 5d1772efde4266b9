// Deflates to zlib streams (RFC 1950) and raw data (RFC 1951) by pako, to the very bytes that its own `deflate` gives.
// States are kept from call to call: one takes half a MiB, and longer to make than an icon to pack.
import {
  Z_FINISH,
  Z_OK,
  ZStream,
  zlibDeflate,
  zlibDeflateInit2,
  zlibDeflateReset,
  zlibDeflateSetDictionary,
} from 'pako';
import { ByteWriter } from './writer.ts';

export interface DeflateOptions {
  readonly format: 'zlib' | 'raw';
  readonly level: 6 | 9;
  /** The bytes are differences, mostly small ones: zlib's strategy for them. */
  readonly filtered?: boolean;
  /** As zlib itself hashes, whose bytes they are then. */
  readonly legacyHash?: boolean;
  /** What matches may refer to as if it stood before the bytes. */
  readonly dictionary?: Uint8Array;
}

const DEFLATED = 8;
const WINDOW_BITS = 15;
const MEMORY_LEVEL = 9;
const OUTPUT_BYTES = 2 ** 14;
const NOTHING = new Uint8Array(0);

/** zlib's Z_FILTERED and Z_DEFAULT_STRATEGY. */
const STRATEGY = { filtered: 1, plain: 0 } as const;

const streams = new Map<string, ZStream>();
const output = new Uint8Array(OUTPUT_BYTES);

/** The packed form of the bytes. */
export function deflate(bytes: Uint8Array, options: DeflateOptions): Uint8Array {
  const stream = openStream(options);
  stream.input = bytes;
  stream.next_in = 0;
  stream.avail_in = bytes.length;
  const writer = new ByteWriter();
  for (let status: number = Z_OK; status === Z_OK; ) {
    stream.output = output;
    stream.next_out = 0;
    stream.avail_out = output.length;
    status = zlibDeflate(stream, Z_FINISH);
    writer.bytes(output.slice(0, stream.next_out));
  }
  stream.input = NOTHING; // lets go of the bytes
  return writer.finish();
}

/** A stream as good as new. */
function openStream(options: DeflateOptions): ZStream {
  const { format, level, filtered = false, legacyHash = false, dictionary } = options;
  const key = `${format} ${level} ${filtered} ${legacyHash}`;
  const kept = streams.get(key);
  const stream = kept ?? new ZStream();
  if (kept) {
    zlibDeflateReset(kept);
    // Where matches are looked for depends on up to three bytes behind the input.
    kept.state.window.fill(0);
  } else {
    const bits = format === 'raw' ? -WINDOW_BITS : WINDOW_BITS;
    const strategy = filtered ? STRATEGY.filtered : STRATEGY.plain;
    zlibDeflateInit2(stream, level, DEFLATED, bits, MEMORY_LEVEL, strategy, legacyHash);
    streams.set(key, stream);
  }
  if (dictionary) zlibDeflateSetDictionary(stream, dictionary);
  return stream;
}
