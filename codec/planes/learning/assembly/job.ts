// What the learning family has beside the base of all planes: networks that learn, least squares, and in some models a
// predictor from similar contexts. All rows are one stage.

import { Learner } from '../../../network/assembly/learner';
import { Plane, planeOf } from '../../assembly/job';
import { LeastSquares } from '../../context/assembly/least-squares';
import { Similar } from '../../context/assembly/similar';
import { Corrections } from '../../online/assembly/corrections';
import { OnlineJob } from '../../online/assembly/job';

@unmanaged
export class LearningPlane extends Plane {
  /**
   * Neighbours of the least-squares predictors: of the own plane, of each plane already coded, of each still to come.
   */
  own: i32;
  coded: i32;
  later: i32;
  learner: Learner;
  corrections: Corrections;
  leastSquares: LeastSquares;
  /** Null in models without a predictor from similar contexts. */
  similar: Similar;
  /** u32 [32]: addresses of the neighbours of sample 0 of the row. */
  neighbours: usize;
  /** f32 [16]: the weights that the predictor from similar contexts is drawn to. */
  similarPrior: usize;
}

@unmanaged
export class LearningJob extends OnlineJob {
  /** f32 [stride] of 128: the row above the image, for planes still to come. */
  blank: usize;
}

@inline
export function learningPlaneOf(job: LearningJob, plane: i32): LearningPlane {
  return changetype<LearningPlane>(planeOf(job, plane));
}
