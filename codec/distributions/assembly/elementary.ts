// exp and log in f64 from + - * / alone, so that every engine gives the same bits (unlike JavaScript's Math).
// Errors (tested against JavaScript's): exp 4e-16 relative, log 4e-16 relative to max(|log x|, 1).

@inline const LN2_HIGH: f64 = 0.69314718036912381649; // 33 bits: k * LN2_HIGH is exact for |k| < 2^20
@inline const LN2_LOW: f64 = 1.90821492927058770002e-10;
@inline const LOG2_E: f64 = 1.4426950408889634074;
@inline const SQRT_2: f64 = 1.4142135623730950488;

/** e^x; 0 below -708, e^708 above 708 (the range of normal f64 numbers). NaN counts as -708. */
export function exp64(x: f64): f64 {
  if (!(x >= -708)) return 0;
  if (x > 708) x = 708;
  const k = nearest(x * LOG2_E);
  const r = x - k * LN2_HIGH - k * LN2_LOW; // |r| <= ln 2 / 2: the series' rest is below 5e-18
  let sum: f64 = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  sum = sum * r + 1.0;
  sum = sum * r + 1.0;
  return sum * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** Natural logarithm; -708.4 (the least normal number's) for x below it, zero and NaN included. */
export function log64(x: f64): f64 {
  if (!(x >= 2.2250738585072014e-308)) x = 2.2250738585072014e-308;
  if (x > 1.7976931348623157e308) x = 1.7976931348623157e308;
  const bits = reinterpret<i64>(x);
  let k = <f64>((bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > SQRT_2) {
    m *= 0.5;
    k += 1;
  }
  const s = (m - 1) / (m + 1); // |s| <= 0.1716; log m = 2 artanh s
  const z = s * s;
  let sum: f64 = 1.0 / 23.0;
  sum = sum * z + 1.0 / 21.0;
  sum = sum * z + 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * z * sum + 2 * s);
}

/** Base-2 logarithm, for code lengths. */
@inline
export function log2of(x: f64): f64 {
  return log64(x) * LOG2_E;
}
