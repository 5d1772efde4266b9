// The job of the learning family: its plan, and what its networks have learnt.

import type { Kernel } from '../../kernel/kernel.ts';
import { Constants } from '../../kernel/layouts.ts';
import { floats, type KernelRecord, plan, room } from '../../kernel/records.ts';
import type { ThreadedFunction } from '../../kernel/threads.ts';
import { type JobPlan, type JobShape, jobPlan, PlanesJob, Mode as PlanesMode, strideOf } from '../job.ts';
import {
  type Architecture,
  featureCount,
  type LearningWeights,
  neighbourCount,
  type PlaneWeights,
  parameterCount,
  priorWeights,
} from './weights.ts';

const { LEARN } = Constants['planes/learning/job'];
const { BATCH, OUTPUTS } = Constants['network/learner'];
const { ROWS, WINDOW, RECORD_BYTES, SYSTEM_BYTES, MARGIN } = Constants['planes/context/similar'];
const { BLOCK } = Constants['planes/context/least-squares'];
const { MOST_NEIGHBOURS } = Constants['planes/context/neighbours'];

/** As all families'; learn: as encode, but nothing is kept that a stream would need. */
export const Mode = { ...PlanesMode, learn: LEARN } as const;

/** Bytes of four f32 lanes. */
const LANES = 16;

/** What a job holds. */
export function learningPlan(
  architecture: Architecture,
  width: number,
  height: number,
  role: JobShape['role'],
  coded?: JobShape['coded'],
): JobPlan {
  return jobPlan(
    { width, height, planes: architecture.planes, role, coded, stages: 1, stageRows: height },
    { job: 'LearningJob', plane: 'LearningPlane' },
    {
      job: { blank: floats(strideOf(width)) },
      plane: (plane) => ({
        ...architecture.neighbours[plane],
        learner: learnerPlan(architecture, plane, role),
        leastSquares: leastSquaresPlan(architecture, plane, width),
        similar: architecture.similar ? similarPlan(architecture.similar[plane], width) : 0,
        neighbours: room(4 * MOST_NEIGHBOURS),
        similarPrior: floats(MOST_NEIGHBOURS),
      }),
    },
  );
}

function learnerPlan(architecture: Architecture, plane: number, role: JobShape['role']) {
  const inputs = featureCount(architecture, plane);
  const [hidden1, hidden2] = architecture.hidden;
  const size = parameterCount(architecture, plane);
  return plan('Learner', {
    ...{ inputs, hidden1, hidden2, size, rate: architecture.rate },
    ...{ parameters: floats(size), preconditioner: floats(size) },
    direction: floats(size),
    squares: role === 'learn' ? floats(size) : 0,
    norm: room(LANES),
    x: floats(BATCH * inputs),
    h1: floats(BATCH * hidden1),
    h2: floats(BATCH * hidden2),
    outputGradients: floats(BATCH * OUTPUTS),
    d1: floats(BATCH * hidden1),
    d2: floats(BATCH * hidden2),
    transposed: floats(
      Math.max(BATCH * Math.max(inputs, hidden1, hidden2), hidden1 * hidden2, hidden2 * OUTPUTS),
    ),
  });
}

function leastSquaresPlan(architecture: Architecture, plane: number, width: number) {
  const neighbours = neighbourCount(architecture, plane);
  const terms = (neighbours * (neighbours + 3)) / 2;
  const pairs = (width + 1) >> 1;
  return plan('LeastSquares', {
    ...{ neighbours, terms, pairs },
    constants: Float32Array.from([...architecture.forgetting, ...architecture.ridge]),
    prior: priorWeights(architecture, plane),
    left: room(terms * LANES),
    above: room(pairs * terms * LANES),
    right: room((BLOCK + 1) * terms * LANES),
    ahead: room((Math.ceil(pairs / BLOCK) + 1) * terms * LANES),
    system: room(terms * LANES),
    columns: room(4 * (neighbours + 1) * LANES),
    pivots: room(neighbours * LANES),
    weights: room(neighbours * LANES),
    values: room(2 * (neighbours + 1) * LANES),
  });
}

/** What the predictor from similar contexts keeps: a window's rows of records, and what it computes for a sample. */
function similarPlan({ own, coded }: { readonly own: number; readonly coded: number }, width: number) {
  const stride = width + 2 * MARGIN;
  return plan('Similar', {
    ...{ own, coded, stride },
    records: room(ROWS * stride * RECORD_BYTES),
    trust: floats(ROWS * stride),
    nearness: floats(WINDOW),
    weights: floats(WINDOW),
    kept: room(8 * (WINDOW + 1)),
    system: room(SYSTEM_BYTES),
    result: room(LANES),
  });
}

/** A job in a memory of its own. */
export class LearningJob extends PlanesJob<'LearningJob', 'LearningPlane'> {
  readonly name: ThreadedFunction = 'learningRun';
  readonly #weights: LearningWeights;

  /** `plan` is one of the weights' architecture. */
  constructor(weights: LearningWeights, plan: JobPlan, kernel?: Kernel) {
    super(plan, 'LearningPlane', kernel);
    this.#weights = weights;
  }

  /** In the mode of its role, from the model's weights, unless told otherwise. */
  start(mode: number = Mode[this.role], planes: readonly PlaneWeights[] = this.#weights.planes): void {
    this.record.set('mode', mode);
    for (const [plane, { parameters, preconditioner }] of planes.entries()) {
      this.parameters(plane).set(parameters);
      this.#ofLearner(plane, 'preconditioner').set(preconditioner);
    }
    this.kernel.exports.learningStart(this.record.address);
  }

  /** A plane's parameters as they are now. */
  parameters(plane: number): Float32Array {
    return this.#ofLearner(plane, 'parameters');
  }

  /** Sums of a plane's squared gradients since they were last set to 0; jobs that learn alone have them. */
  squares(plane: number): Float32Array {
    return this.#ofLearner(plane, 'squares');
  }

  #ofLearner(plane: number, name: 'parameters' | 'preconditioner' | 'squares'): Float32Array {
    const learner: KernelRecord<'Learner'> = this.planeRecords[plane].record('learner', 'Learner');
    return learner.floats(name, parameterCount(this.#weights.architecture, plane));
  }
}
