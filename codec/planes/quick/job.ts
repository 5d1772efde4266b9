// The job of the quick family: its plan.

import type { Kernel } from '../../kernel/kernel.ts';
import type { ThreadedFunction } from '../../kernel/threads.ts';
import { type JobPlan, type JobShape, jobPlan } from '../job.ts';
import { valueMixerPlan } from '../mixing/value-mixer.ts';
import { correctionsPlan, OnlineJob, onlineShape, skipLearnerPlan } from '../online/job.ts';
import { originPlan } from '../online/origin-plan.ts';
import { countOf } from '../weights.ts';
import { featureCount, type QuickArchitecture, type QuickWeights, shapesOf } from './weights.ts';

/** What a job holds. */
export function quickPlan(
  { architecture, origin }: Pick<QuickWeights, 'architecture' | 'origin'>,
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
    { job: 'QuickJob', plane: 'QuickPlane' },
    {
      job: { origin: originPlan(ofLevels, { width, planes, role }) },
      plane: (plane) => ({
        learner: learnerPlan(architecture, plane, role),
        corrections: correctionsPlan(width),
        values: role === 'learn' || deep ? 0 : valueMixerPlan(plane, width * height),
      }),
    },
  );
}

function learnerPlan(architecture: QuickArchitecture, plane: number, role: JobShape['role']) {
  const { units, rate } = architecture;
  const size = countOf(shapesOf(architecture)[plane]);
  return skipLearnerPlan(featureCount(architecture, plane), units, size, rate, role);
}

/** A job in a memory of its own. */
export class QuickJob extends OnlineJob<'QuickJob', 'QuickPlane'> {
  readonly name: ThreadedFunction = 'quickRun';
  protected readonly ready = 'quickStart';

  /** `plan` is one of the weights' architecture. */
  constructor({ planes }: QuickWeights, plan: JobPlan, kernel?: Kernel) {
    super(plan, 'QuickPlane', planes, kernel);
  }
}
