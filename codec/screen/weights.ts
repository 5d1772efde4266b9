// What a model of the screen family knows before it sees an image: where its tables start, with how often each
// probability has been asked, and networks of green, red and blue. In the weights' file tensors; in the kernel
// tables are one piece of memory.

import { VaezipError } from '../error.ts';
import { Arena } from '../kernel/arena.ts';
import { instantiateKernel, kernelMemory } from '../kernel/kernel.ts';
import { Constants } from '../kernel/layouts.ts';
import type { NamedArrays, Safetensors } from '../network/safetensors.ts';
import {
  countOf,
  numbersOf,
  type PlaneWeights,
  planesOfTensors,
  type Shapes,
  tensorsOfPlanes,
} from '../planes/weights.ts';

const { STATES, FLOATS, PARAMETER_BYTES, BY_LENGTH_AT, MEAN_ERRORS_AT } = Constants['screen/parameters'];
const { LONGEST_MEMORY } = Constants['screen/probabilities'];
const { FEATURES } = Constants['screen/network'];
const { LINEAR } = Constants['network/skip-learner'];
const { OUTPUTS } = Constants['network/steps'];

/** Bytes of the tables as they lie in the kernel's memory. */
export const TABLES_BYTES = PARAMETER_BYTES;
/** A state: a probability less 1/2 in units of 2^-22, above how often it has been asked. */
const COUNT_BITS = 10;
const UNIT = 2 ** 22;
const MAX_UNITS = 64;
const MAX_RATE = 1;
const PLANES = 3;

export interface ScreenArchitecture {
  /** Of the hidden layer, a multiple of 4, at least 8. */
  readonly units: number;
  /** Rate of the steps in the long run. */
  readonly rate: number;
}

export interface ScreenWeights {
  /** Null in models without networks. */
  readonly architecture: ScreenArchitecture | null;
  readonly planes: readonly PlaneWeights[];
  /** Tables at the start, as f32 whose bits are the kernel's. */
  readonly tables: Float32Array;
}

/** Shapes of all networks' parameters. */
export function shapesOf({ units }: ScreenArchitecture): Shapes[] {
  return Array.from({ length: PLANES }, () => ({
    'layer1.weights': [FEATURES, LINEAR + units],
    'layer1.bias': [LINEAR + units],
    'layer2.weights': [units, OUTPUTS],
    'layer2.bias': [OUTPUTS],
  }));
}

/** Parameters of a network. */
export function networkSize(architecture: ScreenArchitecture): number {
  return countOf(shapesOf(architecture)[0]);
}

/** The metadata of a weights' file that tell its sizes. */
export function metadataOf({ units, rate }: ScreenArchitecture): Record<string, string> {
  return { units: String(units), rate: String(rate) };
}

/** The model in a weights' file. Throws VaezipError 'bad-file' for what is none. */
export function readWeights({ tensors, metadata }: Safetensors): ScreenWeights {
  const tables = tablesOfTensors(tensors);
  if (metadata.units === undefined) return { architecture: null, planes: [], tables };
  const [units] = numbersOf(metadata, 'units', 1, MAX_UNITS);
  if (units % 4 !== 0 || units < 8) throw damaged(`the hidden layer has ${units} units`);
  const [rate] = numbersOf(metadata, 'rate', 1, MAX_RATE);
  const architecture = { units, rate };
  return { architecture, planes: planesOfTensors(shapesOf(architecture), tensors), tables };
}

/** Tensors of a weights' file. */
export function tensorsOf({ architecture, planes, tables }: ScreenWeights): NamedArrays {
  return {
    ...(architecture && tensorsOfPlanes(shapesOf(architecture), planes)),
    ...tensorsOfTables(tables),
  };
}

/** What is believed before any image has been seen. */
export function firstTables(): Float32Array {
  const kernel = instantiateKernel(kernelMemory(TABLES_BYTES));
  const address = new Arena(kernel).allocate(TABLES_BYTES);
  kernel.exports.screenInitial(address);
  return new Float32Array(kernel.memory.buffer, address, TABLES_BYTES / 4).slice();
}

/** The two kinds of numbers in tables, over the same memory. */
export function partsOfTables({ buffer, byteOffset }: Float32Array): {
  states: Int32Array;
  floats: Float32Array;
} {
  return {
    states: new Int32Array(buffer, byteOffset, STATES),
    floats: new Float32Array(buffer, byteOffset + 4 * STATES, FLOATS),
  };
}

/** What a state says: its probability of a 1, and how often it has been asked. */
export function stateOf(state: number): { readonly probability: number; readonly times: number } {
  return { probability: (state >> COUNT_BITS) / UNIT + 0.5, times: state & (2 ** COUNT_BITS - 1) };
}

/** Undoes `stateOf`. */
export function stateFrom(probability: number, times: number): number {
  const p = Math.min(UNIT / 2 - 1, Math.max(-UNIT / 2, Math.round((probability - 0.5) * UNIT)));
  return (p << COUNT_BITS) | times;
}

function tensorsOfTables(tables: Float32Array): NamedArrays {
  const { states, floats } = partsOfTables(tables);
  return {
    probabilities: {
      shape: [STATES],
      data: Float32Array.from(states, (state) => stateOf(state).probability),
      dtype: 'BF16',
    },
    times: {
      shape: [STATES],
      data: Float32Array.from(states, (state) => stateOf(state).times),
      dtype: 'BF16',
    },
    mixing: { shape: [FLOATS], data: floats, dtype: 'BF16' },
  };
}

function tablesOfTensors(tensors: NamedArrays): Float32Array {
  const tables = new Float32Array(TABLES_BYTES / 4);
  const { states, floats } = partsOfTables(tables);
  const probabilities = tensorOf(tensors, 'probabilities', STATES);
  const times = tensorOf(tensors, 'times', STATES);
  for (let i = 0; i < STATES; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) throw damaged('a probability is none');
    if (!(times[i] >= 0 && times[i] <= LONGEST_MEMORY)) throw damaged('a count is none');
    states[i] = stateFrom(probabilities[i], Math.trunc(times[i]));
  }
  floats.set(tensorOf(tensors, 'mixing', FLOATS));
  if (!floats.every((value) => Math.abs(value) <= MAX_WEIGHT)) throw damaged('a weight is too large');
  // Errors and how many there have been, behind the weights.
  if (floats.subarray((MEAN_ERRORS_AT - BY_LENGTH_AT) / 4).some((value) => value < 0))
    throw damaged('an error is below 0');
  return tables;
}

/** Larger ones would not stay finite while they learn. */
const MAX_WEIGHT = 1e6;

function tensorOf(tensors: NamedArrays, name: string, length: number): Float32Array {
  const data = tensors[name]?.data;
  if (data?.length !== length) throw damaged(`there is no tensor ${name} of ${length} values`);
  return data;
}

function damaged(what: string): VaezipError {
  return new VaezipError('bad-file', `not the weights of a screen model: ${what}`);
}
