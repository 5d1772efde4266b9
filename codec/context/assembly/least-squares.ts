// Linear predictors of a sample from its causal neighbours, fitted by weighted least squares to what has been coded nearby.
// Four predictors run at once, one a SIMD lane: they share neighbours and samples and differ in how fast they forget.
//
// Each keeps the sums of u v_i v_j and u v_i t over the samples coded so far (v: neighbours, t: target, u: weight of the
// sample), decayed by lambda a column and a row of distance. Two columns share their sums, which halves memory and time and
// costs no rate: `above` holds the sums of each pair's rows, `left` those of the pairs to the left with the current row,
// `right` those of the pairs from the current one on. Terms are packed as the lower triangle's rows, then the targets' row.

@unmanaged
export class LeastSquares {
  /** Neighbours, a multiple of 4, at most 32. */
  neighbours: i32;
  /** Terms of a predictor: n (n + 1) / 2 products of neighbours, n of neighbours and target. */
  terms: i32;
  /** Pairs of columns: half the width, rounded up. */
  pairs: i32;
  /** Weight of the pair's first sample. */
  firstWeight: f32;
  /** f32 [4] lambda, f32 [4] ridge. */
  constants: usize;
  /** f32 [n]: the weights that the ridge draws to. */
  prior: usize;
  /** v128 [terms]. */
  left: usize;
  /** v128 [pairs][terms]. */
  above: usize;
  /** v128 [pairs + 1][terms]. */
  right: usize;
  /** v128 [terms]: the system being solved. */
  system: usize;
  /** v128 [n + 1][4]: four columns of it. */
  columns: usize;
  /** v128 [n]: inverse pivots. */
  pivots: usize;
  /** v128 [n]: the predictors' weights. */
  weights: usize;
  /** v128 [2][n + 1], for both samples of a pair: neighbours less their local mean, each in all lanes; then the target less
   * its own. */
  values: usize;
}

/** Added to the diagonal, as a share of its mean: keeps pivots positive in f32. */
@inline const RELATIVE_RIDGE: f32 = 1e-5;
@inline const LEAST_PIVOT: f32 = 1e-6;

/** Starts a row: sums over the pairs to the right, and none yet to the left. */
export function startRow(ls: LeastSquares): void {
  const bytes = <usize>ls.terms << 4;
  const lambda = v128.load(ls.constants);
  const decay = f32x4.mul(lambda, lambda);
  memory.fill(ls.left, 0, bytes);
  let right = ls.right + <usize>ls.pairs * bytes;
  let above = ls.above + <usize>ls.pairs * bytes;
  memory.fill(right, 0, bytes);
  for (let pair = ls.pairs - 1; pair >= 0; pair--) {
    const next = right;
    right -= bytes;
    above -= bytes;
    for (let t: usize = 0; t < bytes; t += 16) {
      v128.store(right + t, f32x4.add(v128.load(above + t), f32x4.mul(decay, v128.load(next + t))));
    }
  }
}

/** Fits the predictors of a pair's samples: LDL' of the sums with a ridge toward the prior weights. */
export function fit(ls: LeastSquares, pair: i32): void {
  const n = ls.neighbours;
  const bytes = <usize>ls.terms << 4;
  const system = ls.system;
  const left = ls.left;
  const right = ls.right + <usize>pair * bytes;
  for (let t: usize = 0; t < bytes; t += 16) {
    v128.store(system + t, f32x4.add(v128.load(left + t), v128.load(right + t)));
  }
  const targets = system + bytes - (<usize>n << 4);
  addRidge(ls, system, targets, n);
  let pivots = system;
  for (let k: i32 = 0; k < n; k += 4) pivots = eliminateFour(ls, pivots, k);
  let row = targets;
  for (let i = n - 1; i >= 0; i--) {
    const i16 = <usize>i << 4;
    row -= i16 + 16;
    const weight = f32x4.mul(v128.load(targets + i16), v128.load(ls.pivots + i16));
    v128.store(ls.weights + i16, weight);
    for (let j: usize = 0; j < i16; j += 16) {
      v128.store(targets + j, f32x4.sub(v128.load(targets + j), f32x4.mul(weight, v128.load(row + j))));
    }
  }
}

/** Eliminates unknowns k to k + 3, whose rows start at `row`, from the rows below; returns the address of row k + 4. */
@inline
function eliminateFour(ls: LeastSquares, row: usize, k: i32): usize {
  const n16 = <usize>ls.neighbours << 4;
  const k16 = <usize>k << 4;
  // The pivots' own block: p_ij in columns k to k + 3, each less what the pivots before it take away.
  const row1 = row + k16 + 16;
  const row2 = row1 + k16 + 32;
  const row3 = row2 + k16 + 48;
  const i0 = inverse(v128.load(row + k16));
  const p10 = v128.load(row1 + k16);
  const i1 = inverse(f32x4.sub(v128.load(row1 + k16, 16), f32x4.mul(f32x4.mul(p10, i0), p10)));
  const p20 = v128.load(row2 + k16);
  const f20 = f32x4.mul(p20, i0);
  const p21 = f32x4.sub(v128.load(row2 + k16, 16), f32x4.mul(f20, p10));
  const f21 = f32x4.mul(p21, i1);
  const i2 = inverse(
    f32x4.sub(f32x4.sub(v128.load(row2 + k16, 32), f32x4.mul(f20, p20)), f32x4.mul(f21, p21)),
  );
  const p30 = v128.load(row3 + k16);
  const f30 = f32x4.mul(p30, i0);
  const p31 = f32x4.sub(v128.load(row3 + k16, 16), f32x4.mul(f30, p10));
  const f31 = f32x4.mul(p31, i1);
  const p32 = f32x4.sub(f32x4.sub(v128.load(row3 + k16, 32), f32x4.mul(f30, p20)), f32x4.mul(f31, p21));
  const f32b = f32x4.mul(p32, i2);
  const i3 = inverse(
    f32x4.sub(
      f32x4.sub(f32x4.sub(v128.load(row3 + k16, 48), f32x4.mul(f30, p30)), f32x4.mul(f31, p31)),
      f32x4.mul(f32b, p32),
    ),
  );
  v128.store(row2 + k16, p21, 16);
  v128.store(row3 + k16, p31, 16);
  v128.store(row3 + k16, p32, 32);
  v128.store(ls.pivots + k16, i0);
  v128.store(ls.pivots + k16, i1, 16);
  v128.store(ls.pivots + k16, i2, 32);
  v128.store(ls.pivots + k16, i3, 48);
  const next = row3 + k16 + 64;
  let at = next;
  let columns = ls.columns;
  for (let i = k16 + 64; i <= n16; i += 16) {
    const c0 = v128.load(at + k16);
    const f0 = f32x4.mul(c0, i0);
    const c1 = f32x4.sub(v128.load(at + k16, 16), f32x4.mul(f0, p10));
    const f1 = f32x4.mul(c1, i1);
    const c2 = f32x4.sub(f32x4.sub(v128.load(at + k16, 32), f32x4.mul(f0, p20)), f32x4.mul(f1, p21));
    const f2 = f32x4.mul(c2, i2);
    const c3 = f32x4.sub(
      f32x4.sub(f32x4.sub(v128.load(at + k16, 48), f32x4.mul(f0, p30)), f32x4.mul(f1, p31)),
      f32x4.mul(f2, p32),
    );
    const f3 = f32x4.mul(c3, i3);
    v128.store(at + k16, c1, 16);
    v128.store(at + k16, c2, 32);
    v128.store(at + k16, c3, 48);
    v128.store(columns, c0);
    v128.store(columns, c1, 16);
    v128.store(columns, c2, 32);
    v128.store(columns, c3, 48);
    columns += 64;
    // The targets' row ends a term before its diagonal.
    const end = at + min(i + 16, n16);
    let column = ls.columns;
    for (let term = at + k16 + 64; term < end; term += 16) {
      const near = f32x4.add(f32x4.mul(f0, v128.load(column)), f32x4.mul(f1, v128.load(column, 16)));
      const far = f32x4.add(f32x4.mul(f2, v128.load(column, 32)), f32x4.mul(f3, v128.load(column, 48)));
      v128.store(term, f32x4.sub(v128.load(term), f32x4.add(near, far)));
      column += 64;
    }
    at += i + 16;
  }
  return next;
}

@inline
function inverse(pivot: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.max(pivot, f32x4.splat(LEAST_PIVOT)));
}

@inline
function addRidge(ls: LeastSquares, system: usize, targets: usize, n: i32): void {
  let trace = f32x4.splat(0);
  let diagonal = system;
  for (let i: i32 = 0; i < n; i++) {
    trace = f32x4.add(trace, v128.load(diagonal));
    diagonal += <usize>(i + 2) << 4;
  }
  const ridge = f32x4.add(v128.load(ls.constants, 16), f32x4.mul(trace, f32x4.splat(RELATIVE_RIDGE / <f32>n)));
  diagonal = system;
  for (let i: i32 = 0; i < n; i++) {
    v128.store(diagonal, f32x4.add(v128.load(diagonal), ridge));
    diagonal += <usize>(i + 2) << 4;
    const target = targets + (<usize>i << 4);
    const pull = f32x4.mul(ridge, v128.load32_splat(ls.prior + (<usize>i << 2)));
    v128.store(target, f32x4.add(v128.load(target), pull));
  }
}

/** Where the neighbours' values of sample x lie, and behind them its target's. */
@inline
export function valuesOf(ls: LeastSquares, x: i32): usize {
  return ls.values + ((x & 1) == 0 ? 0 : secondValues(ls));
}

@inline
function secondValues(ls: LeastSquares): usize {
  return <usize>(ls.neighbours + 1) << 4;
}

/** The four predictions less the local mean, from the neighbours' values. */
@inline
export function predict(ls: LeastSquares, values: usize): v128 {
  const weights = ls.weights;
  const end = <usize>ls.neighbours << 4;
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let j: usize = 0; j < end; j += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(weights + j), v128.load(values + j)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(weights + j, 16), v128.load(values + j, 16)));
  }
  return f32x4.add(even, odd);
}

/** Takes sample x, whose values are in place, with weight u; the sums change once its pair is complete. */
@inline
export function addSample(ls: LeastSquares, x: i32, u: f32, last: bool): void {
  if ((x & 1) != 0) addPair(ls, x >> 1, ls.firstWeight, u);
  else if (last) addPair(ls, x >> 1, u, 0);
  else ls.firstWeight = u;
}

/** Adds both samples of a pair, with their weights. */
export function addPair(ls: LeastSquares, pair: i32, u: f32, secondU: f32): void {
  const lambda = v128.load(ls.constants);
  const decay = f32x4.mul(lambda, lambda);
  const first = ls.values;
  const second = secondValues(ls);
  const target = first + (<usize>ls.neighbours << 4);
  let left = ls.left;
  let above = ls.above + <usize>pair * (<usize>ls.terms << 4);
  for (let i = first; i <= target; i += 16) {
    const factor = f32x4.mul(f32x4.splat(u), v128.load(i));
    const secondFactor = f32x4.mul(f32x4.splat(secondU), v128.load(i + second));
    // The row of neighbour i ends with its square, the targets' row with the last neighbour.
    const end = min(i + 16, target);
    for (let j = first; j < end; j += 16) {
      const product = f32x4.add(
        f32x4.mul(factor, v128.load(j)),
        f32x4.mul(secondFactor, v128.load(j + second)),
      );
      const column = f32x4.add(f32x4.mul(lambda, v128.load(above)), product);
      v128.store(above, column);
      v128.store(left, f32x4.add(f32x4.mul(decay, v128.load(left)), column));
      above += 16;
      left += 16;
    }
  }
}
