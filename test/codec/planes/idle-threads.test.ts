// Small images start no thread, but take one that waits, so that several are coded at a time.
import { expect, it } from 'vitest';
import { idleThreads, startThreads } from '../../../codec/kernel/threads.ts';
import { paint } from './learning/images.ts';
import { colour, untrainedCodec } from './learning/untrained.ts';

const model = untrainedCodec(colour);
const images = [16, 24, 32, 40, 48].map((size) => paint('photo-like', size, size, 3));

/** What comes of an image, and the threads that are idle while it is encoded. */
async function coded(index: number, signal?: AbortSignal) {
  const session = model.open(images[index], { threads: 1, signal });
  const encoding = session.encode(images[index].data);
  const idle = idleThreads();
  const encoded = await encoding;
  expect((await session.decode(encoded)).samples).toEqual(images[index].data);
  return { encoded, idle };
}

it('small images are coded by threads that wait, to the bytes of the calling one', async () => {
  const alone = [];
  for (const index of images.keys()) alone.push(await coded(index));
  expect(idleThreads()).toBe(0);

  await startThreads(2);
  expect(idleThreads()).toBe(2);
  for (const index of images.keys()) {
    const { encoded, idle } = await coded(index);
    expect(encoded).toEqual(alone[index].encoded);
    expect(idle).toBe(1);
  }

  // More than there are threads: the others are coded by the calling one, and no thread is started.
  const together = await Promise.all(images.map((_, index) => coded(index)));
  expect(together.map(({ idle }) => idle)).toEqual([1, 0, 0, 0, 0]);
  expect(together.map(({ encoded }) => encoded)).toEqual(alone.map(({ encoded }) => encoded));
  expect(idleThreads()).toBe(2);
});

it('a signal ends them', async () => {
  const reason = new Error('enough');
  await expect(coded(0, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const ended = expect(coded(4, controller.signal)).rejects.toBe(reason);
  controller.abort(reason);
  await ended;
  expect(idleThreads()).toBe(2);
  expect((await coded(4)).idle).toBe(1);
});
