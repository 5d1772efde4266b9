// The adaptive photo models: their sizes, by effort. docs/decisions.md says what was tried.

import type { Architecture } from '../../../codec/adaptive/weights.ts';

const FORGETTING = [0.7, 0.8, 0.88, 0.96];
const RIDGE = [16, 16, 16, 16];

export const ADAPTIVE_PRESETS: Readonly<Record<string, Architecture>> = {
  photo: {
    planes: 3,
    hidden: [32, 32],
    neighbours: [
      { own: 10, coded: 0, later: 1 },
      { own: 5, coded: 6, later: 1 },
      { own: 4, coded: 4, later: 0 },
    ],
    forgetting: FORGETTING,
    ridge: RIDGE,
    rate: 0.001,
  },
  'photo-large': {
    planes: 3,
    hidden: [64, 64],
    neighbours: [
      { own: 16, coded: 0, later: 2 },
      { own: 11, coded: 7, later: 2 },
      { own: 8, coded: 6, later: 0 },
    ],
    forgetting: FORGETTING,
    ridge: RIDGE,
    rate: 0.001,
  },
  'photo-grey': {
    planes: 1,
    hidden: [32, 32],
    neighbours: [{ own: 16, coded: 0, later: 0 }],
    forgetting: FORGETTING,
    ridge: RIDGE,
    rate: 0.001,
  },
};
