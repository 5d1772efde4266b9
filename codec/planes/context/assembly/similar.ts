// A linear predictor of a sample, fitted by least squares to the samples nearby whose neighbours look like its own.
// Each sample of a window of 28 columns in 14 rows above, and 16 columns to the left, weighs
//   w = trust * nearness / (d / (16 s^2) + 0.5)
// where d is the squared distance between both samples' 16 neighbours, each less their local mean, s the
// local scale, nearness 1 / (1 + r^2 / 100) at r samples' distance and trust s^-1.5 at the other sample.
// Those below 0.08 of the largest weight are left out: most of them. (Least squares weighted by
// similarity: H. Ye, G. Deng, J. C. Devlin, PCS 2003.)

/** Neighbours of a sample. */
@inline export const SIMILAR_NEIGHBOURS: usize = 16;
/** Bytes of a sample's record: 16 neighbours; the target less its local mean, its error, |error|, 1. */
@inline export const RECORD_BYTES: usize = 80;
@inline const TARGET: usize = 64;
/** Rows of the window, the current one among them: those that the ring holds. */
@inline export const ROWS: i32 = 15;
/** Columns of the window in the rows above, and how many of them lie to the left; columns in the current row. */
@inline const COLUMNS: i32 = 28;
@inline const LEFT: i32 = 14;
@inline const CURRENT: i32 = 16;
/** Samples of the window. */
@inline export const WINDOW: i32 = CURRENT + (ROWS - 1) * COLUMNS;
/** Bytes of the system. */
@inline export const SYSTEM_BYTES: i32 = 16 * 20 * 4;
/** Records without a sample on either side of a row. */
@inline export const MARGIN: i32 = 16;

/** Similarity at distance 0 is 1 / SHARPNESS. */
@inline const SHARPNESS: f32 = 0.5;
@inline const LEAST_SHARE: f32 = 0.08;
/** Weight of the prior weights, in samples of the current scale. */
@inline const RIDGE: f32 = 4;
/** Added to the diagonal, as a share of its mean. */
@inline const RELATIVE_RIDGE: f32 = 1e-5;
@inline const LEAST_PIVOT: f32 = 1e-6;

@unmanaged
export class Similar {
  /** Neighbours taken from the own plane and from each plane already coded. */
  own: i32;
  coded: i32;
  /** Samples of a row with their margins: width + 32. */
  stride: i32;
  /** Ring of [15][stride] records. */
  records: usize;
  /** f32, ring of [15][stride]: the samples' trust, 0 where there is none. */
  trust: usize;
  /** f32 [408]: nearness of the window's samples, the current row first. */
  nearness: usize;
  /** f32 [408]: their weights; u32 and f32 [409][2]: addresses of the records kept, and their weights. */
  weights: usize;
  kept: usize;
  /** f32 [16][20]: the upper triangle of the system; behind it the targets' and the sample's own column. */
  system: usize;
  /** f32 [4]: the prediction less the local mean; mean error and mean |error| of the samples kept. */
  result: usize;
}

/** Forgets all samples, if there was any, and computes the nearness. */
export function clearSimilar(similar: Similar, used: bool): void {
  const samples = <usize>(ROWS * similar.stride);
  if (used) {
    memory.fill(similar.records, 0, samples * RECORD_BYTES);
    memory.fill(similar.trust, 0, samples << 2);
  }
  let at = similar.nearness;
  for (let row: i32 = 0; row < ROWS; row++) {
    const left = row == 0 ? CURRENT : LEFT;
    const columns = row == 0 ? CURRENT : COLUMNS;
    for (let column = -left; column < columns - left; column++) {
      store<f32>(at, <f32>1 / (<f32>1 + <f32>0.01 * <f32>(row * row + column * column)));
      at += 4;
    }
  }
}

/** Number of sample (x, y) in the rings; x may reach into the margins. */
@inline
function indexOf(similar: Similar, x: i32, y: i32): usize {
  return <usize>(((y + ROWS) % ROWS) * similar.stride + MARGIN + x);
}

/** Where the neighbours of sample (x, y), each less its plane's local mean, are to be written. */
@inline
export function similarNeighbours(similar: Similar, x: i32, y: i32): usize {
  return similar.records + indexOf(similar, x, y) * RECORD_BYTES;
}

/** Takes a sample whose neighbours are in place: its value less the local mean, its error, and its trust. */
@inline
export function addSimilar(similar: Similar, x: i32, y: i32, target: f32, error: f32, trust: f32): void {
  v128.store(similarNeighbours(similar, x, y), f32x4(target, error, abs(error), 1), TARGET);
  store<f32>(similar.trust + (indexOf(similar, x, y) << 2), trust);
}

/**
 * Leaves the prediction of sample (x, y), whose neighbours are in place, in `result`. `prior`:
 * f32 [16], the weights that the ridge draws to.
 */
export function predictSimilar(similar: Similar, x: i32, y: i32, scale: f32, prior: usize): void {
  const largest = weigh(similar, x, y, scale);
  const end = keep(similar, x, y, LEAST_SHARE * largest);
  addProducts(similar, end);
  addTargets(similar, end);
  store<f32>(similar.result, solve(similar, similarNeighbours(similar, x, y), scale, prior));
}

/** Squared distances between the neighbours of four samples and the given ones, each as four sums to be added. */
@inline
function distance(record: usize, a: v128, b: v128, c: v128, d: v128): v128 {
  const p = f32x4.sub(v128.load(record), a);
  const q = f32x4.sub(v128.load(record, 16), b);
  const r = f32x4.sub(v128.load(record, 32), c);
  const s = f32x4.sub(v128.load(record, 48), d);
  return f32x4.add(f32x4.add(f32x4.mul(p, p), f32x4.mul(q, q)), f32x4.add(f32x4.mul(r, r), f32x4.mul(s, s)));
}

/** Weights of the window's samples; returns the largest. */
function weigh(similar: Similar, x: i32, y: i32, scale: f32): f32 {
  const own = similarNeighbours(similar, x, y);
  const a = v128.load(own);
  const b = v128.load(own, 16);
  const c = v128.load(own, 32);
  const d = v128.load(own, 48);
  const perDistance = f32x4.splat(<f32>1 / (<f32>SIMILAR_NEIGHBOURS * scale * scale));
  let nearness = similar.nearness;
  let to = similar.weights;
  let largest = f32x4.splat(0);
  for (let row: i32 = 0; row < ROWS; row++) {
    const columns = row == 0 ? CURRENT : COLUMNS;
    const first = indexOf(similar, x - (row == 0 ? CURRENT : LEFT), y - row);
    let record = similar.records + first * RECORD_BYTES;
    let trust = similar.trust + (first << 2);
    const end = to + ((<usize>columns) << 2);
    // The condition at the end, so that what does not change stays in registers.
    do {
      const d0 = distance(record, a, b, c, d);
      const d1 = distance(record + RECORD_BYTES, a, b, c, d);
      const d2 = distance(record + 2 * RECORD_BYTES, a, b, c, d);
      const d3 = distance(record + 3 * RECORD_BYTES, a, b, c, d);
      const d01 = f32x4.add(v128.shuffle<i32>(d0, d1, 0, 1, 4, 5), v128.shuffle<i32>(d0, d1, 2, 3, 6, 7));
      const d23 = f32x4.add(v128.shuffle<i32>(d2, d3, 0, 1, 4, 5), v128.shuffle<i32>(d2, d3, 2, 3, 6, 7));
      const all = f32x4.add(v128.shuffle<i32>(d01, d23, 0, 2, 4, 6), v128.shuffle<i32>(d01, d23, 1, 3, 5, 7));
      const weight = f32x4.div(
        f32x4.mul(v128.load(trust), v128.load(nearness)),
        f32x4.add(f32x4.mul(all, perDistance), f32x4.splat(SHARPNESS)),
      );
      v128.store(to, weight);
      largest = f32x4.pmax(largest, weight);
      record += 4 * RECORD_BYTES;
      trust += 16;
      nearness += 16;
      to += 16;
    } while (to < end);
  }
  return max(
    max(f32x4.extract_lane(largest, 0), f32x4.extract_lane(largest, 1)),
    max(f32x4.extract_lane(largest, 2), f32x4.extract_lane(largest, 3)),
  );
}

/** Lists the samples that weigh more than `least`; returns the list's end. */
function keep(similar: Similar, x: i32, y: i32, least: f32): usize {
  let weights = similar.weights;
  let kept = similar.kept;
  for (let row: i32 = 0; row < ROWS; row++) {
    const columns = row == 0 ? CURRENT : COLUMNS;
    let record = similarNeighbours(similar, x - (row == 0 ? CURRENT : LEFT), y - row);
    const end = weights + ((<usize>columns) << 2);
    do {
      const weight = load<f32>(weights);
      store<usize>(kept, record);
      store<f32>(kept, weight, 4);
      kept += weight > least ? 8 : 0;
      record += RECORD_BYTES;
      weights += 4;
    } while (weights < end);
  }
  return kept;
}

/**
 * Sums of the weighted products of the neighbours: blocks of four rows and eight columns, or
 * four, of the upper triangle.
 */
function addProducts(similar: Similar, end: usize): void {
  addBlocks(similar, end, 0, 0);
  addBlocks(similar, end, 0, 2);
  addBlocks(similar, end, 1, 1);
  addBlock(similar, end, 1, 3);
  addBlocks(similar, end, 2, 2);
  addBlock(similar, end, 3, 3);
}

/** Bytes of a row of the system. */
@inline const ROW: usize = 80;

/** Rows 4 i to 4 i + 3, columns 4 j to 4 j + 7. */
@inline
function addBlocks(similar: Similar, end: usize, i: usize, j: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let b0 = f32x4.splat(0);
  let b1 = f32x4.splat(0);
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let d0 = f32x4.splat(0);
  let d1 = f32x4.splat(0);
  for (let at = similar.kept; at < end; at += 8) {
    const record = load<usize>(at);
    const weight = v128.load32_splat(at, 4);
    const x0 = f32x4.mul(weight, v128.load(record + (j << 4)));
    const x1 = f32x4.mul(weight, v128.load(record + (j << 4), 16));
    const rows = record + (i << 4);
    const a = v128.load32_splat(rows);
    a0 = f32x4.add(a0, f32x4.mul(a, x0));
    a1 = f32x4.add(a1, f32x4.mul(a, x1));
    const b = v128.load32_splat(rows, 4);
    b0 = f32x4.add(b0, f32x4.mul(b, x0));
    b1 = f32x4.add(b1, f32x4.mul(b, x1));
    const c = v128.load32_splat(rows, 8);
    c0 = f32x4.add(c0, f32x4.mul(c, x0));
    c1 = f32x4.add(c1, f32x4.mul(c, x1));
    const d = v128.load32_splat(rows, 12);
    d0 = f32x4.add(d0, f32x4.mul(d, x0));
    d1 = f32x4.add(d1, f32x4.mul(d, x1));
  }
  const to = similar.system + i * (4 * ROW) + (j << 4);
  v128.store(to, a0);
  v128.store(to, a1, 16);
  v128.store(to, b0, ROW);
  v128.store(to, b1, ROW + 16);
  v128.store(to, c0, 2 * ROW);
  v128.store(to, c1, 2 * ROW + 16);
  v128.store(to, d0, 3 * ROW);
  v128.store(to, d1, 3 * ROW + 16);
}

/** Rows 4 i to 4 i + 3, columns 4 j to 4 j + 3. */
@inline
function addBlock(similar: Similar, end: usize, i: usize, j: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  for (let at = similar.kept; at < end; at += 8) {
    const record = load<usize>(at);
    const x = f32x4.mul(v128.load32_splat(at, 4), v128.load(record + (j << 4)));
    const rows = record + (i << 4);
    a = f32x4.add(a, f32x4.mul(v128.load32_splat(rows), x));
    b = f32x4.add(b, f32x4.mul(v128.load32_splat(rows, 4), x));
    c = f32x4.add(c, f32x4.mul(v128.load32_splat(rows, 8), x));
    d = f32x4.add(d, f32x4.mul(v128.load32_splat(rows, 12), x));
  }
  const to = similar.system + i * (4 * ROW) + (j << 4);
  v128.store(to, a);
  v128.store(to, b, ROW);
  v128.store(to, c, 2 * ROW);
  v128.store(to, d, 3 * ROW);
}

/** The targets' column, and the mean errors. */
function addTargets(similar: Similar, end: usize): void {
  let a = f32x4.splat(0);
  let b = f32x4.splat(0);
  let c = f32x4.splat(0);
  let d = f32x4.splat(0);
  let errors = f32x4.splat(0);
  for (let at = similar.kept; at < end; at += 8) {
    const record = load<usize>(at);
    const weight = v128.load32_splat(at, 4);
    const target = f32x4.mul(weight, v128.load32_splat(record, TARGET));
    a = f32x4.add(a, f32x4.mul(target, v128.load(record)));
    b = f32x4.add(b, f32x4.mul(target, v128.load(record, 16)));
    c = f32x4.add(c, f32x4.mul(target, v128.load(record, 32)));
    d = f32x4.add(d, f32x4.mul(target, v128.load(record, 48)));
    errors = f32x4.add(errors, f32x4.mul(weight, v128.load(record, TARGET)));
  }
  const to = similar.system + TARGET;
  storeColumn(to, a);
  storeColumn(to + 4 * ROW, b);
  storeColumn(to + 8 * ROW, c);
  storeColumn(to + 12 * ROW, d);
  const inverse = <f32>1 / (f32x4.extract_lane(errors, 3) + <f32>1e-9);
  store<f32>(similar.result, f32x4.extract_lane(errors, 1) * inverse, 4);
  store<f32>(similar.result, f32x4.extract_lane(errors, 2) * inverse, 8);
}

/** One value a row. */
@inline
function storeColumn(to: usize, values: v128): void {
  store<f32>(to, f32x4.extract_lane(values, 0));
  store<f32>(to, f32x4.extract_lane(values, 1), ROW);
  store<f32>(to, f32x4.extract_lane(values, 2), 2 * ROW);
  store<f32>(to, f32x4.extract_lane(values, 3), 3 * ROW);
}

/**
 * The prediction v' A^-1 t, v the sample's neighbours, A the system with a ridge toward the prior weights, t the
 * targets' sums: elimination of A with t and v as further columns turns it into the sum of t_k v_k / pivot_k.
 */
function solve(similar: Similar, neighbours: usize, scale: f32, prior: usize): f32 {
  const system = similar.system;
  let trace: f32 = 0;
  for (let k: usize = 0; k < SIMILAR_NEIGHBOURS; k++) trace += load<f32>(system + k * ROW + (k << 2));
  const ridge = RIDGE / (scale * sqrt<f32>(scale)) + trace * (RELATIVE_RIDGE / <f32>SIMILAR_NEIGHBOURS);
  for (let k: usize = 0; k < SIMILAR_NEIGHBOURS; k++) {
    const row = system + k * ROW;
    const diagonal = row + (k << 2);
    store<f32>(diagonal, load<f32>(diagonal) + ridge);
    const target = load<f32>(row, TARGET) + ridge * load<f32>(prior + (k << 2));
    v128.store(row, f32x4(target, load<f32>(neighbours + (k << 2)), 0, 0), TARGET);
  }
  let prediction: f32 = 0;
  for (let k: usize = 0; k < SIMILAR_NEIGHBOURS; k++) {
    const pivotRow = system + k * ROW;
    const inverse = <f32>1 / max<f32>(load<f32>(pivotRow + (k << 2)), LEAST_PIVOT);
    prediction += load<f32>(pivotRow, TARGET) * load<f32>(pivotRow, TARGET + 4) * inverse;
    for (let i = k + 1; i < SIMILAR_NEIGHBOURS; i++) {
      const factor = f32x4.splat(load<f32>(pivotRow + (i << 2)) * inverse);
      const row = system + i * ROW;
      for (let column = (i >> 2) << 4; column <= TARGET; column += 16) {
        const term = f32x4.mul(factor, v128.load(pivotRow + column));
        v128.store(row + column, f32x4.sub(v128.load(row + column), term));
      }
    }
  }
  return prediction;
}
