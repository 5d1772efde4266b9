// Linear predictors of sub-pixels that escape, fitted by least squares to those that escaped before: four at once,
// which forget at different rates. The solver is that of the photo families; what it solves differs: sums decay from
// one escape of the plane to the next, wherever that lies.

import { fit, LeastSquares } from '../../planes/context/assembly/least-squares';

/** Takes the sample whose neighbours and target lie in `values`, with weight u, and fits the predictors anew. */
export function addRecent(ls: LeastSquares, u: f32): void {
  const lambda = v128.load(ls.constants);
  const weight = f32x4.splat(u);
  const first = ls.values;
  const target = first + ((<usize>ls.neighbours) << 4);
  let sums = ls.left;
  let system = ls.system;
  for (let i = first; i <= target; i += 16) {
    const factor = f32x4.mul(weight, v128.load(i));
    const end = min(i + 16, target);
    for (let j = first; j < end; j += 16) {
      const sum = f32x4.add(f32x4.mul(lambda, v128.load(sums)), f32x4.mul(factor, v128.load(j)));
      v128.store(sums, sum);
      v128.store(system, sum);
      sums += 16;
      system += 16;
    }
  }
  fit(ls);
}
