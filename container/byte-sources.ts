// Where the bytes of files are read from, a range at a time.
import { VaezipError } from '../codec/error.ts';

/** Bytes that can be read in parts. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `from` up to, not including, `to`. Rejects where they cannot be had. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** What files are read from: bytes, a Blob or File, the address of an HTTP server that knows ranges, or others. */
export type ByteInput = Uint8Array | Blob | URL | ByteSource;

/** @throws VaezipError 'bad-input' for an address that gives no ranges. */
export async function sourceOf(input: ByteInput): Promise<ByteSource> {
  if (input instanceof Uint8Array)
    return { size: input.length, read: async (from, to) => input.subarray(from, to) };
  if (input instanceof URL) return httpSource(input);
  if (typeof Blob !== 'undefined' && input instanceof Blob)
    return {
      size: input.size,
      read: async (from, to) => new Uint8Array(await input.slice(from, to).arrayBuffer()),
    };
  return input as ByteSource;
}

async function httpSource(url: URL): Promise<ByteSource> {
  const range = async (from: number, to: number) => {
    const response = await fetch(url, { headers: { range: `bytes=${from}-${to - 1}` } });
    if (response.status !== 206)
      throw new VaezipError('bad-input', `${url} gives no ranges of bytes (HTTP status ${response.status})`);
    return response;
  };
  const first = await range(0, 1);
  await first.body?.cancel();
  const size = Number(/\/(\d+)$/.exec(first.headers.get('content-range') ?? '')?.[1]);
  if (!Number.isSafeInteger(size))
    throw new VaezipError('bad-input', `${url} does not say how many bytes it has`);
  return { size, read: async (from, to) => new Uint8Array(await (await range(from, to)).arrayBuffer()) };
}
