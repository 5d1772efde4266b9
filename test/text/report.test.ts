import { describe, expect, it } from 'vitest';
import { formatAbout, formatBits, formatBytes, formatClock, formatShare } from '../../src/text/format.ts';
import { type Measurement, summarise } from '../../src/text/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../src/text/table.ts';

describe('figures', () => {
  it('are short', () => {
    expect([0, 999, 999.6, 1000, 1234, 999_499, 999_600, 36_100_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.00 kB',
      '1.00 kB',
      '1.23 kB',
      '999 kB',
      '1.00 MB',
      '36.1 MB',
    ]);
    expect([formatBits(2.34567), formatBits(null), formatShare(0.5)]).toEqual(['2.346', '-', '50.0 %']);
  });
});

describe('times', () => {
  it('left are exact, estimates round', () => {
    expect([0, 6.2, 75, 3599.5, 11_100].map(formatClock)).toEqual([
      '0:00',
      '0:07',
      '1:15',
      '1:00:00',
      '3:05:00',
    ]);
    expect([0.3, 7.4, 44, 89, 100, 780, 5500, 90_000, 140_000, 3e6].map(formatAbout)).toEqual([
      ...['1 second', '7 seconds', '45 seconds', '90 seconds', '2 minutes', '15 minutes', '1.5 hours'],
      ...['25 hours', '1.5 days', '35 days'],
    ]);
  });
});

describe('a table', () => {
  it('aligns names to the left and figures to the right', () => {
    const columns = [nameColumn('file', ['a.png', 'long name.png']), figureColumn('bits', 6)];
    expect(titleLine(columns)).toBe('file             bits');
    expect(rowLine(columns, ['a.png', '2.5'])).toBe('a.png             2.5');
    expect(rowLine(columns, ['a.png', '2.5', 'a note'])).toBe('a.png             2.5  a note');
  });
});

describe('the mean', () => {
  const rates = {
    likelihood: 1,
    kl: 1,
    negElbo: 2,
    net: 2,
    initial: 0,
    file: 3,
    baseline: 8,
    png: 4,
    webp: null,
  };
  const none = { likelihood: null, kl: null, negElbo: null, net: null, initial: null };

  it('weights by samples, each figure over the images that have it', () => {
    const measurements: Measurement[] = [
      { images: 1, dims: 100, bitsPerDim: rates },
      { images: 10, dims: 300, bitsPerDim: { ...rates, ...none, file: 7, png: 8 } },
    ];
    expect(summarise(measurements)).toEqual({
      images: 11,
      dims: 400,
      modelDims: 100,
      bitsPerDim: { ...rates, file: 6, png: 7, webp: null },
    });
  });
});
