/* Exponentials, logarithms and the normal distribution in binary64 of + - * / and square roots alone, so that
 * every machine gives the same bits; Gaussians over bins of equal mass. docs/arithmetic/base.md gives all of
 * it. */
#include <math.h>
#include <string.h>

#include "gaussian.h"

/* ln 2 in two parts: the first has 33 bits, so that small multiples of it are exact. */
static const double LN2_HIGH = 0.69314718036912381649, LN2_LOW = 1.90821492927058770002e-10;

static double of_bits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

double exp64(double x) {
  if (!(x >= -708)) return 0;
  if (x > 708) x = 708;
  /* The nearest integer, ties to even: a sum with 1.5 2^52 has no room for fractions. */
  double k = (x * 1.4426950408889634074 + 6755399441055744.0) - 6755399441055744.0;
  double r = x - k * LN2_HIGH - k * LN2_LOW;
  static const double divisors[] = {479001600, 39916800, 3628800, 362880, 40320, 5040, 720,
                                    120,       24,       6,       2,      1,     1};
  double sum = 1.0 / 6227020800.0;
  for (int i = 0; i < 13; i++) sum = sum * r + 1.0 / divisors[i];
  return sum * of_bits((uint64_t)((int64_t)k + 1023) << 52);
}

double log64(double x) {
  if (!(x >= 2.2250738585072014e-308)) x = 2.2250738585072014e-308;
  if (x > 1.7976931348623157e308) x = 1.7976931348623157e308;
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  double k = (double)((int)(bits >> 52) - 1023);
  double m = of_bits((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
  if (m > 1.4142135623730950488) {
    m *= 0.5;
    k += 1;
  }
  double s = (m - 1) / (m + 1), z = s * s, sum = 1.0 / 23.0;
  for (int n = 21; n > 1; n -= 2) sum = sum * z + 1.0 / n;
  return k * LN2_HIGH + (k * LN2_LOW + 2 * s * z * sum + 2 * s);
}

/* c[0] y^n + ... + c[n], as far as c[n - 1], from the left: the last coefficient is added by the caller. */
static double ladder(double sum, double y, const double *c, int count) {
  for (int i = 0; i < count; i++) sum = (sum + c[i]) * y;
  return sum;
}

/* Horner's rule. */
static double horner(double sum, double r, const double *c, int count) {
  for (int i = 0; i < count; i++) sum = sum * r + c[i];
  return sum;
}

/* W. J. Cody's approximations (Algorithm 715, ANORM). */
double normal_cdf(double x) {
  static const double top1[] = {2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582};
  static const double bottom1[] = {47.20258190468824187, 976.09855173777669322, 10260.932208618978205};
  static const double top2[] = {0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979,
                                597.27027639480026226,  2494.5375852903726711, 6848.1904505362823326,
                                11602.651437647350124};
  static const double bottom2[] = {22.266688044328115691, 235.38790178262499861, 1519.377599407554805,
                                   6485.558298266760755,  18615.571640885098091, 34900.952721145977266,
                                   38912.003286093271411};
  static const double top3[] = {0.21589853405795699, 0.1274011611602473639, 0.022235277870649807,
                                0.001421619193227893466};
  static const double bottom3[] = {1.28426009614491121, 0.468238212480865118, 0.0659881378689285515,
                                   0.00378239633202758244};
  double y = x < 0 ? -x : x, tail = 0;
  if (y <= 0.67448975) {
    double z = x * x;
    double top = ladder(0.065682337918207449113 * z, z, top1, 3), bottom = ladder(z, z, bottom1, 3);
    return 0.5 + x * (top + 18154.981253343561249) / (bottom + 45507.789335026729956);
  }
  if (y <= 5.656854249492380195) {
    double top = ladder(1.0765576773720192317e-8 * y, y, top2, 7), bottom = ladder(y, y, bottom2, 7);
    tail = exp64(-0.5 * y * y) * (top + 9842.7148383839780218) / (bottom + 19685.429676859990727);
  } else if (y < 38) {
    double z = 1 / (y * y);
    double top = ladder(0.02307344176494017303 * z, z, top3, 4), bottom = ladder(z, z, bottom3, 4);
    double correction = z * (top + 2.9112874951168792e-5) / (bottom + 7.29751555083966205e-5);
    tail = exp64(-0.5 * y * y) * (0.398942280401432677939946 - correction) / y;
  }
  return x > 0 ? 1 - tail : tail;
}

/* M. J. Wichura's approximations (AS 241, PPND16), without that of the far tails. */
double normal_quantile(double p) {
  static const double top1[] = {33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
                                13731.693765509461125, 1971.5909503065514427, 133.14166789178437745,
                                3.387132872796366608};
  static const double bottom1[] = {28729.085735721942674,
                                   39307.89580009271061,
                                   21213.794301586595867,
                                   5394.1960214247511077,
                                   687.1870074920579083,
                                   42.313330701600911252,
                                   1};
  static const double top2[] = {0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
                                3.64784832476320460504,   5.7694972214606914055,  4.6303378461565452959,
                                1.42343711074968357734};
  static const double bottom2[] = {5.475938084995344946e-4,
                                   0.0151986665636164571966,
                                   0.14810397642748007459,
                                   0.68976733498510000455,
                                   1.6763848301838038494,
                                   2.05319162663775882187,
                                   1};
  double q = p - 0.5;
  if ((q < 0 ? -q : q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * horner(2509.0809287301226727, r, top1, 7) / horner(5226.495278852854561, r, bottom1, 7);
  }
  double tail = q < 0 ? p : 1 - p;
  if (!(tail > 1.4551915228366852e-11)) tail = 1.4551915228366852e-11;
  double r = sqrt(-log64(tail)) - 1.6; /* a square root is exact to the last bit everywhere */
  double value =
      horner(7.7454501427834140764e-4, r, top2, 7) / horner(1.05075007164441684324e-9, r, bottom2, 7);
  return q < 0 ? -value : value;
}

static double bounded_mean(double mu) {
  return !(mu == mu) ? 0 : mu < -1e9 ? -1e9 : mu > 1e9 ? 1e9 : mu;
}

static double bounded_scale(double sigma) {
  return !(sigma > 1e-9) ? 1e-9 : sigma > 1e9 ? 1e9 : sigma;
}

uint32_t gaussian_cumulative(uint32_t i, double mu, double sigma, int bits) {
  uint32_t bins = (uint32_t)1 << bits;
  if (i == 0) return 0;
  if (i >= bins) return (uint32_t)1 << 28;
  double edge = normal_quantile((double)i / (double)bins);
  double mass = normal_cdf((edge - bounded_mean(mu)) / bounded_scale(sigma));
  return (uint32_t)(mass * (double)(((uint32_t)1 << 28) - 2 * bins)) + 2 * i;
}

uint32_t gaussian_pop(struct message *message, double mu, double sigma, int bits) {
  uint32_t position = peek(message, 28), low = 0, high = (uint32_t)1 << bits, step = 1;
  /* A guess, then steps away from it that double until both ends are known, then halves. Any search would do.
   */
  double z = bounded_mean(mu) + bounded_scale(sigma) * normal_quantile((position + 0.5) / 268435456.0);
  uint32_t at = (uint32_t)(normal_cdf(z) * high);
  uint32_t start = 0, past = (uint32_t)1 << 28;
  int seen_low = 0, seen_high = 0;
  if (at >= high) at = high - 1;
  while (high - low > 1) {
    uint32_t cumulative = gaussian_cumulative(at, mu, sigma, bits);
    if (cumulative <= position) {
      low = at;
      start = cumulative;
      seen_low = 1;
    } else {
      high = at;
      past = cumulative;
      seen_high = 1;
    }
    if (seen_low && seen_high) at = (low + high) >> 1;
    else if (seen_low) at = step < high - low ? low + step : low + (high - low) / 2;
    else at = step < high - low ? high - step : low + (high - low) / 2;
    step *= 2;
  }
  pop(message, start, past - start, 28);
  return low;
}

void gaussian_push(struct message *message, uint32_t i, double mu, double sigma, int bits) {
  uint32_t start = gaussian_cumulative(i, mu, sigma, bits);
  push(message, start, gaussian_cumulative(i + 1, mu, sigma, bits) - start, 28);
}

double gaussian_centre(uint32_t i, int bits) {
  return normal_quantile((i + 0.5) / (double)((uint32_t)1 << bits));
}
