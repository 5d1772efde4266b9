// Colour profiles that software embeds in images everywhere, built from what they say, so that a file needs but
// their number. The list may grow at its end alone: the numbers are part of the format, and the packing dictionary
// is made of these bytes (dictionary.ts). Only such whose licence lets anyone copy them (NOTICE).
// docs/decisions/metadata.md says where each was found; test/container/metadata pins the SHA-256 of each.
import {
  curve,
  description,
  fixedArray,
  type IccTag,
  iccProfile,
  localized,
  numbers,
  parametricCurve,
  signature,
  text,
  xyz,
} from './icc-tags.ts';

/** D65 as version 2 profiles write it, and D50. */
const D65 = xyz(0xf351, 0x10000, 0x116cc);
const D50 = xyz(0xf6d6, 0x10000, 0xd32d);
/** sRGB's transfer function (IEC 61966-2-1) as function 3: gamma, a, b, c, d. */
export const SRGB_PARAMETERS = [0x26666, 0xf2a7, 0xd59, 0x13d0, 0xa5b] as const;
/** The same as a curve, with the gamma that the compact profiles have. */
const COMPACT_CURVE = parametricCurve(3, 0x26669, ...SRGB_PARAMETERS.slice(1));
const SRGB_ENTRIES = 1024;

/** sRGB IEC61966-2.1 of Hewlett-Packard and Microsoft, 3144 bytes. */
function hewlettPackard(intent: number): Uint8Array {
  const header = {
    module: 'Lino',
    version: 0x2100000,
    created: [1998, 2, 9, 6, 49, 0],
    platform: 'MSFT',
    manufacturer: 'IEC ',
    model: 'sRGB',
    intent,
    creator: 'HP  ',
  };
  return iccProfile(header, [
    ['cprt', text('Copyright (c) 1998 Hewlett-Packard Company')],
    ['desc', description('sRGB IEC61966-2.1')],
    ['wtpt', D65],
    ['bkpt', xyz(0, 0, 0)],
    ['rXYZ', xyz(0x6fa2, 0x38f5, 0x390)],
    ['gXYZ', xyz(0x6299, 0xb785, 0x18da)],
    ['bXYZ', xyz(0x24a0, 0xf84, 0xb6cf)],
    ['dmnd', description('IEC http://www.iec.ch')],
    ['dmdd', description('IEC 61966-2.1 Default RGB colour space - sRGB')],
    ['vued', description('Reference Viewing Condition in IEC61966-2.1')],
    ['view', numbers('view', 0x13a4fe, 0x145f2e, 0x10cf14, 0x3edcc, 0x4130b, 0x35c9e, 1)],
    ['lumi', xyz(0x4c0956, 0x500000, 0x571fe7)],
    ['meas', numbers('meas', 1, 0, 0, 0, 0, 0x28f, 2)],
    ['tech', signature('CRT ')],
    ['rTRC', curve(...srgbTable())],
    ['gTRC', 'rTRC'],
    ['bTRC', 'rTRC'],
  ]);
}

/** sRGB as Skia writes it, so Chrome and Android, 456 bytes. */
function skia(): Uint8Array {
  const header = {
    module: '',
    version: 0x4300000,
    created: [2016, 1, 1, 0, 0, 0],
    platform: '',
    manufacturer: '',
    intent: 1,
    creator: '',
  };
  return iccProfile(header, [
    ['desc', localized('sRGB')],
    ['rXYZ', xyz(0x6fa2, 0x38f5, 0x390)],
    ['gXYZ', xyz(0x6299, 0xb785, 0x18da)],
    ['bXYZ', xyz(0x24a0, 0xf84, 0xb6cf)],
    ['wtpt', D50],
    ['rTRC', parametricCurve(4, ...SRGB_PARAMETERS, 0, 0)],
    ['gTRC', 'rTRC'],
    ['bTRC', 'rTRC'],
    ['cprt', localized('Google Inc. 2016')],
  ]);
}

/** Compact ICC Profiles by Clinton Ingram, version 4, 480 bytes: what libvips, hence sharp, embeds. */
function compact(name: string, id: string, colours: readonly IccTag[]): Uint8Array {
  const header = {
    module: 'lcms',
    version: 0x4200000,
    created: [2018, 3, 20, 9, 14, 29],
    platform: 'MSFT',
    manufacturer: 'saws',
    model: 'ctrl',
    creator: 'hand',
    id,
  };
  return iccProfile(header, [
    ['desc', localized(name)],
    ['cprt', localized('CC0')],
    ['wtpt', D50],
    ...colours,
    ['rTRC', COMPACT_CURVE],
    ['gTRC', 'rTRC'],
    ['bTRC', 'rTRC'],
  ]);
}

/** sRGB's transfer function at 1024 places in 65535ths. By arithmetic that every machine rounds alike: no powers. */
function srgbTable(): number[] {
  return Array.from({ length: SRGB_ENTRIES }, (_, index) => {
    const value = index / (SRGB_ENTRIES - 1);
    const base = (value + 0.055) / 1.055;
    return Math.round(65535 * (value <= 0.04045 ? value / 12.92 : base * base * fifthRoot(base * base)));
  });
}

/** By Newton's method, from above; for 0..1. */
function fifthRoot(value: number): number {
  let root = 1;
  for (let step = 0; step < 60; step++) {
    const fourth = root * root * (root * root);
    root -= (root * fourth - value) / (5 * fourth);
  }
  return root;
}

/** The known profiles; the index is the number in the file. */
export const KNOWN_PROFILES: readonly Uint8Array[] = [
  hewlettPackard(0),
  hewlettPackard(1),
  skia(),
  compact('sRGB', '79e9bf565a3e01b68323855546f74faa', [
    ['chad', fixedArray(0x10c3f, 0x5dd, -0xcda, 0x790, 0xfd92, -0x45f, -0x25e, 0x3dc, 0xc071)],
    ['rXYZ', xyz(0x6fa0, 0x38f2, 0x38f)],
    ['gXYZ', xyz(0x6296, 0xb789, 0x18da)],
    ['bXYZ', xyz(0x24a0, 0xf85, 0xb6c4)],
  ]),
  compact('sP3C', '82e2a8728b8a3ff7253eb992ee24d6ae', [
    ['chad', fixedArray(0x10c42, 0x5de, -0xcdb, 0x793, 0xfd90, -0x45f, -0x1b2, 0x39a, 0xc014)],
    ['rXYZ', xyz(0x83df, 0x3dbf, 0)],
    ['gXYZ', xyz(0x4abf, 0xb137, 0xab5)],
    ['bXYZ', xyz(0x2838, 0x110a, 0xc878)],
  ]),
];
