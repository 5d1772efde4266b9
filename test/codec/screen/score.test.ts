// The look that tells drawn images from photographs.

import { expect, it } from 'vitest';
import { shareOfKnown } from '../../../codec/screen/score.ts';
import { cropOfSample } from '../../golden/cases.ts';
import { paint } from './images.ts';

it('finds that drawn images repeat neighbours, and photographs do not', async () => {
  for (const name of ['blank', 'text', 'few colours'])
    expect(shareOfKnown(paint(name, 60, 50, 4))).toBeGreaterThan(0.6);
  expect(shareOfKnown(paint('noise', 60, 50, 3))).toBeLessThan(0.01);
  expect(shareOfKnown(await cropOfSample(200, 170))).toBeLessThan(0.4);
});

it('looks at some rows alone of a large image, and says nothing where no pixel has all neighbours', () => {
  expect(shareOfKnown(paint('few colours', 1200, 900, 1))).toBeGreaterThan(0.8);
  expect(shareOfKnown(paint('noise', 2, 5, 3))).toBe(0.5);
});
