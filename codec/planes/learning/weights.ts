// What defines a learning model: its sizes, from the metadata of the weights' file, and each plane's weights.

import { Constants } from '../../kernel/layouts.ts';
import type { NamedArrays, Safetensors } from '../../network/safetensors.ts';
import type { OnlineWeights } from '../online/job.ts';
import { originOfTensors, tensorsOfOrigin } from '../online/origin.ts';
import {
  countOf,
  damaged,
  numbersOf,
  planesOfMetadata,
  planesOfTensors,
  type Shapes,
  tensorsOfPlanes,
} from '../weights.ts';

const { OWN_FEATURES, CODED_FEATURES, LATER_FEATURES, SIMILAR_FEATURES } =
  Constants['planes/context/context'];
const { SIMILAR_NEIGHBOURS } = Constants['planes/context/similar'];
const { OUTPUTS } = Constants['network/steps'];
const { MOST_OWN, MOST_CODED, MOST_LATER, MOST_NEIGHBOURS } = Constants['planes/context/neighbours'];
const MAX_HIDDEN = 128;
const MAX_RATE = 1;
const MAX_RIDGE = 1e9;

export interface Neighbours {
  /** Of the own plane. */
  readonly own: number;
  /** Of each plane already coded. */
  readonly coded: number;
  /** Of each plane still to come. */
  readonly later: number;
}

export interface Architecture {
  /** 1 (grey) or 3. */
  readonly planes: 1 | 3;
  /** Units of the two hidden layers, multiples of 16. */
  readonly hidden: readonly [number, number];
  /** Of each plane's least-squares predictors: a multiple of 4 in all. */
  readonly neighbours: readonly Neighbours[];
  /**
   * Of each plane's predictor from similar contexts, where the model has one: among those of
   * the least squares, 16 in all.
   */
  readonly similar?: readonly Pick<Neighbours, 'own' | 'coded'>[] | undefined;
  /** Columns that share the sums and weights of these predictors. */
  readonly bundle: 2 | 4;
  /** Of the four predictors: decay of a sample's weight a column or row of distance. */
  readonly forgetting: readonly number[];
  /** Of the four predictors: weight of the prior weights, in samples of error scale 1. */
  readonly ridge: readonly number[];
  /** Rate of the steps in the long run. */
  readonly rate: number;
}

export type LearningWeights = OnlineWeights<Architecture>;

/** Inputs of a plane's network. */
export function featureCount({ planes, similar }: Architecture, plane: number): number {
  const others = planes === 1 ? 0 : plane * CODED_FEATURES + (2 - plane) * LATER_FEATURES;
  return OWN_FEATURES + others + (similar ? SIMILAR_FEATURES : 0);
}

/** Shapes of a plane's parameters, in their order. */
export function parameterShapes(architecture: Architecture, plane: number): Shapes {
  const [hidden1, hidden2] = architecture.hidden;
  return {
    'layer1.weights': [featureCount(architecture, plane), hidden1],
    'layer1.bias': [hidden1],
    'layer2.weights': [hidden1, hidden2],
    'layer2.bias': [hidden2],
    'layer3.weights': [hidden2, OUTPUTS],
    'layer3.bias': [OUTPUTS],
  };
}

/** Number of a plane's parameters. */
export function parameterCount(architecture: Architecture, plane: number): number {
  return countOf(parameterShapes(architecture, plane));
}

/** Shapes of all planes' parameters. */
export function shapesOf(architecture: Architecture): Shapes[] {
  return architecture.neighbours.map((_, plane) => parameterShapes(architecture, plane));
}

/** Number of a plane's neighbours. */
export function neighbourCount({ planes, neighbours }: Architecture, plane: number): number {
  const { own, coded, later } = neighbours[plane];
  return planes === 1 ? own : own + plane * coded + (2 - plane) * later;
}

/** The weights that the ridge draws a plane's predictors to: the mean of W and N, and what coded planes deviate. */
export function priorWeights(architecture: Architecture, plane: number): Float32Array {
  const { own, coded } = architecture.neighbours[plane];
  const weights = new Float32Array(neighbourCount(architecture, plane));
  weights.fill(0.5, 0, 2);
  for (let other = 0; other < plane && coded > 0; other++)
    weights[own + other * coded] = plane === 1 ? 0.8 : 0.5;
  return weights;
}

/** The model in a weights' file. Throws VaezipError 'bad-file' for what is none. */
export function readWeights({ tensors, metadata }: Safetensors): LearningWeights {
  const architecture = readArchitecture(metadata);
  const shapes = shapesOf(architecture);
  return { architecture, planes: planesOfTensors(shapes, tensors), origin: originOfTensors(shapes, tensors) };
}

/** The tensors of a weights' file, the inverse of `readWeights`. */
export function tensorsOf({ architecture, planes, origin }: LearningWeights): NamedArrays {
  const shapes = shapesOf(architecture);
  return { ...tensorsOfPlanes(shapes, planes), ...(origin && tensorsOfOrigin(shapes, origin)) };
}

/** The metadata of a weights' file that tell its sizes. */
export function metadataOf(architecture: Architecture): Record<string, string> {
  const { planes, hidden, neighbours, similar, bundle, forgetting, ridge, rate } = architecture;
  return {
    planes: String(planes),
    hidden: hidden.join(' '),
    neighbours: neighbours.map(({ own, coded, later }) => `${own} ${coded} ${later}`).join(', '),
    ...(similar && { similar: similar.map(({ own, coded }) => `${own} ${coded}`).join(', ') }),
    bundle: String(bundle),
    forgetting: forgetting.join(' '),
    ridge: ridge.join(' '),
    rate: String(rate),
  };
}

function readArchitecture(metadata: Readonly<Record<string, string>>): Architecture {
  const planes = planesOfMetadata(metadata);
  const [hidden1, hidden2] = numbersOf(metadata, 'hidden', 2, MAX_HIDDEN);
  for (const units of [hidden1, hidden2])
    if (units % 16 !== 0) throw damaged(`a hidden layer has ${units} units`);
  const neighbours = (metadata.neighbours ?? '').split(',').map(readNeighbours);
  if (neighbours.length !== planes) throw damaged(`neighbours of ${neighbours.length} planes, not ${planes}`);
  const architecture: Architecture = {
    planes,
    hidden: [hidden1, hidden2],
    neighbours,
    ...(metadata.similar !== undefined && { similar: readSimilar(metadata.similar, neighbours) }),
    bundle: readBundle(metadata.bundle),
    forgetting: numbersOf(metadata, 'forgetting', 4, 1),
    ridge: numbersOf(metadata, 'ridge', 4, MAX_RIDGE),
    rate: numbersOf(metadata, 'rate', 1, MAX_RATE)[0],
  };
  neighbours.forEach((_, plane) => {
    const count = neighbourCount(architecture, plane);
    if (count > MOST_NEIGHBOURS || count % 4 !== 0) throw damaged(`plane ${plane} has ${count} neighbours`);
  });
  return architecture;
}

function readNeighbours(text: string): Neighbours {
  const counts = text.trim().split(' ').map(Number);
  const [own, coded, later] = counts;
  const fits =
    counts.length === 3 &&
    counts.every(Number.isInteger) &&
    own >= 2 &&
    own <= MOST_OWN &&
    coded >= 0 &&
    coded <= MOST_CODED &&
    later >= 0 &&
    later <= MOST_LATER;
  if (!fits) throw damaged(`the neighbours '${text}' are none`);
  return { own, coded, later };
}

function readBundle(text: string | undefined): Architecture['bundle'] {
  if (text !== '2' && text !== '4') throw damaged(`'${text}' columns share the predictors`);
  return text === '2' ? 2 : 4;
}

function readSimilar(text: string, neighbours: readonly Neighbours[]): Architecture['similar'] {
  const counts = text.split(',').map((plane) => plane.trim().split(' ').map(Number));
  const fit = counts.every(
    ([own, coded, ...others], plane) =>
      others.length === 0 &&
      Number.isInteger(own) &&
      own >= 0 &&
      own <= neighbours[plane]?.own &&
      Number.isInteger(coded) &&
      coded >= 0 &&
      (plane === 0 || coded <= neighbours[plane].coded) &&
      own + plane * coded === SIMILAR_NEIGHBOURS,
  );
  if (!fit || counts.length !== neighbours.length)
    throw damaged(`the neighbours '${text}' of the predictor from similar contexts are none`);
  return counts.map(([own, coded]) => ({ own, coded }));
}
