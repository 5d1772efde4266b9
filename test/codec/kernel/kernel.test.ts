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

it('memories of which nothing is left are given back', async () => {
  const before = process.memoryUsage().rss;
  let most = 0;
  for (let i = 0; i < 250; i++) {
    new Uint8Array(kernelMemory(2 ** 22).buffer).fill(1);
    await new Promise(setImmediate);
    most = Math.max(most, process.memoryUsage().rss - before);
  }
  expect(most).toBeLessThan(125 * 2 ** 22);
});
