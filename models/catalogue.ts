// The catalogue: one row a model, from the images that it is made for to how it is trained. All that names a model,
// from the choice by effort to the help of the command line, is read off here; so this file loads nothing and reads no
// weights. A new model of a known family is a row here and its weights beside it.

import type { Sizes } from '../codec/binary/architecture.ts';
import type { Shape } from '../codec/pixels/pixels.ts';
import type { Architecture } from '../codec/planes/learning/weights.ts';
import type { QuickArchitecture } from '../codec/planes/quick/weights.ts';
import type { ScreenArchitecture } from '../codec/screen/weights.ts';
import type { FamilyName } from './families.ts';

export const LOWEST_EFFORT = 1;
export const HIGHEST_EFFORT = 9;
export const DEFAULT_EFFORT = 6;

/** What can be trained. */
export interface Preset {
  readonly name: string;
  readonly family: FamilyName;
  /** The kind of images, by a look at the shape of their colours; how well they suit is for the family to say. */
  readonly fits: (shape: Shape) => boolean;
  readonly training: Training;
}

/** A preset whose weights ship. */
export interface ShippedModel extends Preset {
  /** SHA-256 of the weights' file, in hexadecimal digits. */
  readonly id: string;
  /** The weights' address. Literal, so that bundlers see which file it is and take it along. */
  readonly weights: () => URL;
  /** From the lowest to the highest at which it is chosen; without them it is chosen by its name alone. */
  readonly efforts?: readonly [lowest: number, highest: number];
  /** The model by whose rates the scan is chosen (library/scan.ts); without it the usual one is taken. */
  readonly scout?: string;
  /** Mpx/s that are encoded, and likewise decoded, on one thread and on two or more of a usual machine. */
  readonly speed: readonly [oneThread: number, moreThreads: number];
}

/** How a preset is trained, beside what its family says. */
export interface Training {
  /** What the folder of training data holds. */
  readonly data: 'photos' | 'screens' | 'idx';
  /** Whether cells of photos are learned from in chains, as small images are coded. */
  readonly chains?: boolean;
  /** Whether there are latents, whose share of the loss has a weight beta. */
  readonly latents: boolean;
  /** Sizes, of models that learn while they code. docs/decisions/ says what was tried. */
  readonly architecture?: Architecture | QuickArchitecture | ScreenArchitecture;
  /** Sizes, of models of binary images. */
  readonly sizes?: Sizes;
}

const colour = ({ channels }: Shape) => channels === 3;
const grey = ({ channels }: Shape) => channels === 1;
/** Chains of small images: their model was trained on cells of 32x32 pixels. */
const smallColour = ({ channels, bitDepth, images, width, height }: Shape) =>
  channels === 3 && bitDepth === 8 && images > 1 && width * height <= 64 * 64;

const FORGETTING = [0.6, 0.75, 0.87, 0.95];
const RIDGE = [64, 24, 12, 4];

const LARGE: Architecture = {
  planes: 3,
  hidden: [96, 48],
  neighbours: [
    { own: 24, coded: 0, later: 2 },
    { own: 13, coded: 8, later: 3 },
    { own: 8, coded: 8, later: 0 },
  ],
  bundle: 2,
  forgetting: FORGETTING,
  ridge: RIDGE,
  rate: 0.0005,
};

export const SHIPPED: readonly ShippedModel[] = [
  {
    name: 'photo-fast',
    family: 'vaezip-quick',
    id: '25d2f503200600a250958857c664e67555ca1a0b7740e5c48f926391e152a863',
    weights: () => new URL('./photo-fast.safetensors', import.meta.url),
    fits: colour,
    efforts: [1, 2],
    speed: [1, 1.8],
    training: { data: 'photos', latents: false, architecture: { planes: 3, units: 8, rate: 0.0025 } },
  },
  {
    name: 'photo-quick',
    family: 'vaezip-quick',
    id: 'acc3f1ae8dc5e25fbfdb22a70bab8c9b535bdaa5190d181d015300d8dec62957',
    weights: () => new URL('./photo-quick.safetensors', import.meta.url),
    fits: colour,
    efforts: [3, 4],
    speed: [1, 1.8],
    training: { data: 'photos', latents: false, architecture: { planes: 3, units: 16, rate: 0.0025 } },
  },
  // Before the others of its efforts, which code such chains as well.
  {
    name: 'photo-small',
    family: 'vaezip-learning',
    id: 'cec441b58bf3502ca7646ab3441e970075bba382b3bdc16d53307227d1f7ac87',
    weights: () => new URL('./photo-small.safetensors', import.meta.url),
    fits: smallColour,
    efforts: [5, 9],
    speed: [0.1, 0.18],
    training: { data: 'photos', chains: true, latents: false, architecture: LARGE },
  },
  {
    name: 'photo',
    family: 'vaezip-learning',
    id: 'eb8c8b57dba63567c36a92aef2d58f3343b805a29a405bfd3c290e52ef3f3781',
    weights: () => new URL('./photo.safetensors', import.meta.url),
    fits: colour,
    efforts: [5, 6],
    speed: [0.2, 0.36],
    training: {
      data: 'photos',
      latents: false,
      architecture: {
        planes: 3,
        hidden: [48, 32],
        neighbours: [
          { own: 16, coded: 0, later: 2 },
          { own: 8, coded: 6, later: 2 },
          { own: 8, coded: 4, later: 0 },
        ],
        bundle: 4,
        forgetting: FORGETTING,
        ridge: RIDGE,
        rate: 0.0007,
      },
    },
  },
  {
    name: 'photo-large',
    family: 'vaezip-learning',
    id: 'd204faf9ba12487d9d2a3234b23971311ad882d07c5e2312170b5f018305791f',
    weights: () => new URL('./photo-large.safetensors', import.meta.url),
    fits: colour,
    efforts: [7, 8],
    scout: 'photo-fast',
    speed: [0.1, 0.18],
    training: { data: 'photos', latents: false, architecture: LARGE },
  },
  {
    name: 'photo-max',
    family: 'vaezip-learning',
    id: '05aed2253e364b07ed3d852eb70f1c20bdc19172e19b548ad85d08aecb6cd7ea',
    weights: () => new URL('./photo-max.safetensors', import.meta.url),
    fits: colour,
    efforts: [9, 9],
    scout: 'photo-fast',
    speed: [0.045, 0.08],
    training: {
      data: 'photos',
      latents: false,
      architecture: {
        ...LARGE,
        similar: [
          { own: 16, coded: 0 },
          { own: 8, coded: 8 },
          { own: 6, coded: 5 },
        ],
      },
    },
  },
  // With latents, by name alone: the models above are faster and smaller.
  {
    name: 'photo-static',
    family: 'vaezip-static',
    id: '974933a58e4d96e1bc7addb196127e626a33b768f20771727b50e1c2644874c5',
    weights: () => new URL('./photo-static.safetensors', import.meta.url),
    fits: colour,
    speed: [0.6, 1.1],
    training: { data: 'photos', latents: true },
  },
  {
    name: 'thumbs',
    family: 'vaezip-thumbs',
    id: '844f9b51c9eabc5f31aead41baf6d342558d3e303f4dcac184b8398844b534e4',
    weights: () => new URL('./thumbs.safetensors', import.meta.url),
    fits: colour,
    speed: [0.22, 0.22],
    training: { data: 'photos', latents: true },
  },
  {
    name: 'photo-grey-fast',
    family: 'vaezip-quick',
    id: '9079b0c360469d05d86a057df9bbc6598448e23c7a225c94cdd561c906499816',
    weights: () => new URL('./photo-grey-fast.safetensors', import.meta.url),
    fits: grey,
    efforts: [1, 2],
    speed: [3, 3],
    training: { data: 'photos', latents: false, architecture: { planes: 1, units: 12, rate: 0.0025 } },
  },
  {
    name: 'photo-grey-quick',
    family: 'vaezip-quick',
    id: '6290bef488bb4de8361109fa5790ab92ed423110c8fa655e9b4ee65e19533ee8',
    weights: () => new URL('./photo-grey-quick.safetensors', import.meta.url),
    fits: grey,
    efforts: [3, 4],
    speed: [2.2, 2.2],
    training: { data: 'photos', latents: false, architecture: { planes: 1, units: 28, rate: 0.0025 } },
  },
  {
    name: 'photo-grey',
    family: 'vaezip-learning',
    id: '71ce75b0a9fce2b50949381cb34457d6c71d5e1e7066bcbfca811afddf5ab109',
    weights: () => new URL('./photo-grey.safetensors', import.meta.url),
    fits: grey,
    efforts: [5, 6],
    speed: [0.8, 0.8],
    training: {
      data: 'photos',
      latents: false,
      architecture: {
        planes: 1,
        hidden: [32, 32],
        neighbours: [{ own: 20, coded: 0, later: 0 }],
        bundle: 2,
        forgetting: FORGETTING,
        ridge: RIDGE,
        rate: 0.001,
      },
    },
  },
  {
    name: 'photo-grey-large',
    family: 'vaezip-learning',
    id: '61102659c4fc00ffe0ef786b866324813bc5d3886fc1ad733a685b851e23bd38',
    weights: () => new URL('./photo-grey-large.safetensors', import.meta.url),
    fits: grey,
    efforts: [7, 9],
    scout: 'photo-grey-fast',
    speed: [0.4, 0.4],
    training: {
      data: 'photos',
      latents: false,
      architecture: {
        planes: 1,
        hidden: [96, 48],
        neighbours: [{ own: 24, coded: 0, later: 0 }],
        bundle: 2,
        forgetting: FORGETTING,
        ridge: RIDGE,
        rate: 0.0005,
      },
    },
  },
  {
    name: 'screen',
    family: 'vaezip-screen',
    id: '2f943a7f7b44381e66166dfc130244b4ca8643aec53bdc89fd2f35e9030b9bd7',
    weights: () => new URL('./screen.safetensors', import.meta.url),
    fits: () => true,
    efforts: [1, 9],
    speed: [0.6, 0.6],
    training: { data: 'screens', latents: false, architecture: { units: 32, rate: 0.0025 } },
  },
  {
    name: 'digits',
    family: 'vaezip-digits',
    id: '83b7bbee3572f1e6f39d293a95f2289ff7f10f056276c0aea497d69c15c9d2bb',
    weights: () => new URL('./digits.safetensors', import.meta.url),
    fits: grey,
    efforts: [1, 9],
    speed: [2.5, 2.5],
    training: { data: 'idx', latents: true },
  },
  {
    name: 'digits-binary-context',
    family: 'vaezip-binary',
    id: '981c3a974ad26c7b5cd0987b9d88a92884086513c49b3ad8c11d2df85f86f091',
    weights: () => new URL('./digits-binary-context.safetensors', import.meta.url),
    fits: grey,
    efforts: [1, 9],
    speed: [0.8, 0.8],
    training: {
      data: 'idx',
      latents: true,
      sizes: {
        latents: 24,
        neighbours: 24,
        features: 16,
        hidden: 80,
        window: 4,
        windowHidden: 32,
        windowCode: 8,
      },
    },
  },
  // The published benchmark, by name alone: wherever it fits, so does the row before, which comes first.
  {
    name: 'digits-binary',
    family: 'vaezip-binary',
    id: '65c022f18c846fddc7eedae0dae8e1ff37ffbad5bb045600f0b0e052982ab322',
    weights: () => new URL('./digits-binary.safetensors', import.meta.url),
    fits: grey,
    efforts: [1, 9],
    speed: [0.8, 0.8],
    training: {
      data: 'idx',
      latents: true,
      sizes: {
        latents: 32,
        neighbours: 0,
        features: 4,
        hidden: 112,
        window: 12,
        windowHidden: 64,
        windowCode: 8,
      },
    },
  },
];

/** All that can be trained: what ships, and what is there for measurements. */
export const PRESETS: readonly Preset[] = [
  ...SHIPPED,
  {
    name: 'photo-static-without-latents',
    family: 'vaezip-static',
    fits: colour,
    training: { data: 'photos', latents: false },
  },
];

/** The shipped model of a name; undefined for others. */
export function shippedModel(name: string): ShippedModel | undefined {
  return SHIPPED.find((model) => model.name === name);
}
