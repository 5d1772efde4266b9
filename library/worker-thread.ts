// The worker's side of worker.ts. The library is loaded by the first call: what a module awaits at its top
// would let messages pass before anyone listens.

import type { CodingOptions } from '../codec/model/model.ts';
import { type Answer, type Call, type Calls, type Request, sentError } from './messages.ts';

const running = new Map<number, AbortController>();

addEventListener('message', async ({ data }: MessageEvent<Request>) => {
  if (data.name === 'abort') return running.get(data.id)?.abort();
  const { id } = data;
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const onProgress = (share: number) => answer({ id, kind: 'progress', share });
    const value = await work(data, { onProgress, signal: controller.signal });
    answer({ id, kind: 'value', value });
  } catch (error) {
    answer({ id, kind: 'error', error: sentError(error) });
  } finally {
    running.delete(id);
  }
});

async function work(call: Call, watched: Pick<CodingOptions, 'onProgress' | 'signal'>) {
  const library = await import('./index.ts');
  switch (call.name) {
    case 'compress': {
      const [pixels, options] = call.args;
      return library.compress(pixels, { ...options, ...watched });
    }
    case 'decompress': {
      const [file, options] = call.args;
      return library.decompress(file, { ...options, ...watched });
    }
    case 'decodeRegion': {
      const [file, region, options] = call.args;
      return library.decodeRegion(file, region, { ...options, ...watched });
    }
    case 'verify': {
      const [file, expected, options] = call.args;
      return library.verify(file, expected, { ...options, ...watched });
    }
    case 'loadModel': {
      const { name, id } = await library.loadModel(...call.args);
      return { name, id };
    }
  }
}

/** Samples and files, which are the worker's own, are handed over rather than copied. */
function answer(message: Answer): void {
  const buffer = message.kind === 'value' ? bufferOf(message.value) : null;
  postMessage(message, { transfer: buffer ? [buffer] : [] });
}

function bufferOf(value: Calls[keyof Calls][1]): ArrayBuffer | null {
  if (typeof value !== 'object') return null;
  const bytes = 'file' in value ? value.file : 'data' in value ? value.data : null;
  return bytes?.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? bytes.buffer
    : null;
}
