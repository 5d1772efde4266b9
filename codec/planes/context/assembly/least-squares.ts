// Linear predictors of a sample from its causal neighbours, fitted by weighted least squares to
// what has been coded nearby. Four predictors run at once, one a SIMD lane: they share neighbours
// and samples and differ in how fast they forget.
//
// Each keeps the sums of u v_i v_j and u v_i t over the samples coded so far (v: neighbours, t: target, u: weight of
// the sample), decayed by lambda a column and a row of distance. A bundle of two or four columns shares its sums, and
// its predictors, which divides memory and time: `above` holds the sums of each bundle's rows, `left` those of the
// bundles to the left with the current row, `right` those of the bundles from the current one on, for a block of
// bundles at a time, from where `ahead` has them at its end; `system` is left + right for the bundle that comes next,
// and solved in place. Terms are packed as the lower triangle's rows, then the targets' row.
//
// Inner loops end with their condition: compilers then keep what does not change in registers.

/** Bundles of a block: memory of `ahead` shrinks with it, that of `right` grows. */
@inline export const BLOCK: i32 = 8;

@unmanaged
export class LeastSquares {
  /** Neighbours, a multiple of 4, at most 32. */
  neighbours: i32;
  /** Terms of a predictor: n (n + 1) / 2 products of neighbours, n of neighbours and target. */
  terms: i32;
  /** Columns of a bundle, 2 or 4, and bundles of a row; the last may be short. */
  bundle: i32;
  bundles: i32;
  /** f32 [4]: weights of the bundle's samples. */
  trust: usize;
  /** f32 [4] lambda, f32 [4] ridge. */
  constants: usize;
  /** f32 [n]: the weights that the ridge draws to. */
  prior: usize;
  /** v128 [terms]. */
  left: usize;
  /** v128 [bundles][terms]. */
  above: usize;
  /** v128 [BLOCK + 1][terms]: the sums to the right of the current block's bundles, then those behind it. */
  right: usize;
  /** v128 [ceil(bundles / BLOCK) + 1][terms]: the sums to the right of each block's first bundle, then zeros. */
  ahead: usize;
  /** v128 [terms]: sums for the bundle that comes next, then its L and D as they come about. */
  system: usize;
  /** v128 [n + 1][4]: four columns of L, from their pivots' rows down. */
  columns: usize;
  /** v128 [n]: inverse pivots. */
  pivots: usize;
  /** v128 [n]: the predictors' weights. */
  weights: usize;
  /**
   * v128 [bundle][n + 1], for each sample of a bundle: neighbours less their local mean, each in all
   * lanes; then the target less its own.
   */
  values: usize;
}

/** Added to the diagonal, as a share of its mean: keeps pivots positive in f32. */
@inline const RELATIVE_RIDGE: f32 = 1e-5;
@inline const LEAST_PIVOT: f32 = 1e-6;

/** Forgets all samples. */
export function clearSums(ls: LeastSquares): void {
  const bytes = (<usize>ls.terms) << 4;
  memory.fill(ls.above, 0, <usize>ls.bundles * bytes);
  memory.fill(ls.ahead, 0, <usize>((ls.bundles - 1) / BLOCK + 2) * bytes);
}

/** Starts a row: sums over the bundles to the right, none yet to the left, and the first bundle's system. */
export function startRow(ls: LeastSquares, y: i32): void {
  const bytes = (<usize>ls.terms) << 4;
  memory.fill(ls.left, 0, bytes);
  // There is nothing above the first row.
  if (y > 0) sumAhead(ls);
  openBlock(ls, 0);
  memory.copy(ls.system, ls.right, bytes);
}

/** The sums to the right at the start of each block but the first. */
function sumAhead(ls: LeastSquares): void {
  const bytes = (<usize>ls.terms) << 4;
  for (let block = (ls.bundles - 1) / BLOCK; block > 0; block--) {
    const first = ls.ahead + <usize>block * bytes;
    let next = first + bytes;
    for (let bundle = min(ls.bundles, (block + 1) * BLOCK) - 1; bundle >= block * BLOCK; bundle--) {
      sumToRight(ls, first, next, bundle);
      next = first;
    }
  }
}

/** The sums to the right of the bundles of a block that begins here, of the rows above alone. */
function openBlock(ls: LeastSquares, block: i32): void {
  const bytes = (<usize>ls.terms) << 4;
  const first = block * BLOCK;
  const count = min(BLOCK, ls.bundles - first);
  let right = ls.right + <usize>count * bytes;
  memory.copy(right, ls.ahead + <usize>(block + 1) * bytes, bytes);
  for (let bundle = first + count - 1; bundle >= first; bundle--) {
    sumToRight(ls, right - bytes, right, bundle);
    right -= bytes;
  }
}

/** The sums from a bundle on, from those of the next one on. */
@inline
function sumToRight(ls: LeastSquares, right: usize, next: usize, bundle: i32): void {
  const bytes = (<usize>ls.terms) << 4;
  const decay = decayOf(ls);
  const above = ls.above + <usize>bundle * bytes;
  for (let t: usize = 0; t < bytes; t += 16) {
    v128.store(right + t, f32x4.add(v128.load(above + t), f32x4.mul(decay, v128.load(next + t))));
  }
}

/** By what sums decay from a bundle to the next. */
@inline
function decayOf(ls: LeastSquares): v128 {
  const lambda = v128.load(ls.constants);
  const twice = f32x4.mul(lambda, lambda);
  return ls.bundle == 2 ? twice : f32x4.mul(twice, twice);
}

/** Whether sample x is the first of a bundle, and its predictors are to be fitted. */
@inline
export function opensBundle(ls: LeastSquares, x: i32): bool {
  return (x & (ls.bundle - 1)) == 0;
}

/** Fits the predictors of the bundle that comes next: LDL' of its sums with a ridge toward the prior weights. */
export function fit(ls: LeastSquares): void {
  const n = ls.neighbours;
  const system = ls.system;
  const targets = system + ((<usize>(ls.terms - n)) << 4);
  addRidge(ls, system, targets, n);
  invertPivots(ls, system, 0);
  let row = system;
  for (let k: i32 = 0; k < n; k += 4) row = eliminateFour(ls, row, k);
  for (let j = n - 4; j >= 0; j -= 4) substituteFour(ls, targets, j);
}

/**
 * Inverses of pivots k to k + 3, whose rows start at `row`. In their block, p_ij in columns k to k + 3, it leaves each
 * p_ij less what the pivots before j take away.
 */
function invertPivots(ls: LeastSquares, row: usize, k: i32): void {
  const k16 = (<usize>k) << 4;
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
}

/**
 * Eliminates unknowns k to k + 3, whose rows start at `row` and whose pivots are inverted, from the rows below; inverts
 * the next four. Returns the address of row k + 4.
 */
@inline
function eliminateFour(ls: LeastSquares, row: usize, k: i32): usize {
  const n16 = (<usize>ls.neighbours) << 4;
  const k16 = (<usize>k) << 4;
  const next = divideColumns(ls, row, k16, n16);
  let factors = ls.columns;
  let term = next + k16 + 64;
  // Two rows at a time, which share the columns' values.
  for (let i = k16 + 64; i < n16; i += 32) {
    const f0 = v128.load(factors);
    const f1 = v128.load(factors, 16);
    const f2 = v128.load(factors, 32);
    const f3 = v128.load(factors, 48);
    const g0 = v128.load(factors, 64);
    const g1 = v128.load(factors, 80);
    const g2 = v128.load(factors, 96);
    const g3 = v128.load(factors, 112);
    let second = term + i + 16;
    const end = second - k16 - 64;
    let column = next + k16;
    let step = k16 + 80;
    do {
      const c0 = v128.load(column);
      const c1 = v128.load(column, 16);
      const c2 = v128.load(column, 32);
      const c3 = v128.load(column, 48);
      eliminate(term, f0, f1, f2, f3, c0, c1, c2, c3);
      eliminate(second, g0, g1, g2, g3, c0, c1, c2, c3);
      column += step;
      step += 16;
      second += 16;
      term += 16;
    } while (term < end);
    eliminateAt(second, g0, g1, g2, g3, column);
    term = second + k16 + 80;
    factors += 128;
    // Early, so that the divisions run beside the elimination of the rows that are left.
    if (i == k16 + 96) invertPivots(ls, next, k + 4);
  }
  const f0 = v128.load(factors);
  const f1 = v128.load(factors, 16);
  const f2 = v128.load(factors, 32);
  const f3 = v128.load(factors, 48);
  let column = next + k16;
  let step = k16 + 80;
  // The targets' row ends a term before its diagonal.
  for (const end = term + n16 - k16 - 64; term < end; term += 16) {
    eliminateAt(term, f0, f1, f2, f3, column);
    column += step;
    step += 16;
  }
  return next;
}

/**
 * Takes from columns k to k + 3, below their pivots' rows, what the pivots before each take away, and keeps them
 * divided by the pivots in `columns`. Returns the address of row k + 4.
 */
@inline
function divideColumns(ls: LeastSquares, row: usize, k16: usize, n16: usize): usize {
  const row1 = row + k16 + 16;
  const row2 = row1 + k16 + 32;
  const row3 = row2 + k16 + 48;
  const p10 = v128.load(row1 + k16);
  const p20 = v128.load(row2 + k16);
  const p21 = v128.load(row2 + k16, 16);
  const p30 = v128.load(row3 + k16);
  const p31 = v128.load(row3 + k16, 16);
  const p32 = v128.load(row3 + k16, 32);
  const i0 = v128.load(ls.pivots + k16);
  const i1 = v128.load(ls.pivots + k16, 16);
  const i2 = v128.load(ls.pivots + k16, 32);
  const i3 = v128.load(ls.pivots + k16, 48);
  const next = row3 + k16 + 64;
  let at = next + k16;
  let factors = ls.columns;
  let i = k16 + 64;
  do {
    const f0 = f32x4.mul(v128.load(at), i0);
    v128.store(factors, f0);
    const c1 = f32x4.sub(v128.load(at, 16), f32x4.mul(f0, p10));
    v128.store(at, c1, 16);
    const f1 = f32x4.mul(c1, i1);
    v128.store(factors, f1, 16);
    const c2 = f32x4.sub(f32x4.sub(v128.load(at, 32), f32x4.mul(f0, p20)), f32x4.mul(f1, p21));
    v128.store(at, c2, 32);
    const f2 = f32x4.mul(c2, i2);
    v128.store(factors, f2, 32);
    const c3 = f32x4.sub(
      f32x4.sub(f32x4.sub(v128.load(at, 48), f32x4.mul(f0, p30)), f32x4.mul(f1, p31)),
      f32x4.mul(f2, p32),
    );
    v128.store(at, c3, 48);
    v128.store(factors, f32x4.mul(c3, i3), 48);
    factors += 64;
    i += 16;
    at += i;
  } while (i <= n16);
  return next;
}

/** A term less what four pivots take away. */
@inline
function eliminate(
  term: usize,
  f0: v128,
  f1: v128,
  f2: v128,
  f3: v128,
  c0: v128,
  c1: v128,
  c2: v128,
  c3: v128,
): void {
  const near = f32x4.add(f32x4.mul(f0, c0), f32x4.mul(f1, c1));
  const far = f32x4.add(f32x4.mul(f2, c2), f32x4.mul(f3, c3));
  v128.store(term, f32x4.sub(v128.load(term), f32x4.add(near, far)));
}

@inline
function eliminateAt(term: usize, f0: v128, f1: v128, f2: v128, f3: v128, column: usize): void {
  eliminate(
    term,
    f0,
    f1,
    f2,
    f3,
    v128.load(column),
    v128.load(column, 16),
    v128.load(column, 32),
    v128.load(column, 48),
  );
}

/**
 * Weights j to j + 3 by back substitution; those behind them are known. Each target loses their terms from the last on.
 */
@inline
function substituteFour(ls: LeastSquares, targets: usize, j: i32): void {
  const j16 = (<usize>j) << 4;
  let t0 = v128.load(targets + j16);
  let t1 = v128.load(targets + j16, 16);
  let t2 = v128.load(targets + j16, 32);
  let t3 = v128.load(targets + j16, 48);
  let i = (<usize>(ls.neighbours - 1)) << 4;
  // Column j of row i.
  let at = targets + j16 - i - 16;
  for (; i > j16 + 48; i -= 16) {
    const weight = v128.load(ls.weights + i);
    t0 = f32x4.sub(t0, f32x4.mul(weight, v128.load(at)));
    t1 = f32x4.sub(t1, f32x4.mul(weight, v128.load(at, 16)));
    t2 = f32x4.sub(t2, f32x4.mul(weight, v128.load(at, 32)));
    t3 = f32x4.sub(t3, f32x4.mul(weight, v128.load(at, 48)));
    at -= i;
  }
  const w3 = f32x4.mul(t3, v128.load(ls.pivots + j16, 48));
  t0 = f32x4.sub(t0, f32x4.mul(w3, v128.load(at)));
  t1 = f32x4.sub(t1, f32x4.mul(w3, v128.load(at, 16)));
  t2 = f32x4.sub(t2, f32x4.mul(w3, v128.load(at, 32)));
  at -= i;
  const w2 = f32x4.mul(t2, v128.load(ls.pivots + j16, 32));
  t0 = f32x4.sub(t0, f32x4.mul(w2, v128.load(at)));
  t1 = f32x4.sub(t1, f32x4.mul(w2, v128.load(at, 16)));
  at -= i - 16;
  const w1 = f32x4.mul(t1, v128.load(ls.pivots + j16, 16));
  t0 = f32x4.sub(t0, f32x4.mul(w1, v128.load(at)));
  v128.store(ls.weights + j16, f32x4.mul(t0, v128.load(ls.pivots + j16)));
  v128.store(ls.weights + j16, w1, 16);
  v128.store(ls.weights + j16, w2, 32);
  v128.store(ls.weights + j16, w3, 48);
}

@inline
function inverse(pivot: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.pmax(pivot, f32x4.splat(LEAST_PIVOT)));
}

@inline
function addRidge(ls: LeastSquares, system: usize, targets: usize, n: i32): void {
  let trace = f32x4.splat(0);
  let diagonal = system;
  let step: usize = 16;
  do {
    trace = f32x4.add(trace, v128.load(diagonal));
    step += 16;
    diagonal += step;
  } while (diagonal < targets);
  const ridge = f32x4.add(
    v128.load(ls.constants, 16),
    f32x4.mul(trace, f32x4.splat(RELATIVE_RIDGE / <f32>n)),
  );
  let prior = ls.prior;
  let target = targets;
  diagonal = system;
  step = 16;
  do {
    v128.store(diagonal, f32x4.add(v128.load(diagonal), ridge));
    const pull = f32x4.mul(ridge, v128.load32_splat(prior));
    v128.store(target, f32x4.add(v128.load(target), pull));
    step += 16;
    diagonal += step;
    prior += 4;
    target += 16;
  } while (diagonal < targets);
}

/** Where the neighbours' values of sample x lie, and behind them its target's. */
@inline
export function valuesOf(ls: LeastSquares, x: i32): usize {
  return ls.values + <usize>(x & (ls.bundle - 1)) * valuesBytes(ls);
}

/** Bytes of a sample's values. */
@inline
function valuesBytes(ls: LeastSquares): usize {
  return (<usize>(ls.neighbours + 1)) << 4;
}

/** The four predictions less the local mean, from the neighbours' values. */
@inline
export function predict(ls: LeastSquares, values: usize): v128 {
  const weights = ls.weights;
  const end = (<usize>ls.neighbours) << 4;
  let even = f32x4.splat(0);
  let odd = f32x4.splat(0);
  for (let j: usize = 0; j < end; j += 32) {
    even = f32x4.add(even, f32x4.mul(v128.load(weights + j), v128.load(values + j)));
    odd = f32x4.add(odd, f32x4.mul(v128.load(weights + j, 16), v128.load(values + j, 16)));
  }
  return f32x4.add(even, odd);
}

/** Takes sample x, whose values are in place, with weight u; the sums change once its bundle is complete. */
@inline
export function addSample(ls: LeastSquares, x: i32, u: f32, last: bool): void {
  const k = x & (ls.bundle - 1);
  // Those of a short bundle's missing samples are 0.
  if (k == 0) v128.store(ls.trust, f32x4.replace_lane(f32x4.splat(0), 0, u));
  else store<f32>(ls.trust + ((<usize>k) << 2), u);
  if (k != ls.bundle - 1 && !last) return;
  if (ls.bundle == 2) addPair(ls, x >> 1);
  else addFour(ls, x >> 2);
}

/** Adds a bundle of two, and leaves the next one's system. */
export function addPair(ls: LeastSquares, bundle: i32): void {
  addBundle(ls, bundle, false);
}

/** The same of four. */
export function addFour(ls: LeastSquares, bundle: i32): void {
  addBundle(ls, bundle, true);
}

@inline
function addBundle(ls: LeastSquares, bundle: i32, four: bool): void {
  // Before the sums above the block's first bundle take the current row.
  if (bundle > 0 && (bundle & (BLOCK - 1)) == 0) openBlock(ls, bundle / BLOCK);
  const bytes = (<usize>ls.terms) << 4;
  const lambda = v128.load(ls.constants);
  const decay = decayOf(ls);
  const first = ls.values;
  const target = first + ((<usize>ls.neighbours) << 4);
  const step = valuesBytes(ls);
  const u = ls.trust;
  let left = ls.left;
  let system = ls.system;
  let above = ls.above + <usize>bundle * bytes;
  let right = ls.right + <usize>((bundle & (BLOCK - 1)) + 1) * bytes;
  let i = first;
  // Two rows at a time, which share the values of their neighbours.
  for (; i < target; i += 32) {
    const f0 = f32x4.mul(v128.load32_splat(u), v128.load(i));
    const f1 = f32x4.mul(v128.load32_splat(u, 4), v128.load(i + step));
    const f2 = four ? f32x4.mul(v128.load32_splat(u, 8), v128.load(i + 2 * step)) : f0;
    const f3 = four ? f32x4.mul(v128.load32_splat(u, 12), v128.load(i + 3 * step)) : f1;
    const g0 = f32x4.mul(v128.load32_splat(u), v128.load(i, 16));
    const g1 = f32x4.mul(v128.load32_splat(u, 4), v128.load(i + step, 16));
    const g2 = four ? f32x4.mul(v128.load32_splat(u, 8), v128.load(i + 2 * step, 16)) : g0;
    const g3 = four ? f32x4.mul(v128.load32_splat(u, 12), v128.load(i + 3 * step, 16)) : g1;
    // The row of neighbour i ends with its square.
    const row = i + 16 - first;
    let j = first;
    do {
      const v0 = v128.load(j);
      const v1 = v128.load(j + step);
      const v2 = four ? v128.load(j + 2 * step) : v0;
      const v3 = four ? v128.load(j + 3 * step) : v1;
      const f = productOf(f0, v0, f1, v1, f2, v2, f3, v3, four);
      addTerm(above, left, right, system, lambda, decay, f);
      const g = productOf(g0, v0, g1, v1, g2, v2, g3, v3, four);
      addTerm(above + row, left + row, right + row, system + row, lambda, decay, g);
      above += 16;
      left += 16;
      right += 16;
      system += 16;
      j += 16;
    } while (j <= i);
    above += row;
    left += row;
    right += row;
    system += row;
    const v2 = four ? v128.load(j + 2 * step) : g0;
    const v3 = four ? v128.load(j + 3 * step) : g1;
    const g = productOf(g0, v128.load(j), g1, v128.load(j + step), g2, v2, g3, v3, four);
    addTerm(above, left, right, system, lambda, decay, g);
    above += 16;
    left += 16;
    right += 16;
    system += 16;
  }
  const f0 = f32x4.mul(v128.load32_splat(u), v128.load(target));
  const f1 = f32x4.mul(v128.load32_splat(u, 4), v128.load(target + step));
  const f2 = four ? f32x4.mul(v128.load32_splat(u, 8), v128.load(target + 2 * step)) : f0;
  const f3 = four ? f32x4.mul(v128.load32_splat(u, 12), v128.load(target + 3 * step)) : f1;
  let j = first;
  do {
    const v2 = four ? v128.load(j + 2 * step) : f0;
    const v3 = four ? v128.load(j + 3 * step) : f1;
    const f = productOf(f0, v128.load(j), f1, v128.load(j + step), f2, v2, f3, v3, four);
    addTerm(above, left, right, system, lambda, decay, f);
    above += 16;
    left += 16;
    right += 16;
    system += 16;
    j += 16;
  } while (j < target);
}

@inline
function productOf(
  f0: v128,
  v0: v128,
  f1: v128,
  v1: v128,
  f2: v128,
  v2: v128,
  f3: v128,
  v3: v128,
  four: bool,
): v128 {
  const two = f32x4.add(f32x4.mul(f0, v0), f32x4.mul(f1, v1));
  return four ? f32x4.add(two, f32x4.add(f32x4.mul(f2, v2), f32x4.mul(f3, v3))) : two;
}

@inline
function addTerm(
  above: usize,
  left: usize,
  right: usize,
  system: usize,
  lambda: v128,
  decay: v128,
  product: v128,
): void {
  const column = f32x4.add(f32x4.mul(lambda, v128.load(above)), product);
  v128.store(above, column);
  const sum = f32x4.add(f32x4.mul(decay, v128.load(left)), column);
  v128.store(left, sum);
  v128.store(system, f32x4.add(sum, v128.load(right)));
}
