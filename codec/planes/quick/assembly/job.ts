// What the quick family has beside the base of all planes: small networks that learn.

import { SkipLearner } from '../../../network/assembly/skip-learner';
import { Plane, planeOf } from '../../assembly/job';
import { Corrections } from '../../online/assembly/corrections';
import { OnlineJob } from '../../online/assembly/job';

@unmanaged
export class QuickPlane extends Plane {
  learner: SkipLearner;
  corrections: Corrections;
}

@unmanaged
export class QuickJob extends OnlineJob {}

@inline
export function quickPlaneOf(job: QuickJob, plane: i32): QuickPlane {
  return changetype<QuickPlane>(planeOf(job, plane));
}
