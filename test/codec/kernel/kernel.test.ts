import { afterEach, expect, it, vi } from 'vitest';
import { kernelMemory } from '../../../codec/kernel/kernel.ts';

afterEach(() => vi.restoreAllMocks());

it('says how much memory is needed where it cannot be had', () => {
  const tooLarge = (mebibytes: string) =>
    expect.objectContaining({
      code: 'too-large',
      message: expect.stringMatching(`^${mebibytes} MiB of memory`),
    });
  expect(() => kernelMemory(2 ** 33)).toThrow(tooLarge('8193'));
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function refuse(): never {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  });
  expect(() => kernelMemory(2 ** 20)).toThrow(tooLarge('2'));
});

it('memories of which nothing is left are collected while others are made', async () => {
  let alive = 0;
  let most = 0;
  const registry = new FinalizationRegistry(() => alive--);
  // 1.6 GiB, of which nothing is touched. Some 40 are alive at a time; all of them where the collector does not count them.
  for (let made = 0; made < 400; made++) {
    registry.register(kernelMemory(2 ** 22), made);
    most = Math.max(most, ++alive);
    await new Promise(setImmediate);
  }
  expect(most).toBeLessThan(200);
});
