import { expect, it } from 'vitest';
import { REFERENCE } from '../../bench/photos/contestants.js';
import { formatSpeed, markdownTable } from '../../bench/photos/markdown.js';
import { summarise } from '../../bench/photos/summary.js';

const OURS = 'vaezip, effort 6';
const photos = [
  {
    width: 1000,
    height: 1000,
    channels: 3,
    results: {
      [REFERENCE]: { bytes: 900_000, encodeSeconds: 1, decodeSeconds: 0.1 },
      [OURS]: { bytes: 750_000, encodeSeconds: 3, decodeSeconds: 4 },
    },
  },
  {
    width: 1000,
    height: 500,
    channels: 1,
    results: {
      [REFERENCE]: { bytes: 100_000, encodeSeconds: 2, decodeSeconds: 0.05 },
      [OURS]: { bytes: 125_000, encodeSeconds: 3, decodeSeconds: 1 },
    },
  },
];
const peaks = { [REFERENCE]: { encode: 90e6, decode: 80e6 }, [OURS]: { encode: 100e6, decode: 123e6 } };

it('bits are a share of all samples, speeds one of all time', () => {
  const [webp, ours] = summarise([REFERENCE, OURS], photos, peaks);
  expect(webp.bitsPerDim).toBeCloseTo((8 * 1_000_000) / 3_500_000, 12);
  expect(webp.encodeSpeed).toBeCloseTo(0.5, 12);
  expect(webp.decodeSpeed).toBeCloseTo(10, 12);
  expect(ours.bitsPerDim).toBeCloseTo(2, 12);
  expect(ours.decodeSpeed).toBeCloseTo(0.3, 12);
});

it('sizes are set against those of WebP', () => {
  const [webp, ours] = summarise([REFERENCE, OURS], photos, peaks);
  expect(webp.relative).toBe(0);
  expect(ours.relative).toBeCloseTo(-0.125, 12);
  expect(summarise([OURS], photos, peaks)[0].relative).toBeNull();
});

it('memory is the greater of both directions, and unknown where one is', () => {
  expect(summarise([REFERENCE, OURS], photos, peaks).map(({ peakMemory }) => peakMemory)).toEqual([
    90e6, 123e6,
  ]);
  const [unknown] = summarise([OURS], photos, { [OURS]: { encode: 1, decode: null } });
  expect(unknown.peakMemory).toBeNull();
});

it('the table has a line for each codec', () => {
  expect(markdownTable(summarise([REFERENCE, OURS], photos, peaks)).split('\n')).toEqual([
    `|  | bits/dim | against ${REFERENCE} | encode, Mpx/s | decode, Mpx/s | peak memory, MB |`,
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    `| ${REFERENCE} | 2.286 | 0.0 % | 0.5 | 10 | 90 |`,
    `| ${OURS} | 2.000 | -12.5 % | 0.25 | 0.3 | 123 |`,
  ]);
});

it('what is not known is a dash, and what is larger has a plus', () => {
  const row = { name: 'x', bytes: 1, bitsPerDim: 3, encodeSpeed: 1, decodeSpeed: 1, peaks: peaks[OURS] };
  expect(markdownTable([{ ...row, relative: null, peakMemory: null }])).toContain(
    '| 3.000 | - | 1 | 1 | - |',
  );
  expect(markdownTable([{ ...row, relative: 0.25, peakMemory: 5e6 }])).toContain('| +25.0 % | 1 | 1 | 5 |');
});

it.each([
  [0.0512, '0.051'],
  [0.6, '0.6'],
  [9.94, '9.9'],
  [20.3, '20'],
  [123.4, '123'],
])('a speed of %f reads %s', (speed, text) => expect(formatSpeed(speed)).toBe(text));
