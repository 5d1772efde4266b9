// The learning photo models: their sizes, by effort. docs/decisions.md says what was tried.

import type { Architecture } from '../../../codec/planes/learning/weights.ts';

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
  forgetting: FORGETTING,
  ridge: RIDGE,
  rate: 0.0005,
};

export const LEARNING_PRESETS: Readonly<Record<string, Architecture>> = {
  photo: {
    planes: 3,
    hidden: [48, 32],
    neighbours: [
      { own: 16, coded: 0, later: 2 },
      { own: 8, coded: 6, later: 2 },
      { own: 8, coded: 4, later: 0 },
    ],
    forgetting: FORGETTING,
    ridge: RIDGE,
    rate: 0.0007,
  },
  'photo-large': LARGE,
  'photo-max': {
    ...LARGE,
    similar: [
      { own: 16, coded: 0 },
      { own: 8, coded: 8 },
      { own: 6, coded: 5 },
    ],
  },
  'photo-grey': {
    planes: 1,
    hidden: [32, 32],
    neighbours: [{ own: 20, coded: 0, later: 0 }],
    forgetting: FORGETTING,
    ridge: RIDGE,
    rate: 0.001,
  },
};
