// The standard normal distribution in f64: cdf by Cody's rational approximations (Algorithm 715, ANORM, 1993),
// quantile by Wichura's (AS 241, PPND16, 1988). Errors are stated at each function and tested.

import { exp64, log64 } from './elementary';

/** Phi(x) = P(N(0,1) <= x). Absolute error < 4e-16; relative error < 2e-13 for x in [-37, 0]; 0 below -37.6. */
export function normalCdf(x: f64): f64 {
  const y = abs(x);
  if (y <= 0.67448975) {
    const z = x * x;
    let top: f64 = 0.065682337918207449113 * z;
    top = (top + 2.2352520354606839287) * z;
    top = (top + 161.02823106855587881) * z;
    top = (top + 1067.6894854603709582) * z;
    let bottom: f64 = z;
    bottom = (bottom + 47.20258190468824187) * z;
    bottom = (bottom + 976.09855173777669322) * z;
    bottom = (bottom + 10260.932208618978205) * z;
    return 0.5 + (x * (top + 18154.981253343561249)) / (bottom + 45507.789335026729956);
  }
  let tail: f64;
  if (y <= 5.656854249492380195) {
    let top: f64 = 1.0765576773720192317e-8 * y;
    top = (top + 0.39894151208813466764) * y;
    top = (top + 8.8831497943883759412) * y;
    top = (top + 93.506656132177855979) * y;
    top = (top + 597.27027639480026226) * y;
    top = (top + 2494.5375852903726711) * y;
    top = (top + 6848.1904505362823326) * y;
    top = (top + 11602.651437647350124) * y;
    let bottom: f64 = y;
    bottom = (bottom + 22.266688044328115691) * y;
    bottom = (bottom + 235.38790178262499861) * y;
    bottom = (bottom + 1519.377599407554805) * y;
    bottom = (bottom + 6485.558298266760755) * y;
    bottom = (bottom + 18615.571640885098091) * y;
    bottom = (bottom + 34900.952721145977266) * y;
    bottom = (bottom + 38912.003286093271411) * y;
    tail = (exp64(-0.5 * y * y) * (top + 9842.7148383839780218)) / (bottom + 19685.429676859990727);
  } else if (y < 38) {
    const z = 1 / (y * y);
    let top: f64 = 0.02307344176494017303 * z;
    top = (top + 0.21589853405795699) * z;
    top = (top + 0.1274011611602473639) * z;
    top = (top + 0.022235277870649807) * z;
    top = (top + 0.001421619193227893466) * z;
    let bottom: f64 = z;
    bottom = (bottom + 1.28426009614491121) * z;
    bottom = (bottom + 0.468238212480865118) * z;
    bottom = (bottom + 0.0659881378689285515) * z;
    bottom = (bottom + 0.00378239633202758244) * z;
    const correction = (z * (top + 2.9112874951168792e-5)) / (bottom + 7.29751555083966205e-5);
    tail = (exp64(-0.5 * y * y) * (0.398942280401432677939946 - correction)) / y;
  } else {
    tail = 0;
  }
  return x > 0 ? 1 - tail : tail;
}

/** Phi^-1(p) for p in [2^-36, 1 - 2^-36]; p outside counts as the nearer end. Relative error < 1e-14. */
export function normalQuantile(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    let top: f64 = 2509.0809287301226727;
    top = top * r + 33430.575583588128105;
    top = top * r + 67265.770927008700853;
    top = top * r + 45921.953931549871457;
    top = top * r + 13731.693765509461125;
    top = top * r + 1971.5909503065514427;
    top = top * r + 133.14166789178437745;
    top = top * r + 3.387132872796366608;
    let bottom: f64 = 5226.495278852854561;
    bottom = bottom * r + 28729.085735721942674;
    bottom = bottom * r + 39307.89580009271061;
    bottom = bottom * r + 21213.794301586595867;
    bottom = bottom * r + 5394.1960214247511077;
    bottom = bottom * r + 687.1870074920579083;
    bottom = bottom * r + 42.313330701600911252;
    return (q * top) / (bottom * r + 1);
  }
  const tail = max<f64>(q < 0 ? p : 1 - p, 1.4551915228366852e-11);
  const r = sqrt(-log64(tail)) - 1.6;
  let top: f64 = 7.7454501427834140764e-4;
  top = top * r + 0.0227238449892691845833;
  top = top * r + 0.24178072517745061177;
  top = top * r + 1.27045825245236838258;
  top = top * r + 3.64784832476320460504;
  top = top * r + 5.7694972214606914055;
  top = top * r + 4.6303378461565452959;
  top = top * r + 1.42343711074968357734;
  let bottom: f64 = 1.05075007164441684324e-9;
  bottom = bottom * r + 5.475938084995344946e-4;
  bottom = bottom * r + 0.0151986665636164571966;
  bottom = bottom * r + 0.14810397642748007459;
  bottom = bottom * r + 0.68976733498510000455;
  bottom = bottom * r + 1.6763848301838038494;
  bottom = bottom * r + 2.05319162663775882187;
  const value = top / (bottom * r + 1);
  return q < 0 ? -value : value;
}
