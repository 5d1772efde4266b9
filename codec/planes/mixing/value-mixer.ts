// What the mixing with exact values takes of a plane's memory.

import { Constants } from '../../kernel/layouts.ts';
import { plan, room } from '../../kernel/records.ts';

const { LINES, LINE_BYTES, WEIGHTS_BYTES } = Constants['planes/mixing/value-mixer'];
const { CODE_LENGTH_BYTES } = Constants['distributions/code-length'];
const { LEVELS } = Constants['distributions/logistic-mixture'];
/** Of the lines of pairs: enough for a photo; a sample asks for two, so that a small one needs fewer. */
const LEAST_LOG_LINES = 6;
const MOST_LOG_LINES = 14;

/** The plan of a plane's mixer for so many samples; 0 for the first plane, which has none. */
export function valueMixerPlan(plane: number, samples: number) {
  if (plane === 0) return 0;
  let logLines = LEAST_LOG_LINES;
  while (logLines < MOST_LOG_LINES && 2 ** logLines < 2 * samples) logLines++;
  return plan('ValueMixer', {
    logLines,
    plain: room(CODE_LENGTH_BYTES),
    mixed: room(CODE_LENGTH_BYTES),
    ofAll: room(LINES * LINE_BYTES),
    ofValue: room(LEVELS * LINES * LINE_BYTES),
    ofPair: room(LINE_BYTES * 2 ** logLines),
    weights: room(WEIGHTS_BYTES),
  });
}
