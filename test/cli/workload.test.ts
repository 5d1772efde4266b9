import { afterEach, expect, it, vi } from 'vitest';
import { type Task, Workload } from '../../src/cli/common/workload.ts';

afterEach(() => void vi.restoreAllMocks());

const task = (pixels: number, ...phases: number[]): Task => ({
  ...{ pixels, phases, gain: 1.8, groups: 1, memory: 25e6, groupMemory: 0 },
});
const jobs = (inputs: readonly string[], each: Task | null) => inputs.map((input) => ({ input, task: each }));
const photo = (seconds: number) => jobs(['a'], task(24e6, seconds / 2, seconds / 2));

it('is told with its size and an estimate', () => {
  const photos = Array.from({ length: 10_000 }, (_, index) => String(index));
  expect(new Workload(jobs(photos, task(24e6, 20, 20)), 1).announcement()).toBe(
    '10,000 files, 240,000 Mpx: about 4.5 days, 25.0 MB of memory',
  );
  expect(new Workload(photo(44), 1).announcement()).toBe(
    '1 file, 24 Mpx: about 45 seconds, 25.0 MB of memory',
  );
});

it('counts the threads: those of one file, or files at once', () => {
  const seconds = (announcement: string | null) => announcement?.match(/about ([^,]*)/)?.[1];
  const photos = (count: number) => jobs([...'abcdefgh'].slice(0, count), task(24e6, 144));
  expect(seconds(new Workload(photos(1), 2).announcement())).toBe('80 seconds');
  expect(seconds(new Workload(photos(8), 2).announcement())).toBe('10 minutes');
  expect(seconds(new Workload(photos(8), 16).announcement())).toBe('80 seconds');
});

it('of many files that are small or kept is that of reading and writing them', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => String(index));
  expect(new Workload(jobs(names, null), 2).announcement()).toBe('10,000 files: about 50 seconds');
});

it('is not told where it is small or unknown', () => {
  expect(new Workload(photo(4), 1).announcement()).toBe(null);
  expect(new Workload(jobs(['-'], null), 1).announcement()).toBe(null);
});

it('takes as long as its pace so far says', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000_000);
  const pass = (seconds: number) => clock.mockReturnValue(performance.now() + 1000 * seconds);
  const workload = new Workload([...jobs(['a', 'b', 'c'], task(1e6, 30, 10)), ...jobs(['unknown'], null)], 1);
  expect(workload.place('b')).toBe('2/4 ');
  expect(workload.secondsLeft('a', 0, 0)).toBeCloseTo(120, -1);
  expect(workload.secondsLeft('unknown', 0, 0.5)).toBe(null);
  const left: (number | null)[] = [];
  for (const input of ['a', 'b', 'c', 'unknown']) {
    if (input === 'a' || input === 'c') {
      pass(60); // twice as long as usual
      left.push(workload.secondsLeft(input, 1, 0));
      pass(20);
    }
    workload.end(input, input !== 'b');
  }
  // 30 of 120 seconds of work in 60; then, without b, 70 of 80 in 140.
  expect(left[0]).toBeCloseTo((90 * 62) / 32, 0);
  expect(left[1]).toBeCloseTo((10 * 142) / 72, 0);
});
