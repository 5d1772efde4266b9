// Elementary functions on four f32 lanes, as fixed polynomials: the same bits on every machine.
// Inputs are finite; outputs are finite. Clamps take pmin and pmax, which processors have; min and max cost several
// instructions more, for NaN and the sign of zero.

/** 3 * 2^22: a sum with it has no room for fractions. */
@inline const ROUND: f32 = 12582912;

/**
 * The integer nearest to x, which is below 2^22 in magnitude, ties to even. Engines check at a conversion whether there
 * is such an integer, which takes longer.
 */
@inline
export function integerOf(x: f32): i32 {
  return reinterpret<i32>(x + ROUND) - reinterpret<i32>(ROUND);
}

/** The same of x within 0..2^32 - 1. */
@inline
export function countOf(x: f64): u32 {
  return <u32>reinterpret<u64>(x + 4503599627370496);
}

/** e^x; x is clamped to [-87, 87]. Relative error below 3e-7. The polynomial of Cephes' expf (S. L. Moshier). */
@inline
export function exp4(x: v128): v128 {
  const clamped = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(87));
  // The sum's last bits hold the nearest integer to x / ln 2.
  const rounded = f32x4.add(f32x4.mul(clamped, f32x4.splat(1.44269504)), f32x4.splat(ROUND));
  const n = f32x4.sub(rounded, f32x4.splat(ROUND));
  // ln 2 in two parts, so that n times the first is exact.
  let r = f32x4.sub(clamped, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.add(f32x4.mul(r, f32x4.splat(1.3981999507e-3)), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, f32x4.splat(1)));
  const exponent = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

/**
 * log2 x for normal x > 0. Absolute error below 2e-5: enough for features, not for code lengths. The polynomial is the
 * minimax fit of its degree on [1, 2].
 */
@inline
export function log2_4(x: v128): v128 {
  const e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(127)));
  const m = v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000));
  let p = f32x4.add(f32x4.mul(m, f32x4.splat(0.04392863)), f32x4.splat(-0.40947559));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.61017755));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-3.52021884));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(5.06975632));
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(-2.79415368));
  return f32x4.add(e, p);
}

/** log2 x for normal x > 0, linear between powers of two: at most 0.087 too low, never falling. */
@inline
export function roughLog2_4(x: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(x), f32x4.splat(1.1920929e-7)), f32x4.splat(127));
}

/** About 2^x for x of at most 120 in magnitude: linear between powers of two, in steps of 2^-10; never falling. */
@inline
export function roughExp2_4(x: v128): v128 {
  // The sum's last bits hold x in units of 2^-10.
  const fixed = f32x4.add(x, f32x4.splat(12288));
  return i32x4.add(i32x4.shl(fixed, 13), i32x4.splat(0x3f800000));
}

/**
 * About 2^x for x of at most 120 in magnitude: a cubic between half integers, within 1e-4 of it, with a slope within
 * 0.3 %. Its values at 1/2 are exactly twice those at -1/2, so that it rises throughout, but for rounding.
 */
@inline
export function cubicExp2_4(x: v128): v128 {
  const rounded = f32x4.add(x, f32x4.splat(ROUND));
  const f = f32x4.sub(x, f32x4.sub(rounded, f32x4.splat(ROUND)));
  let p = f32x4.add(f32x4.mul(f, f32x4.splat(0.054784998)), f32x4.splat(0.242998));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.69347006));
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1));
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/** 1 / (1 + e^-x). Absolute error below 3e-7. */
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

/** Sum of the four lanes, pairwise: (0 + 2) + (1 + 3). */
@inline
export function sum4(x: v128): f32 {
  const pairs = f32x4.add(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Largest lane. */
@inline
export function max4(x: v128): f32 {
  const pairs = f32x4.pmax(x, i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const swapped = i8x16.shuffle(pairs, pairs, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  return f32x4.extract_lane(f32x4.pmax(pairs, swapped), 0);
}
