// What the static family has beside the base of all planes: three planes' networks, whose layers the latents modulate.

import { OWN_MODES, Plane, PlanesJob, planeOf } from '../../assembly/job';
import { Latents } from '../../latents/assembly/latents';

@unmanaged
export class StaticPlane extends Plane {
  /** Weights of the likelihood network: [inputs][32], [32][16], [16][12]. */
  layer1: usize;
  layer2: usize;
  layer3: usize;
  /** [48][24] and [24] of the network whose outputs are pooled over a tile. */
  pooled: usize;
  /** f32 [96]: the features; [32], [16]: hidden units; [48], [24]: inputs and hidden units of the pooled network. */
  features: usize;
  hidden1: usize;
  hidden2: usize;
  pooledInputs: usize;
  pooledHidden: usize;
  /** Training only: f32 features, [3] centre, scale, target, and [48] inputs of the pooled network, of all samples. */
  exportedFeatures: usize;
  exportedTargets: usize;
  exportedInputs: usize;
}

@unmanaged
export class StaticJob extends PlanesJob {
  latents: Latents;
}

/** Computes q(z|x) of all tiles. */
@inline export const PREPARE: i32 = OWN_MODES;
/** Writes features for training. */
@inline export const EXPORT: i32 = OWN_MODES + 1;

@inline export const PLANES: i32 = 3;
@inline export const HIDDEN1: i32 = 32;
@inline export const HIDDEN2: i32 = 16;
@inline export const OUTPUTS: i32 = 12;

@inline
export function staticPlaneOf(job: StaticJob, plane: i32): StaticPlane {
  return changetype<StaticPlane>(planeOf(job, plane));
}
