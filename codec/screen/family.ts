// The screen family: what people draw, with colours that come again, sharp edges, text and flat areas. It codes pixel
// after pixel, by their colours as wholes where they can be guessed, and learns all the while.

import { VaezipError } from '../error.ts';
import type { Family } from '../model/model.ts';
import { hasAlpha } from '../pixels/alpha.ts';
import { columnOf } from '../pixels/pixels.ts';
import type { OnlineFamily } from '../planes/online/job.ts';
import { LearningScreen } from './learning.ts';
import { screenModel } from './model.ts';
import { shareOfKnown } from './score.ts';
import { metadataOf, readWeights, type ScreenArchitecture, shapesOf } from './weights.ts';

// Shares of pixels with a neighbour's colour: from the first on an image may be drawn, a small one or one with alpha
// from the second on, and from the third on it is.
const MAY_BE = 0.5;
const SMALL_MAY_BE = 0.2;
const IS = 0.85;
const SMALL_PIXELS = 65_536;

export const screenFamily: Family & OnlineFamily<ScreenArchitecture, LearningScreen> = {
  name: 'vaezip-screen',
  score: ({ bitDepth }, pixels) => {
    if (bitDepth !== 8 || !pixels) return 0;
    const column = columnOf(pixels);
    const share = shareOfKnown({ ...pixels, ...column });
    const isSmall = hasAlpha(pixels) || column.width * column.height <= SMALL_PIXELS;
    if (share < (isSmall ? SMALL_MAY_BE : MAY_BE)) return 0.1;
    return share < IS ? 0.5 : 0.8;
  },
  load: (name, id, file) => screenModel(name, id, readWeights(file)),
  shapes: shapesOf,
  metadata: metadataOf,
  read: (file) => {
    const { architecture, ...weights } = readWeights(file);
    if (!architecture) throw new VaezipError('bad-file', 'the weights have no networks');
    return { architecture, ...weights };
  },
  learn: (architecture, width, height) => new LearningScreen(architecture, width, height),
};
