// What a model's weights set and learning changes, in one piece of memory: adaptive probabilities (i32), then weights
// of mixers and the errors that predictors make (f32).

import { exp64 } from '../../distributions/assembly/elementary';
import { CANDIDATES, PIXEL_CONTEXTS, PREDICTORS, VALUE_CONTEXTS } from './job';
import { fillWeights } from './mixing';
import { initialState } from './probabilities';

/** Inputs of a candidate's mixer: contexts, three direct ones, a constant. */
@inline export const CANDIDATE_INPUTS: i32 = PIXEL_CONTEXTS + 4;
@inline export const CANDIDATE_BYTES: usize = 4 * 12;
/** Inputs of a bit's mixer: two a context, predictors, a constant, the network, two candidates. */
@inline export const BIT_INPUTS: i32 = 2 * VALUE_CONTEXTS + PREDICTORS + 4;
@inline export const BIT_BYTES: usize = 4 * 40;

// Numbers of classes.
@inline export const COUNT_CLASSES: i32 = 12;
@inline export const OTHERS_CLASSES: i32 = 8;
@inline const FOUND: i32 = PIXEL_CONTEXTS * CANDIDATES * 3 * COUNT_CLASSES * OTHERS_CLASSES;
@inline const ABSENT: i32 = PIXEL_CONTEXTS * CANDIDATES * 4 * COUNT_CLASSES;
@inline const SAME: i32 = CANDIDATES * 1024;
@inline const EQUAL: i32 = CANDIDATES * 8192;
@inline const ESCAPED: i32 = CANDIDATES * 4096;
@inline export const TIMES_CLASSES: i32 = 14;
@inline export const ODDS_CLASSES: i32 = 32;
@inline const CALIBRATED: i32 = 4 * VALUE_CONTEXTS * TIMES_CLASSES * ODDS_CLASSES;

// Probabilities of a candidate: by what a context's slot says of it, [context][rank][position][count][others'
// counts]; by what a slot without it holds, [context][rank][colours][total]; by which neighbours have it, [rank][10
// bits]; by which neighbours are equal, [rank][9 bits][4 bits]; by which were escapes, [rank][4 bits][4
// bits][longest context].
@inline export const FOUND_AT: usize = 0;
@inline export const ABSENT_AT: usize = FOUND_AT + 4 * FOUND;
@inline export const SAME_AT: usize = ABSENT_AT + 4 * ABSENT;
@inline export const EQUAL_AT: usize = SAME_AT + 4 * SAME;
@inline export const ESCAPED_AT: usize = EQUAL_AT + 4 * EQUAL;
// Of a bit: what counters turn out to mean, [plane][context][times asked][log-odds].
@inline export const CALIBRATED_AT: usize = ESCAPED_AT + 4 * ESCAPED;
// Whether a bit is that of a candidate that has not been right, [plane][rank][bit][the candidate's log-odds].
@inline export const FOLLOWED: i32 = 2;
@inline export const FOLLOWED_CLASSES: i32 = 16;
@inline const FOLLOWS: i32 = 4 * FOLLOWED * 8 * FOLLOWED_CLASSES;
@inline export const FOLLOWS_AT: usize = CALIBRATED_AT + 4 * CALIBRATED;
@inline export const STATES: i32 = FOUND + ABSENT + SAME + EQUAL + ESCAPED + CALIBRATED + FOLLOWS;

// Weights of a candidate: by longest context, by the neighbours that have it, by escapes and score; of the three.
@inline const BY_LENGTH: i32 = CANDIDATES * 16;
@inline const BY_NEIGHBOURS: i32 = CANDIDATES * 32;
@inline const BY_ESCAPES: i32 = CANDIDATES * 64;
@inline export const BY_LENGTH_AT: usize = 4 * STATES;
@inline export const BY_NEIGHBOURS_AT: usize = BY_LENGTH_AT + <usize>BY_LENGTH * CANDIDATE_BYTES;
@inline export const BY_ESCAPES_AT: usize = BY_NEIGHBOURS_AT + <usize>BY_NEIGHBOURS * CANDIDATE_BYTES;
@inline export const CANDIDATE_FINAL_AT: usize = BY_ESCAPES_AT + <usize>BY_ESCAPES * CANDIDATE_BYTES;
// Of a bit: by its place, by the local error, by the neighbours that are equal; of the three, [plane][escapes][bit].
@inline const BY_PLACE: i32 = 64;
@inline const BY_ERROR: i32 = 64;
@inline const BY_EQUALITY: i32 = 256;
@inline export const BY_PLACE_AT: usize = CANDIDATE_FINAL_AT + CANDIDATES * 16;
@inline export const BY_ERROR_AT: usize = BY_PLACE_AT + <usize>BY_PLACE * BIT_BYTES;
@inline export const BY_EQUALITY_AT: usize = BY_ERROR_AT + <usize>BY_ERROR * BIT_BYTES;
@inline export const BIT_FINAL_AT: usize = BY_EQUALITY_AT + <usize>BY_EQUALITY * BIT_BYTES;
@inline const BIT_FINALS: i32 = 4 * 5 * 8;
// Mean error of a predictor in a class of local errors, and how often it was seen: [plane][class][2][PREDICTORS].
@inline export const ERROR_CLASSES: i32 = 32;
@inline export const MEAN_ERRORS_AT: usize = BIT_FINAL_AT + BIT_FINALS * 16;
@inline const MEAN_ERRORS: i32 = 4 * ERROR_CLASSES * 2 * PREDICTORS;
@inline export const FLOATS: i32 = (<i32>(MEAN_ERRORS_AT - BY_LENGTH_AT) >> 2) + MEAN_ERRORS;
@inline export const PARAMETER_BYTES: usize = MEAN_ERRORS_AT + 4 * MEAN_ERRORS;

@inline const FOLLOWED_AT_FIRST: f64 = 0.6;

/** Sets parameters to what is believed before any image has been seen. */
export function screenInitial(parameters: usize): void {
  fillStates(parameters);
  fillWeights(parameters + BY_LENGTH_AT, (BY_LENGTH + BY_NEIGHBOURS + BY_ESCAPES) * CANDIDATE_INPUTS, 0.25);
  fillWeights(parameters + CANDIDATE_FINAL_AT, CANDIDATES * 4, 1.0 / 3.0);
  for (let set: i32 = 0; set < BY_PLACE + BY_ERROR + BY_EQUALITY; set++) {
    const weights = parameters + BY_PLACE_AT + <usize>set * BIT_BYTES;
    fillWeights(weights, BIT_INPUTS, 0);
    fillWeights(weights, 2 * VALUE_CONTEXTS, 0.1);
    fillWeights(weights + 8 * VALUE_CONTEXTS, PREDICTORS, 0.1);
    v128.store(weights + 8 * VALUE_CONTEXTS + 4 * PREDICTORS, f32x4(0, 0.2, 0.15, 0.15));
  }
  for (let i: usize = 0; i < <usize>BIT_FINALS * 16; i += 16) {
    v128.store(parameters + BIT_FINAL_AT + i, f32x4(0.2, 0.2, 0.2, 0.4));
  }
  // Classes are about a factor 1.32 apart.
  let error: f32 = 0.14;
  for (let c: i32 = 0; c < ERROR_CLASSES; c++) {
    for (let plane: i32 = 0; plane < 4; plane++) {
      const at = parameters + MEAN_ERRORS_AT + <usize>((plane * ERROR_CLASSES + c) * 2 * PREDICTORS * 4);
      fillWeights(at, PREDICTORS, error);
      fillWeights(at + 4 * PREDICTORS, PREDICTORS, 2);
    }
    error *= 1.32;
  }
}

/** What is likely of a slot's colours; 0.1 of one that is not there; else even odds, and counters at their word. */
function fillStates(parameters: usize): void {
  let at = parameters;
  for (let i: i32 = 0; i < PIXEL_CONTEXTS * CANDIDATES * 3; i++) {
    const first = i % 3 == 0;
    for (let count: i32 = 0; count < COUNT_CLASSES; count++) {
      for (let others: i32 = 0; others < OTHERS_CLASSES; others++) {
        const p = (<f64>count + 1) / (<f64>count + 1.5 + <f64>others * (first ? 1 : 3));
        store<i32>(at, initialState(first ? p : p * 0.5, 0));
        at += 4;
      }
    }
  }
  for (let i: i32 = 0; i < ABSENT; i++) {
    store<i32>(at, initialState(0.1, 0));
    at += 4;
  }
  memory.fill(at, 0, 4 * (SAME + EQUAL + ESCAPED));
  at += 4 * (SAME + EQUAL + ESCAPED);
  for (let i: i32 = 0; i < CALIBRATED; i++) {
    store<i32>(at, initialState(probabilityOfClass(i % ODDS_CLASSES), 0));
    at += 4;
  }
  for (let i: i32 = 0; i < FOLLOWS; i++) {
    store<i32>(at, initialState(FOLLOWED_AT_FIRST, 0));
    at += 4;
  }
}

/** 1 / (1 + e^-z) for log-odds z in steps of 1/2 from -7.75. */
function probabilityOfClass(c: i32): f64 {
  return 1 / (1 + exp64(7.75 - 0.5 * <f64>c));
}
