// The library off the page's thread: the same calls, answered by a module worker, so that a
// page goes on while it codes.

import type { CodingOptions } from '../codec/model/model.ts';
import type { Pixels } from '../codec/pixels/pixels.ts';
import type { Compressed } from './compress.ts';
import { type Answer, type Calls, receivedError, type SentOptions } from './messages.ts';
import type { CompressOptions, DecompressOptions, PixelsInput } from './options.ts';
import type { Region } from './region.ts';
import type { Expected } from './verify.ts';

type Watched = Pick<CodingOptions, 'onProgress' | 'signal'>;
/** As in the library, but models are named: one lives in the thread that loaded it. */
export type WorkerCompressOptions = SentOptions<CompressOptions> &
  Watched & { readonly model?: string | null | undefined };
export type WorkerDecompressOptions = SentOptions<DecompressOptions> & Watched;

/** Errors are as in the library. A signal rejects at once; the worker stops as soon as it looks up from its work. */
export interface WorkerLibrary {
  compress(pixels: PixelsInput, options?: WorkerCompressOptions): Promise<Compressed>;
  decompress(file: Uint8Array, options?: WorkerDecompressOptions): Promise<Pixels>;
  decodeRegion(file: Uint8Array | Blob, region: Region, options?: WorkerDecompressOptions): Promise<Pixels>;
  verify(file: Uint8Array, expected: Expected, options?: WorkerDecompressOptions): Promise<number>;
  /** The worker knows the model by its name and id from then on. */
  loadModel(name: string, weights: Uint8Array): Promise<{ readonly name: string; readonly id: string }>;
  /** Ends the worker; calls that are not answered yet are rejected, and so are later ones. */
  terminate(): void;
}

const NOT_LOADED =
  'worker-thread.js could not be loaded (a bundler that leaves it out takes vaezip/worker-thread as an entry point)';

interface Waiting {
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly settle: (answer: Exclude<Answer, { kind: 'progress' }>) => void;
}

/**
 * Starts a worker. Arguments are copied to it, results handed over. A bundler that does not follow the line of
 * `new Worker` takes `vaezip/worker-thread` as an entry point more, so that worker-thread.js lies beside its output.
 */
export function createWorker(): WorkerLibrary {
  const worker = new Worker(new URL('./worker-thread.js', import.meta.url), { type: 'module' });
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  /** Why there is no worker any more. */
  let ended: string | null = null;

  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id);
    if (data.kind === 'progress') call?.onProgress?.(data.share);
    else call?.settle(data);
  };
  const endBecause = (message: string) => {
    ended ??= message;
    worker.terminate();
    for (const [id, { settle }] of waiting) settle({ id, kind: 'error', error: { code: null, message } });
  };
  worker.onerror = ({ message }) => endBecause(`the worker failed: ${message || NOT_LOADED}`);

  const ask = <Name extends keyof Calls>(
    name: Name,
    args: Calls[Name][0],
    { onProgress, signal }: Watched = {},
  ): Promise<Calls[Name][1]> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (ended !== null) throw new Error(ended);
      const id = calls++;
      const end = () => {
        waiting.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        end();
        worker.postMessage({ id, name: 'abort' });
        reject(signal?.reason);
      };
      const settle: Waiting['settle'] = (answer) => {
        end();
        if (answer.kind === 'error') reject(receivedError(answer.error));
        else resolve(answer.value);
      };
      worker.postMessage({ id, name, args });
      waiting.set(id, { onProgress, settle });
      signal?.addEventListener('abort', abort);
    });

  return {
    compress: (pixels, { onProgress, signal, ...options } = {}) =>
      ask('compress', [pixels, options], { onProgress, signal }),
    decompress: (file, { onProgress, signal, ...options } = {}) =>
      ask('decompress', [file, options], { onProgress, signal }),
    decodeRegion: (file, region, { onProgress, signal, ...options } = {}) =>
      ask('decodeRegion', [file, region, options], { onProgress, signal }),
    verify: (file, expected, { onProgress, signal, ...options } = {}) =>
      ask('verify', [file, expected, options], { onProgress, signal }),
    loadModel: (name, weights) => ask('loadModel', [name, weights]),
    terminate: () => endBecause('the worker was terminated'),
  };
}
