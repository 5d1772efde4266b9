// Photos of more than a band: each band has messages of its own, while what the model has learned goes on.

import { describe, expect, it } from 'vitest';
import { bandsOf } from '../../../../codec/planes/learning/job.ts';

describe('bands', () => {
  it('hold all rows, none of them empty', () => {
    for (const [width, height] of [
      [1, 1],
      [1, 10_000_000],
      [10_000_000, 3],
      [6000, 4000],
      [2048, 2048],
      [2048, 2049],
    ]) {
      const { rows, count } = bandsOf(width, height);
      expect(rows).toBeGreaterThan(0);
      expect(rows * count).toBeGreaterThanOrEqual(height);
      expect(rows * (count - 1)).toBeLessThan(height);
    }
  });
});
