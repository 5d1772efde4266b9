import { describe, expect, it } from 'vitest';
import { UsageError } from '../../bench/common/command-line.js';
import { contestants } from '../../bench/speed/contestants.js';
import { parseOptions } from '../../bench/speed/options.js';
import { speedTable, sumOf } from '../../bench/speed/table.js';

describe('the command line', () => {
  it('has defaults', () => {
    expect(parseOptions(['a.png'])).toEqual({
      photos: ['a.png'],
      efforts: [1, 3, 6, 8, 9],
      models: [],
      base: 'photo-static',
      build: null,
      rounds: 3,
    });
  });

  it('takes models without efforts, and another build without a base', () => {
    const args = ['a.png', 'b.png', '--models', 'photo,x.safetensors', '--build', 'old', '--rounds', '2'];
    expect(parseOptions(args)).toEqual({
      photos: ['a.png', 'b.png'],
      efforts: [],
      models: ['photo', 'x.safetensors'],
      base: null,
      build: 'old',
      rounds: 2,
    });
  });

  it.each([[[]], [['a', '--efforts', '0']], [['a', '--rounds', '0']], [['a', '--fast']]])(
    'refuses %j',
    (args) => expect(() => parseOptions(args)).toThrow(UsageError),
  );
});

describe('contestants', () => {
  const none = { efforts: [], models: [], base: null, build: null };

  it('are all set against one base', async () => {
    const competing = await contestants({
      ...none,
      efforts: [1, 3],
      models: ['photo'],
      base: 'photo-static',
    });
    expect(competing.map(({ title, by, base }) => [title, by, base])).toEqual([
      ['photo-static, base', { model: 'photo-static' }, 0],
      ['effort 1', { effort: 1 }, 0],
      ['effort 3', { effort: 3 }, 0],
      ['photo', { model: 'photo' }, 0],
    ]);
  });

  it('are each set against themselves in another build', async () => {
    const competing = await contestants({ ...none, efforts: [6, 9], build: '.' });
    expect(competing.map(({ title, base }) => [title, base])).toEqual([
      ['effort 6, base', 0],
      ['effort 6', 0],
      ['effort 9, base', 2],
      ['effort 9', 2],
    ]);
  });

  it('say where no build is', async () => {
    await expect(contestants({ ...none, efforts: [6], build: 'nowhere' })).rejects.toThrow(
      'cannot be loaded: name a folder with a build',
    );
  });
});

describe('the table', () => {
  const times = (encode: number, decode: number) => ({ encode, decode });
  const base = { title: 'base', base: 0, bytes: 300, samples: 1200, pixels: 400 };
  const results = [
    { ...base, times: [times(0.004, 0.002), times(0.003, 0.001)] },
    { ...base, title: 'faster', bytes: 150, times: [times(0.002, 0.002), times(0.001, 0.002)] },
  ];

  it('sets the time of a pixel beside the ratio to the base', () => {
    const [, , ...rows] = speedTable(results).split('\n');
    expect(rows).toEqual([
      '| base | 300 | 2.0000 | 10.000 (1.00) | 5.000 (1.00) | 7.500 (1.00) | 2.500 (1.00) |',
      '| faster | 150 | 1.0000 | 5.000 (2.00) | 5.000 (1.00) | 2.500 (3.00) | 5.000 (0.50) |',
    ]);
  });

  it('adds photos up', () => {
    const [, faster] = sumOf([results, results, results]);
    expect(faster).toMatchObject({ title: 'faster', bytes: 450, samples: 3600, pixels: 1200 });
    expect(faster.times[0].encode).toBeCloseTo(0.006, 12);
    expect(speedTable(sumOf([results, results]))).toBe(
      speedTable(results).replace('| 300 |', '| 600 |').replace('| 150 |', '| 300 |'),
    );
  });
});
