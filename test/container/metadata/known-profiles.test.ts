import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { DICTIONARY } from '../../../container/metadata/dictionary.ts';
import { KNOWN_PROFILES } from '../../../container/metadata/known-profiles.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of the profiles as other software embeds them. */
const HASHES = [
  '2b3aa1645779a9e634744faf9b01e9102b0c9b88fd6deced7934df86b949af7e', // sRGB IEC61966-2.1, perceptual
  '3f6d674174f3804eb0dabdac90ae17486e898c5063a66f861c116ea033da8301', // the same, relative colorimetric
  '12afb4d9953adee0607d347daee5b78b18d6b3cab2d572b88970703f5edb37bc', // sRGB of Skia
  'c56e1685d888f5edb92fe07f2750f387f8fe8e91b32ff8fb0b56bfbbb9458353', // compact sRGB
  '231752984cd4a5278e1b8d2390fe496767d4511fc81f54e1a5c69ae9ab4c42b5', // compact Display P3
];

it('builds the profiles that others embed', () => {
  expect(KNOWN_PROFILES.map(sha256)).toEqual(HASHES);
});

it('builds profiles whose own MD5 is right, where they carry one (ICC.1:2022, 7.2.18)', () => {
  const carrying = KNOWN_PROFILES.filter((profile) => profile.subarray(84, 100).some((byte) => byte > 0));
  expect(carrying).toHaveLength(2);
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
  expect(sha256(DICTIONARY)).toBe('099c7a80253196ab7b886f4b43fa9b1af5901447511f8ed9d81443e3e4eca77a');
});

it('the known profiles are those that anyone may copy', () => {
  const holders = KNOWN_PROFILES.map((profile) =>
    Buffer.from(profile).toString('latin1').replaceAll('\0', ''),
  );
  for (const text of holders) expect(text).toMatch(/Hewlett-Packard Company|Google Inc\. 2016|CC0/);
  for (const text of holders) expect(text).not.toMatch(/Adobe|Apple/);
});
