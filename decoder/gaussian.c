/* Exponentials, logarithms and the normal distribution in binary64 of + - * / and square roots alone, so that
 * every machine gives the same bits; Gaussians over bins of equal mass: docs/arithmetic/base.md. */
#include <math.h>
#include <string.h>
#include "gaussian.h"

/* ln 2 in two parts: the first has 33 bits, so that small multiples of it are exact. */
static const double LN2_HIGH = 0.69314718036912381649, LN2_LOW = 1.90821492927058770002e-10;

static double of_bits(uint64_t bits) {
  double value; memcpy(&value, &bits, sizeof value);
  return value;
}

double exp64(double x) {
  static const double inverses[13] = {
      1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
      1.0 / 120,       1.0 / 24,       1.0 / 6,       1.0 / 2,      1,           1};
  if (!(x >= -708)) return 0;
  if (x > 708) x = 708;
  /* The nearest integer, ties to even: a sum with 1.5 2^52 has no room for fractions. */
  double k = (x * 1.4426950408889634074 + 6755399441055744.0) - 6755399441055744.0;
  double r = x - k * LN2_HIGH - k * LN2_LOW, sum = 1.0 / 6227020800.0;
  for (int i = 0; i < 13; i++) sum = sum * r + inverses[i];
  return sum * of_bits((uint64_t)((int64_t)k + 1023) << 52);
}

double log64(double x) {
  if (!(x >= 2.2250738585072014e-308)) x = 2.2250738585072014e-308;
  if (x > 1.7976931348623157e308) x = 1.7976931348623157e308;
  uint64_t bits; memcpy(&bits, &x, sizeof bits); double k = (double)((int)(bits >> 52) - 1023);
  double m = of_bits((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
  if (m > 1.4142135623730950488) m *= 0.5, k += 1;
  double s = (m - 1) / (m + 1), z = s * s, sum = 1.0 / 23.0;
  for (int n = 21; n > 1; n -= 2) sum = sum * z + 1.0 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * z * sum + 2 * s);
}

/* factor top / bottom, polynomials of x by Horner's rule: pairs of coefficients, highest powers first. */
static double rational(double factor, double x, const double (*c)[2], int count) {
  double top = c[0][0], bottom = c[0][1];
  for (int i = 1; i < count; i++) top = top * x + c[i][0], bottom = bottom * x + c[i][1];
  return factor * top / bottom;
}

/* W. J. Cody's approximations (Algorithm 715, ANORM). */
static double normal_cdf(double x) {
  static const double near[5][2] = {
      {0.065682337918207449113, 1}, {2.2352520354606839287, 47.20258190468824187},
      {161.02823106855587881, 976.09855173777669322}, {1067.6894854603709582, 10260.932208618978205},
      {18154.981253343561249, 45507.789335026729956}};
  static const double middle[9][2] = {
      {1.0765576773720192317e-8, 1}, {0.39894151208813466764, 22.266688044328115691},
      {8.8831497943883759412, 235.38790178262499861}, {93.506656132177855979, 1519.377599407554805},
      {597.27027639480026226, 6485.558298266760755}, {2494.5375852903726711, 18615.571640885098091},
      {6848.1904505362823326, 34900.952721145977266}, {11602.651437647350124, 38912.003286093271411},
      {9842.7148383839780218, 19685.429676859990727}};
  static const double far[6][2] = {
      {0.02307344176494017303, 1}, {0.21589853405795699, 1.28426009614491121},
      {0.1274011611602473639, 0.468238212480865118}, {0.022235277870649807, 0.0659881378689285515},
      {0.001421619193227893466, 0.00378239633202758244}, {2.9112874951168792e-5, 7.29751555083966205e-5}};
  double y = x < 0 ? -x : x, tail = 0;
  if (y <= 0.67448975) return 0.5 + rational(x, x * x, near, 5);
  if (y <= 5.656854249492380195) tail = rational(exp64(-0.5 * y * y), y, middle, 9);
  else if (y < 38) {
    double z = 1 / (y * y);
    tail = exp64(-0.5 * y * y) * (0.398942280401432677939946 - rational(z, z, far, 6)) / y;
  }
  return x > 0 ? 1 - tail : tail;
}

/* M. J. Wichura's approximations (AS 241, PPND16), without that of the far tails. */
static double normal_quantile(double p) {
  static const double middle[8][2] = {
      {2509.0809287301226727, 5226.495278852854561}, {33430.575583588128105, 28729.085735721942674},
      {67265.770927008700853, 39307.89580009271061}, {45921.953931549871457, 21213.794301586595867},
      {13731.693765509461125, 5394.1960214247511077}, {1971.5909503065514427, 687.1870074920579083},
      {133.14166789178437745, 42.313330701600911252}, {3.387132872796366608, 1}};
  static const double tails[8][2] = {
      {7.7454501427834140764e-4, 1.05075007164441684324e-9},
      {0.0227238449892691845833, 5.475938084995344946e-4},
      {0.24178072517745061177, 0.0151986665636164571966}, {1.27045825245236838258, 0.14810397642748007459},
      {3.64784832476320460504, 0.68976733498510000455}, {5.7694972214606914055, 1.6763848301838038494},
      {4.6303378461565452959, 2.05319162663775882187}, {1.42343711074968357734, 1}};
  double q = p - 0.5;
  if ((q < 0 ? -q : q) <= 0.425) return rational(q, 0.180625 - q * q, middle, 8);
  double tail = q < 0 ? p : 1 - p;
  if (!(tail > 1.4551915228366852e-11)) tail = 1.4551915228366852e-11;
  double value = rational(1, sqrt(-log64(tail)) - 1.6, tails, 8);
  return q < 0 ? -value : value;
}

static double mean_of(double mu) { return !(mu == mu) ? 0 : mu < -1e9 ? -1e9 : mu > 1e9 ? 1e9 : mu; }
static double scale_of(double sigma) { return !(sigma > 1e-9) ? 1e-9 : sigma > 1e9 ? 1e9 : sigma; }

/* The first position of bin i. */
static uint32_t cumulative(uint32_t i, double mu, double sigma, int bits) {
  uint32_t bins = (uint32_t)1 << bits;
  if (i == 0) return 0;
  if (i >= bins) return (uint32_t)1 << 28;
  double edge = normal_quantile((double)i / (double)bins);
  double mass = normal_cdf((edge - mean_of(mu)) / scale_of(sigma));
  return (uint32_t)(mass * (double)(((uint32_t)1 << 28) - 2 * bins)) + 2 * i;
}

/* Any search would do: a guess, then steps away that double until both ends are known, then halves. */
uint32_t gaussian_pop(struct message *message, double mu, double sigma, int bits) {
  uint32_t position = peek(message, 28), low = 0, high = (uint32_t)1 << bits, start = 0, past = 1 << 28;
  double z = mean_of(mu) + scale_of(sigma) * normal_quantile((position + 0.5) / 268435456.0);
  uint32_t at = (uint32_t)(normal_cdf(z) * high);
  if (at >= high) at = high - 1;
  for (uint32_t step = 1; high - low > 1; step *= 2) {
    uint32_t edge = cumulative(at, mu, sigma, bits); int is_up = edge <= position;
    if (is_up) low = at, start = edge;
    else high = at, past = edge;
    at = step >= high - low ? (low + high) / 2 : is_up ? low + step : high - step;
  }
  pop(message, start, past - start, 28);
  return low;
}

void gaussian_push(struct message *message, uint32_t i, double mu, double sigma, int bits) {
  uint32_t start = cumulative(i, mu, sigma, bits);
  push(message, start, cumulative(i + 1, mu, sigma, bits) - start, 28);
}

double gaussian_centre(uint32_t i, int bits) { return normal_quantile((i + 0.5) / (double)(1 << bits)); }
