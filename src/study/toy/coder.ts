// Points of the plane on disk: rounded to bins of 2^-bits, coded in one chain by bits back, and read back. p(x|z) of a
// bin is the mass of the Gaussian over it.

import {
  discretizedGaussians,
  gaussiansLog2Probability,
} from '../../../codec/distributions/discretized-gaussian.ts';
import type { NamedArrays } from '../../../codec/network/safetensors.ts';
import { codeChain, type OnDisk } from '../mlp/coder.ts';
import { DIMENSIONS, type ToyModel, toyShapes } from './model.ts';

/** Coordinates lie in [-1, 1). */
const REACH = 1;

/** Indices of bins of width 2^-bits, two a point. Throws RangeError for a coordinate out of reach. */
export function binsOf(points: Float32Array, bits: number): Uint16Array[] {
  return Array.from({ length: points.length / DIMENSIONS }, (_, i) =>
    Uint16Array.from(points.subarray(DIMENSIONS * i, DIMENSIONS * (i + 1)), (x) => {
      const bin = Math.floor((x + REACH) * 2 ** bits);
      if (bin >= 0 && bin < 2 * REACH * 2 ** bits) return bin;
      throw new RangeError(`${x} is not within [-${REACH}, ${REACH})`);
    }),
  );
}

/** The middles of the bins of a point. */
export function middlesOf(bins: Uint16Array, bits: number): Float32Array {
  return Float32Array.from(bins, (bin) => (bin + 0.5) / 2 ** bits - REACH);
}

/** Bits of all points together, rounded to bins of 2^-bits; `bits` is at most 15. */
export function codePoints(
  model: ToyModel,
  tensors: NamedArrays,
  bins: readonly Uint16Array[],
  bits: number,
): OnDisk {
  const unit = 2 ** bits;
  return codeChain<Uint16Array>(
    {
      ...model,
      tensors,
      shapes: toyShapes(model),
      inputs: (point) => middlesOf(point, bits),
      likelihood: (engine) => {
        const scales = engine.buffer(DIMENSIONS);
        return (outputs) => {
          engine.write(scales, outputs.subarray(DIMENSIONS));
          engine.kernel.exports.networkExp(scales.address, DIMENSIONS);
          const gaussians = {
            mu: outputs.slice(0, DIMENSIONS).map((mean) => (mean + REACH) * unit - 0.5),
            sigma: engine.read(scales).map((scale) => scale * unit),
            depth: bits + 1,
          };
          return {
            ...discretizedGaussians(gaussians),
            log2Probability: (message, point) => gaussiansLog2Probability(message, point, gaussians),
          };
        };
      },
    },
    bins,
  );
}
