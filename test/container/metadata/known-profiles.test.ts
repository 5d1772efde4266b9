import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DICTIONARY } from '../../../container/metadata/dictionary.ts';
import { KNOWN_PROFILES } from '../../../container/metadata/known-profiles.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of the profiles as other software embeds them. */
const HASHES = [
  '2b3aa1645779a9e634744faf9b01e9102b0c9b88fd6deced7934df86b949af7e', // sRGB IEC61966-2.1, perceptual
  '3f6d674174f3804eb0dabdac90ae17486e898c5063a66f861c116ea033da8301', // the same, relative colorimetric
  'e468e89239fc0493d5e8fb9b014e91b210c6caa73c81edf04c3d21a734f377cc', // Display P3, 2017
  '20789fdbea9835251a4f0796c8bf45cbd964896044886540da21ffc7457af0ab', // Display P3, 2022
  '304f569a83c1e5eddaddac54e99ed03339333db013738bb499ab64f049887e28', // Adobe RGB (1998), 2000
  'e5f6ffb83b6d3491301dd750975684cc5cc2a1951c994a14b08cfdaa0d75a041', // Adobe RGB (1998), 1999
  '12afb4d9953adee0607d347daee5b78b18d6b3cab2d572b88970703f5edb37bc', // sRGB of Skia
  'c56e1685d888f5edb92fe07f2750f387f8fe8e91b32ff8fb0b56bfbbb9458353', // compact sRGB
  '231752984cd4a5278e1b8d2390fe496767d4511fc81f54e1a5c69ae9ab4c42b5', // compact Display P3
];

it('builds the profiles that others embed', () => {
  expect(KNOWN_PROFILES.map(sha256)).toEqual(HASHES);
});

it('builds profiles whose own MD5 is right, where they carry one (ICC.1:2022, 7.2.18)', () => {
  const carrying = KNOWN_PROFILES.filter((profile) => profile.subarray(84, 100).some((byte) => byte > 0));
  expect(carrying).toHaveLength(4);
  for (const profile of carrying) {
    const blanked = profile.slice();
    for (const [start, end] of [
      [44, 48],
      [64, 68],
      [84, 100],
    ])
      blanked.fill(0, start, end);
    const id = createHash('md5').update(blanked).digest('hex');
    expect(Buffer.from(profile.subarray(84, 100)).toString('hex')).toBe(id);
  }
});

it('the dictionary is the one that files were packed with', () => {
  expect(DICTIONARY.length).toBeLessThan(32_768 - 262);
  expect(sha256(DICTIONARY)).toBe('03febb9af49de49edacea9e8cd96165967632d73308dfec64ea40c178d31036c');
});
