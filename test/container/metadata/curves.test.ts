import fc from 'fast-check';
import { expect, it } from 'vitest';
import { curvesOfDifferences, differencesOfCurves } from '../../../container/metadata/curves.ts';
import { curve, iccProfile, text } from '../../../container/metadata/icc-tags.ts';
import { KNOWN_PROFILES } from '../../../container/metadata/known-profiles.ts';

const header = { module: '', version: 0, created: [], platform: '', manufacturer: '', creator: '' };

it('curves come back from their differences', () => {
  const table = fc.array(fc.integer({ min: 0, max: 65535 }), { maxLength: 40 });
  fc.assert(
    fc.property(table, table, (red, green) => {
      const profile = iccProfile(header, [
        ['cprt', text('none')],
        ['rTRC', curve(...red)],
        ['gTRC', curve(...green)],
        ['bTRC', 'rTRC'],
      ]);
      expect(curvesOfDifferences(differencesOfCurves(profile))).toEqual(profile);
    }),
  );
});

it('a straight line leaves but its slope', () => {
  const profile = iccProfile(header, [
    ['rTRC', curve(...Array.from({ length: 100 }, (_, index) => 7 * index))],
  ]);
  const differences = differencesOfCurves(profile).subarray(-200);
  expect(Array.from(differences).filter((byte) => byte > 0)).toEqual([14]);
});

it('neither direction leaves the bytes or changes their number', () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(bytes, fc.integer({ min: 0, max: 700 }), (noise, place) => {
      const damaged = KNOWN_PROFILES[0].slice(0, place + 800);
      damaged.set(noise.subarray(0, damaged.length - place), place);
      expect(differencesOfCurves(damaged)).toHaveLength(damaged.length);
      expect(curvesOfDifferences(damaged)).toHaveLength(damaged.length);
      expect(differencesOfCurves(noise)).toEqual(noise);
    }),
  );
});
