import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import { withProgress } from '../../src/cli/common/progress.ts';
import type { Terminal } from '../../src/cli/common/terminal.ts';
import { metaTrainingProgress } from '../../src/cli/common/training-progress.ts';
import { Workload } from '../../src/cli/common/workload.ts';

/** What a terminal of one line shows, whether its cursor does, and whether anything wrapped. */
class FakeTerminal implements Terminal {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly lines: string[] = [];
  cursor = true;
  written = '';

  constructor(columns: number, isTTY = true) {
    this.columns = columns;
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.written += text;
    if (text.includes('\x1b[?25l')) this.cursor = false;
    if (text.includes('\x1b[?25h')) this.cursor = true;
    if (text.startsWith('\r')) this.lines.push(stripVTControlCharacters(text.slice(1)));
  }
}

afterEach(() => vi.restoreAllMocks());

/** Every look at the clock finds two seconds gone. */
function clockThatRuns(): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 2000;
    return now;
  });
}

const shown = () => true;

function phase(input: string) {
  const task = { pixels: 1e6, phases: [60], gain: 2, groups: 1, memory: 0, groupMemory: 0 };
  return { input, name: 'encoding', index: 0, workload: new Workload([{ input, task }], 1) };
}

it('a bar shows name, share and time left, and is gone in the end', async () => {
  clockThatRuns();
  const terminal = new FakeTerminal(80);
  const result = await withProgress(
    phase('photo.png'),
    shown,
    async (onProgress) => {
      onProgress?.(0.25);
      expect(terminal.cursor).toBe(false);
      return 'done';
    },
    terminal,
  );
  expect(result).toBe('done');
  expect(terminal.lines[0]).toMatch(/^photo\.png: encoding ={10}-{30} {2}25 %, \d+:\d\d left$/);
  expect(terminal.lines.at(-1)).toBe('');
  expect(terminal.cursor).toBe(true);
});

it('a bar goes when the work fails, and there is none before a second has gone', async () => {
  const work = async (onProgress?: (share: number) => void) => {
    onProgress?.(0.5);
    throw new Error('damaged');
  };
  const terminal = new FakeTerminal(80);
  vi.spyOn(performance, 'now').mockReturnValue(999);
  await expect(withProgress(phase('a.png'), shown, work, terminal)).rejects.toThrow('damaged');
  expect(terminal.written).toBe('');
  clockThatRuns();
  await expect(withProgress(phase('a.png'), shown, work, terminal)).rejects.toThrow('damaged');
  expect(terminal.lines.at(-1)).toBe('');
  expect(terminal.cursor).toBe(true);
});

it('an interrupt clears the bar and shows the cursor again', async () => {
  clockThatRuns();
  const exit = vi.spyOn(process, 'exit').mockImplementation((() => {}) as never);
  const terminal = new FakeTerminal(80);
  const work = async (onProgress?: (share: number) => void) => {
    onProgress?.(0.5);
    process.emit('SIGTERM');
    expect(terminal.lines.at(-1)).toBe('');
    expect(terminal.cursor).toBe(true);
  };
  await withProgress(phase('a.png'), shown, work, terminal);
  expect(exit).toHaveBeenCalledWith(143);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

it('without a terminal, or when it is to be quiet, nothing is written', async () => {
  const terminals = [new FakeTerminal(80, false), new FakeTerminal(80)];
  for (const [index, terminal] of terminals.entries())
    await withProgress(
      phase('a.png'),
      () => index === 0,
      async (onProgress) => onProgress?.(0.5),
      terminal,
    );
  expect(terminals.map(({ written }) => written)).toEqual(['', '']);
});

it('training rewrites one line, cut to the width, and keeps the last; a log gets lines of its own', () => {
  clockThatRuns();
  const rounds = [1, 2].map((round) => ({ round, rounds: 2, rate: 3.25, secondsLeft: 60 * (2 - round) }));
  const terminal = new FakeTerminal(24);
  for (const round of rounds) metaTrainingProgress(terminal)(round as never);
  expect(terminal.lines).toEqual(['round 1/2  3.2500 bits…', 'round 2/2  3.2500 bits…']);
  expect(terminal.written.match(/\n/g)).toHaveLength(1);
  const log = new FakeTerminal(24, false);
  for (const round of rounds) metaTrainingProgress(log)(round as never);
  expect(log.written).toBe('round 1/2  3.2500 bits/dim  1:00 left\nround 2/2  3.2500 bits/dim  0:00 left\n');
});
