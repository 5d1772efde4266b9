// The weights of the latents that tell where learning starts: what the posterior takes of an image's statistics, and
// the basis of what z adds to the parameters.

import { Constants } from '../../kernel/layouts.ts';
import type { NamedArrays } from '../../network/safetensors.ts';
import { damaged, type Shapes, tensorOfLength } from '../weights.ts';

const { PLANE_STATISTICS, COLOUR_STATISTICS } = Constants['planes/online/statistics'];
const MOST_LATENTS = 32;
/** Larger ones could take parameters beyond what stays finite. */
const MOST_SHIFT = 1e4;

const CENTRE = 'origin.statistics.centre';
const SCALE = 'origin.statistics.scale';
const WEIGHTS = 'origin.posterior.weights';
const BIAS = 'origin.posterior.bias';
const BASIS = '.basis';

export interface OriginWeights {
  readonly latents: number;
  /** f32 [statistics]: what statistics are less, and then times. */
  readonly centre: Float32Array;
  readonly scale: Float32Array;
  /** Means and logs of scales: f32 [statistics][2 latents], then f32 [2 latents]. */
  readonly posterior: Float32Array;
  /** Of each plane f32 [latents][parameters]. */
  readonly bases: readonly Float32Array[];
}

/** Statistics of an image with so many planes. */
export function statisticsCount(planes: number): number {
  return planes === 1 ? PLANE_STATISTICS + 1 : COLOUR_STATISTICS;
}

/** Those among a model's tensors; undefined where it has none. Throws VaezipError 'bad-file' for what are none. */
export function originOfTensors(shapes: readonly Shapes[], tensors: NamedArrays): OriginWeights | undefined {
  const outputs = tensors[BIAS]?.data.length;
  if (outputs === undefined) return undefined;
  const latents = outputs / 2;
  if (!Number.isInteger(latents) || latents < 1 || latents > MOST_LATENTS)
    throw damaged(`${outputs / 2} latents`);
  const statistics = statisticsCount(shapes.length);
  const take = (name: string, length: number, most?: number) => tensorOfLength(tensors, name, length, most);
  const posterior = new Float32Array((statistics + 1) * outputs);
  posterior.set(take(WEIGHTS, statistics * outputs));
  posterior.set(take(BIAS, outputs), statistics * outputs);
  return {
    ...{ latents, posterior },
    centre: take(CENTRE, statistics),
    scale: take(SCALE, statistics),
    bases: shapes.map((ofPlane, plane) => gatherBasis(ofPlane, plane, latents, take)),
  };
}

/** The inverse of `originOfTensors`. */
export function tensorsOfOrigin(
  shapes: readonly Shapes[],
  { latents, centre, scale, posterior, bases }: OriginWeights,
): NamedArrays {
  const statistics = centre.length;
  const end = statistics * 2 * latents;
  const tensors: Record<string, NamedArrays[string]> = {
    [CENTRE]: { shape: [statistics], data: centre },
    [SCALE]: { shape: [statistics], data: scale },
    [WEIGHTS]: { shape: [statistics, 2 * latents], data: posterior.slice(0, end) },
    [BIAS]: { shape: [2 * latents], data: posterior.slice(end) },
  };
  for (const [plane, ofPlane] of shapes.entries())
    eachTensor(ofPlane, (name, shape, from, to, size) => {
      const data = new Float32Array(latents * (to - from));
      for (let latent = 0; latent < latents; latent++)
        data.set(bases[plane].subarray(latent * size + from, latent * size + to), latent * (to - from));
      tensors[`plane${plane}.${name}${BASIS}`] = { shape: [latents, ...shape], data, dtype: 'BF16' };
    });
  return tensors;
}

function gatherBasis(
  shapes: Shapes,
  plane: number,
  latents: number,
  take: (name: string, length: number, most: number) => Float32Array,
): Float32Array {
  let basis = new Float32Array();
  eachTensor(shapes, (name, _, from, to, size) => {
    if (basis.length === 0) basis = new Float32Array(latents * size);
    const data = take(`plane${plane}.${name}${BASIS}`, latents * (to - from), MOST_SHIFT);
    for (let latent = 0; latent < latents; latent++)
      basis.set(data.subarray(latent * (to - from), (latent + 1) * (to - from)), latent * size + from);
  });
  return basis;
}

/** Each tensor of a plane, with the parameters that it takes of `size`. */
function eachTensor(
  shapes: Shapes,
  visit: (name: string, shape: readonly number[], from: number, to: number, size: number) => void,
): void {
  const lengthOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const size = Object.values(shapes).reduce((sum, shape) => sum + lengthOf(shape), 0);
  let from = 0;
  for (const [name, shape] of Object.entries(shapes)) {
    const to = from + lengthOf(shape);
    visit(name, shape, from, to, size);
    from = to;
  }
}
