// The image data of a PNG file: libpng stops at the last row and passes in silence over what follows, in the zlib
// stream and behind it.
import { once } from 'node:events';
import { createInflate, inflateSync } from 'node:zlib';
import { VaezipError } from '../../../codec/error.ts';
import type { PngChunk, PngHeader } from './chunks.ts';
import { imageDataBytes, passesOf } from './rows.ts';

const OUTPUT_BYTES = 2 ** 18;
/** Bytes of image data that are unpacked at once. */
const SMALL = 2 ** 20;

/** Bytes of the image data that are no pixels: 0, as a rule. Throws VaezipError 'bad-input' for damaged ones. */
export async function bytesBesidePixels(chunks: readonly PngChunk[], header: PngHeader): Promise<number> {
  const packed = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  const size = packed.reduce((sum, data) => sum + data.length, 0);
  const expected = imageDataBytes(passesOf(header));
  try {
    const { read, unpacked } = await (expected < SMALL ? unpackAtOnce : unpackInTurns)(packed, expected);
    return size - read + Math.max(0, unpacked - expected);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new VaezipError('bad-input', `damaged PNG: its image data do not unpack (${what})`, { cause });
  }
}

/** How much of zlib data is read until their end, and what that unpacks to. */
interface Unpacked {
  readonly read: number;
  readonly unpacked: number;
}

/** Of small images, for which turns of the event loop take longer. Far more than expected is an error. */
function unpackAtOnce(packed: readonly Uint8Array[], expected: number): Unpacked {
  const options = { info: true, chunkSize: Math.max(64, expected + 1), maxOutputLength: expected + SMALL };
  // With `info` there are the engine's figures, too, which the types do not know.
  const { buffer, engine } = inflateSync(Buffer.concat(packed), options) as unknown as {
    readonly buffer: Uint8Array;
    readonly engine: { readonly bytesWritten: number };
  };
  return { read: engine.bytesWritten, unpacked: buffer.length };
}

async function unpackInTurns(packed: readonly Uint8Array[]): Promise<Unpacked> {
  const inflate = createInflate({ chunkSize: OUTPUT_BYTES });
  let unpacked = 0;
  inflate.on('data', (part: Uint8Array) => {
    unpacked += part.length;
  });
  const ended = once(inflate, 'end');
  for (const data of packed) inflate.write(data);
  inflate.end();
  await ended;
  return { read: inflate.bytesWritten, unpacked };
}
