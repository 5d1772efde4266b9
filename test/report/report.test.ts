import { describe, expect, it } from 'vitest';
import { formatBits, formatBytes, formatShare } from '../../src/report/format.ts';
import { type Measurement, summarise } from '../../src/report/summary.ts';
import { figureColumn, nameColumn, rowLine, titleLine } from '../../src/report/table.ts';

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
