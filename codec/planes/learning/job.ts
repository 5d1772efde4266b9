// The job of the learning family: its plan, and what its networks have learnt.

import type { Kernel } from '../../kernel/kernel.ts';
import { Constants } from '../../kernel/layouts.ts';
import { floats, plan, room } from '../../kernel/records.ts';
import type { ThreadedFunction } from '../../kernel/threads.ts';
import { type JobPlan, type JobShape, jobPlan, strideOf } from '../job.ts';
import { valueMixerPlan } from '../mixing/value-mixer.ts';
import { correctionsPlan, OnlineJob, onlineShape, stepsFields } from '../online/job.ts';
import { originPlan } from '../online/origin-plan.ts';
import {
  type Architecture,
  featureCount,
  type LearningWeights,
  neighbourCount,
  parameterCount,
  priorWeights,
} from './weights.ts';

const { BATCH, OUTPUTS } = Constants['network/steps'];
const { ROWS, WINDOW, RECORD_BYTES, SYSTEM_BYTES, MARGIN } = Constants['planes/context/similar'];
const { BLOCK } = Constants['planes/context/least-squares'];
const { MOST_NEIGHBOURS } = Constants['planes/context/neighbours'];

/** Bytes of four f32 lanes. */
const LANES = 16;

/** What a job holds. */
export function learningPlan(
  { architecture, origin }: Pick<LearningWeights, 'architecture' | 'origin'>,
  width: number,
  height: number,
  role: JobShape['role'],
  { coded, deep, images = 1 }: Partial<Pick<JobShape, 'coded' | 'deep' | 'images'>> = {},
): JobPlan {
  const { planes } = architecture;
  // What is known of where learning starts is known of 256 levels.
  const ofLevels = deep ? undefined : origin;
  return jobPlan(
    { ...{ width, height, planes, role, coded, deep }, ...onlineShape(height, images, ofLevels) },
    { job: 'LearningJob', plane: 'LearningPlane' },
    {
      job: { blank: floats(strideOf(width)), origin: originPlan(ofLevels, { width, planes, role }) },
      plane: (plane) => ({
        ...architecture.neighbours[plane],
        learner: learnerPlan(architecture, plane, role),
        corrections: correctionsPlan(width),
        leastSquares: leastSquaresPlan(architecture, plane, width),
        similar: architecture.similar ? similarPlan(architecture.similar[plane], width) : 0,
        values: role === 'learn' || deep ? 0 : valueMixerPlan(plane, width * height),
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
    ...stepsFields(inputs, size, architecture.rate, role),
    ...{ hidden1, hidden2 },
    h1: floats(BATCH * hidden1),
    h2: floats(BATCH * hidden2),
    d1: floats(BATCH * hidden1),
    d2: floats(BATCH * hidden2),
    transposed: floats(Math.max(hidden1 * hidden2, hidden2 * OUTPUTS)),
  });
}

function leastSquaresPlan(architecture: Architecture, plane: number, width: number) {
  const neighbours = neighbourCount(architecture, plane);
  const terms = (neighbours * (neighbours + 3)) / 2;
  const { bundle } = architecture;
  const bundles = Math.ceil(width / bundle);
  return plan('LeastSquares', {
    ...{ neighbours, terms, bundle, bundles },
    trust: floats(4),
    constants: Float32Array.from([...architecture.forgetting, ...architecture.ridge]),
    prior: priorWeights(architecture, plane),
    left: room(terms * LANES),
    above: room(bundles * terms * LANES),
    right: room((BLOCK + 1) * terms * LANES),
    ahead: room((Math.ceil(bundles / BLOCK) + 1) * terms * LANES),
    system: room(terms * LANES),
    columns: room(4 * (neighbours + 1) * LANES),
    pivots: room(neighbours * LANES),
    weights: room(neighbours * LANES),
    values: room(bundle * (neighbours + 1) * LANES),
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
export class LearningJob extends OnlineJob<'LearningJob', 'LearningPlane'> {
  readonly name: ThreadedFunction = 'learningRun';
  protected readonly ready = 'learningStart';

  /** `plan` is one of the weights' architecture. */
  constructor({ planes }: LearningWeights, plan: JobPlan, kernel?: Kernel) {
    super(plan, 'LearningPlane', planes, kernel);
  }
}
