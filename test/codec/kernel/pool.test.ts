import { expect, it } from 'vitest';
import type { Kernel } from '../../../codec/kernel/kernel.ts';
import { borrowKernel, returnKernel } from '../../../codec/kernel/pool.ts';

const bytesOf = ({ memory, exports }: Kernel) => new Uint8Array(memory.buffer, exports.heapBase());

it('lends a kernel again, zeroed as a new one', () => {
  const kernel = borrowKernel(1000);
  const bytes = bytesOf(kernel);
  bytes.fill(255, 0, 5000);
  returnKernel(kernel, bytes.byteOffset + 5000);
  const again = borrowKernel(2 ** 20);
  expect(again).toBe(kernel);
  expect(bytes.some((byte) => byte !== 0)).toBe(false);
});

it('lends a kernel to one job at a time, however often it is given back', () => {
  const kernel = borrowKernel(1);
  const end = bytesOf(kernel).byteOffset;
  returnKernel(kernel, end);
  returnKernel(kernel, end);
  expect(borrowKernel(1)).toBe(kernel);
  expect(borrowKernel(1)).not.toBe(kernel);
});

it('has room for what is wanted, and keeps no large memory', () => {
  const bytes = 2 ** 25;
  const large = borrowKernel(bytes);
  expect(bytesOf(large).length).toBeGreaterThanOrEqual(bytes);
  returnKernel(large, bytesOf(large).byteOffset);
  expect(borrowKernel(bytes)).not.toBe(large);
});

it('keeps a few kernels, not as many as there once were jobs', () => {
  const borrowed = Array.from({ length: 40 }, () => borrowKernel(1));
  for (const kernel of borrowed) returnKernel(kernel, bytesOf(kernel).byteOffset);
  const again = Array.from({ length: 40 }, () => borrowKernel(1));
  const kept = again.filter((kernel) => borrowed.includes(kernel)).length;
  expect(kept).toBeGreaterThan(1);
  expect(kept).toBeLessThan(20);
});
