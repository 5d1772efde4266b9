// Vectors of Gaussian latents, one call a vector. Element i is a bin (u16) of 2^binsLog2 bins of equal mass under
// N(binMean[i], binScale[i]), coded by N(mu[i], sigma[i]); all parameters are f32. Pushes go from the last element to
// the first and pops from the first to the last, so that one undoes the other.

import { peek, pop, push } from '../../ans/assembly/rans';
import { gaussianCentre, gaussianLog2Density, gaussianPop, gaussianPush } from './gaussian';

/** Scales of bins that are zero, negative or NaN count as 1e-9. */
@inline
function positive(scale: f32): f64 {
  return scale > 1e-9 ? <f64>scale : 1e-9;
}

export function gaussianVectorPush(
  message: usize,
  bins: usize,
  binMean: usize,
  binScale: usize,
  mu: usize,
  sigma: usize,
  count: u32,
  binsLog2: u32,
): void {
  for (let i: usize = count; i-- > 0; ) {
    const at = i << 2;
    const scale = positive(load<f32>(binScale + at));
    const offset = (<f64>load<f32>(mu + at) - <f64>load<f32>(binMean + at)) / scale;
    gaussianPush(message, load<u16>(bins + (i << 1)), offset, <f64>load<f32>(sigma + at) / scale, binsLog2);
  }
}

export function gaussianVectorPop(
  message: usize,
  bins: usize,
  binMean: usize,
  binScale: usize,
  mu: usize,
  sigma: usize,
  count: u32,
  binsLog2: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = i << 2;
    const scale = positive(load<f32>(binScale + at));
    const offset = (<f64>load<f32>(mu + at) - <f64>load<f32>(binMean + at)) / scale;
    const bin = gaussianPop(message, offset, <f64>load<f32>(sigma + at) / scale, binsLog2);
    store<u16>(bins + (i << 1), <u16>bin);
  }
}

/** What each bin stands for: its median under N(binMean, binScale), as f32. */
export function gaussianVectorCentres(
  values: usize,
  bins: usize,
  binMean: usize,
  binScale: usize,
  count: u32,
  binsLog2: u32,
): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const at = i << 2;
    const centre = gaussianCentre(load<u16>(bins + (i << 1)), binsLog2);
    store<f32>(
      values + at,
      <f32>(<f64>load<f32>(binMean + at) + positive(load<f32>(binScale + at)) * centre),
    );
  }
}

/** Sum of log2 of the densities of N(mu, sigma) at `values` (f32), for reports. */
export function gaussianVectorLog2Density(values: usize, mu: usize, sigma: usize, count: u32): f64 {
  let sum: f64 = 0;
  for (let at: usize = 0; at < (<usize>count) << 2; at += 4) {
    sum += gaussianLog2Density(load<f32>(values + at), load<f32>(mu + at), load<f32>(sigma + at));
  }
  return sum;
}

/** Pushes u16 symbols that are uniform over 2^precision, last first: latents under the prior whose bins they are. */
export function uniformVectorPush(message: usize, symbols: usize, count: u32, precision: u32): void {
  for (let i: usize = count; i-- > 0; ) push(message, load<u16>(symbols + (i << 1)), 1, precision);
}

/** Pops what `uniformVectorPush` pushed. */
export function uniformVectorPop(message: usize, symbols: usize, count: u32, precision: u32): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const symbol = peek(message, precision);
    pop(message, symbol, 1, precision);
    store<u16>(symbols + (i << 1), <u16>symbol);
  }
}
