// What the families whose networks learn have beside the base of all planes: where learning starts.

import { PlanesJob } from '../../assembly/job';
import { Origin } from './origin';

@unmanaged
export class OnlineJob extends PlanesJob {
  /** Null in models without latents, but for training. */
  origin: Origin;
}
