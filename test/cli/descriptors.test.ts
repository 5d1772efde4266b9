// Paths of what the process has open already.
import { statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { descriptorOf, isStdin, isStdout } from '../../src/cli/common/descriptors.ts';
import { removeInput } from '../../src/cli/common/remove-input.ts';

it.skipIf(process.platform === 'win32')('are known by their numbers', () => {
  const paths = [
    '/dev/stdin',
    '/dev//stderr',
    '/dev/fd/63',
    '/proc/self/fd/1',
    '/dev/fd/x',
    '/proc/1/fd/1',
    'stdin',
  ];
  expect(paths.map(descriptorOf)).toEqual([0, 2, 63, 1, null, null, null]);
  expect(['-', '/dev/stdin', '/dev/fd/0', '/dev/stdout'].map(isStdin)).toEqual([true, true, true, false]);
  expect(['-', '/dev/stdout', '/dev/fd/1', '/dev/stdin'].map(isStdout)).toEqual([true, true, true, false]);
});

it.runIf(process.platform === 'linux')('are not removed', async () => {
  const stats = statSync(import.meta.filename);
  await expect(removeInput('/proc/self/fd/2', stats, 'a.vz')).rejects.toThrow('only its number is known');
});
