// What a job holds of the latents that tell where learning starts.

import { Constants } from '../../kernel/layouts.ts';
import { floats, plan, type RecordPlan, room } from '../../kernel/records.ts';
import type { JobShape } from '../job.ts';
import { type OriginWeights, statisticsCount } from './origin.ts';

const { BINS, EDGES } = Constants['planes/online/origin'];
const { SUMS_BYTES } = Constants['planes/online/statistics'];

/** The plane on whose message the latents are. */
export const LATENT_PLANE = 0;
/** Bytes of a f64. */
const DOUBLE = 8;

/** For a job of the role 'learn' of the statistics alone; null for the others of models without latents. */
export function originPlan(
  weights: OriginWeights | undefined,
  { width, planes, role }: Pick<JobShape, 'width' | 'planes' | 'role'>,
): RecordPlan<'Origin'> | 0 {
  if (role === 'learn') return plan('Origin', statisticsFields(width, planes));
  if (!weights) return 0;
  const { latents, centre, scale, posterior, bases } = weights;
  const [basis0, basis1 = 0, basis2 = 0] = bases;
  return plan('Origin', {
    ...statisticsFields(width, planes),
    ...{ latents, centre, scale, posterior, basis0, basis1, basis2 },
    posteriors: room(2 * latents * DOUBLE),
    bins: floats(latents),
    edges: floats(latents * EDGES),
    losses: room(latents * BINS * DOUBLE),
  });
}

function statisticsFields(width: number, planes: number) {
  const inputs = statisticsCount(planes);
  return {
    inputs,
    statistics: room(inputs * DOUBLE),
    sums: room(SUMS_BYTES),
    residuals: floats(planes * width),
  };
}
