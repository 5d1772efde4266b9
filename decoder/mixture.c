/* Mixtures of four discretized logistics: intervals, searches and gradients. */
#include "mixture.h"

#define LOG2_E 1.442695f

void mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float narrowest) {
  lanes logits = load4(outputs + 8), logs = clamp4(load4(outputs + 4), -4.0f, 4.0f);
  lanes exponentials = exp4(sub4(logits, splat4(largest4(logits))));
  m->weights = mul4(exponentials, splat4(1.0f / sum4(exponentials)));
  m->means = clamp4(add4(splat4(centre), mul4(splat4(scale), load4(outputs))), -1e4f, 1e4f);
  lanes inverses = div4(exp4(sub4(splat4(0.0f), logs)), splat4(scale));
  for (int k = 0; k < 4; k++) m->inverses.at[k] = min1(inverses.at[k], narrowest);
  m->is_rough = 0;
}

void rough_mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float inverse) {
  lanes weights = clamp4(mul4(load4(outputs + 8), splat4(LOG2_E)), -20.0f, 20.0f);
  lanes logs = clamp4(mul4(load4(outputs + 4), splat4(LOG2_E)), -5.75f, 5.75f);
  for (int k = 0; k < 4; k++) {
    weights.at[k] = rough_exp2(weights.at[k]);
    m->inverses.at[k] = min1(rough_exp2(-logs.at[k]) * inverse, NARROWEST);
  }
  m->weights = mul4(weights, splat4(1.0f / sum4(weights)));
  m->means = clamp4(add4(splat4(centre), mul4(splat4(scale), load4(outputs))), -1e4f, 1e4f);
  m->inverses_log2 = mul4(m->inverses, splat4(LOG2_E));
  m->is_rough = 1;
}

/* (threshold - mean) / scale within +-40. */
static inline lanes standardize(const struct mixture *m, float threshold) {
  return clamp4(mul4(sub4(splat4(threshold), m->means), m->inverses), -40.0f, 40.0f);
}

/* The components' cdfs at the lower end of level t. */
static inline lanes cdfs_below(const struct mixture *m, int t) {
  float edge = (float)t - 0.5f;
  if (!m->is_rough) return sigmoid4(standardize(m, edge));
  lanes x = clamp4(mul4(sub4(m->means, splat4(edge)), m->inverses_log2), -57.0f, 57.0f);
  for (int k = 0; k < 4; k++) x.at[k] = 1.0f / (1.0f + cubic_exp2(x.at[k]));
  return x;
}

float mixture_cdf(const struct mixture *m, int t) { return sum4(mul4(m->weights, cdfs_below(m, t))); }

/* The first position of level t, 0 ... 256, whose components' cdfs are these. */
static inline uint32_t cumulative_of(const struct mixture *m, lanes cdfs, int t) {
  if (t <= 0) return 0;
  if (t >= 256) return MIXTURE_TOTAL;
  return count_of((double)sum4(mul4(m->weights, cdfs)) * SHARED) + RESERVED * (uint32_t)t;
}

uint32_t quick_cumulative(const struct mixture *m, int t) {
  lanes x = mul4(sub4(splat4((float)t - 0.5f), m->means), m->inverses);
  int low = 0, high = 0;
  for (int k = 0; k < 4; k++) {
    low += x.at[k] < -14.0f;
    high += x.at[k] > 14.0f;
  }
  if (low == 4) return RESERVED * (uint32_t)t;
  if (high == 4) return SHARED + RESERVED * (uint32_t)t;
  return cumulative_of(m, cdfs_below(m, t), t);
}

void mixture_interval(struct mixture *m, int t) {
  m->below = cdfs_below(m, t);
  m->above = cdfs_below(m, t + 1);
  m->start = cumulative_of(m, m->below, t);
  m->frequency = cumulative_of(m, m->above, t + 1) - m->start;
}

/* Where one logistic of the mixture's mean and mean scale has the quantile of a share, for searches. */
static float guess(const struct mixture *m, float share) {
  float least = share > 1e-9f ? share : 1e-9f, most = 1.0f - share > 1e-9f ? 1.0f - share : 1e-9f;
  float logit = (log2_1(least) - log2_1(most)) * 0.6931472f;
  float x = sum4(mul4(m->weights, m->means)) + sum4(div4(m->weights, m->inverses)) * logit;
  return x > 0 ? (x < 255.0f ? x : 255.0f) : 0.0f;
}

/* Intervals follow one another, so that any search finds the same level. */
int mixture_find(struct mixture *m, uint32_t position) {
  int low = 0, high = 255, stride = 1;
  int t = integer_of(guess(m, ((float)position + 0.5f) / MIXTURE_TOTAL));
  for (;;) {
    mixture_interval(m, t);
    if (low >= high || (m->start <= position && position - m->start < m->frequency)) return t;
    if (position < m->start) {
      high = t - 1;
      t -= stride;
    } else {
      low = t + 1;
      t += stride;
    }
    if (t < low || t > high || (low > 0 && high < 255)) t = (low + high) >> 1;
    else stride <<= 1;
  }
}

/* What levels share out, what each has besides; where log scales are clamped: gradients which ask for more
 * are 0 there. */
struct terms {
  float shared, reserved, scale, narrowest, narrow, wide;
};

/* The gradient, from the thresholds a and b, the cdfs at them, or one less these, and the masses between. */
static float store_gradient(const struct mixture *m, lanes a, lanes b, lanes cdf_a, lanes cdf_b, lanes masses,
                            const struct terms *terms, float *out) {
  float mass = sum4(mul4(m->weights, masses)), counts = mass * terms->shared + terms->reserved;
  lanes d = mul4(m->weights, splat4(1.0f / BATCH * terms->shared / counts));
  for (int k = 0; k < 4; k++) {
    float inverse = m->inverses.at[k], steepness = inverse * terms->scale;
    float at_a = cdf_a.at[k] * (1.0f - cdf_a.at[k]), at_b = cdf_b.at[k] * (1.0f - cdf_b.at[k]);
    float slope = d.at[k] * (b.at[k] * at_b - a.at[k] * at_a);
    if (steepness >= terms->narrow || inverse >= terms->narrowest) slope = min1(slope, 0.0f);
    if (steepness <= terms->wide) slope = max1(slope, 0.0f);
    out[k] = d.at[k] * ((at_b - at_a) * steepness);
    out[4 + k] = slope;
    out[8 + k] = d.at[k] * (mass - masses.at[k]);
  }
  return counts;
}

/* Of exact mixtures: cdfs differ on the side where both are small, so that nothing is lost in tails. */
static float exact_gradient(const struct mixture *m, lanes a, lanes b, float shared, float reserved,
                            float scale, float narrowest, float *out) {
  const struct terms terms = {shared, reserved, scale, narrowest, 54.5f, 0.01833f};
  lanes from, to, cdf_a, cdf_b;
  for (int k = 0; k < 4; k++) {
    from.at[k] = a.at[k] > 0 ? -b.at[k] : a.at[k];
    to.at[k] = a.at[k] > 0 ? -a.at[k] : b.at[k];
  }
  from = sigmoid4(from);
  to = sigmoid4(to);
  for (int k = 0; k < 4; k++) {
    cdf_a.at[k] = a.at[k] > 0 ? to.at[k] : from.at[k];
    cdf_b.at[k] = a.at[k] > 0 ? from.at[k] : to.at[k];
  }
  return store_gradient(m, a, b, cdf_a, cdf_b, sub4(to, from), &terms, out);
}

float mixture_gradient(const struct mixture *m, int t, float scale, float *gradients) {
  lanes a = standardize(m, (float)t - 0.5f), b = standardize(m, (float)t + 0.5f);
  if (!m->is_rough) {
    if (t <= 0) a = splat4(-40.0f);
    if (t >= 255) b = splat4(40.0f);
    return exact_gradient(m, a, b, SHARED, RESERVED, scale, NARROWEST, gradients);
  }
  /* From the cdfs of the interval that was found last, which is the level's. */
  const struct terms terms = {SHARED, RESERVED, scale, NARROWEST, 55.9f, 0.01955f};
  lanes below = t <= 0 ? splat4(0.0f) : m->below, above = t >= 255 ? splat4(1.0f) : m->above, masses;
  for (int k = 0; k < 4; k++) masses.at[k] = max1(above.at[k] - below.at[k], 0.0f);
  return store_gradient(m, a, b, below, above, masses, &terms, gradients);
}

/* FORMAT.md, 16-bit levels. */

void open_deep_levels(struct deep_levels *deep, int levels, int rooted) {
  double last = levels - 1;
  deep->levels = levels;
  deep->rooted = rooted;
  deep->reserved = (1 << 17) / levels;
  deep->step = 255 / (rooted ? sqrt(last) : last);
}

/* The value of a level, or between levels; t >= 0. */
static double value_at(const struct deep_levels *deep, double t) {
  return deep->step * (deep->rooted ? sqrt(t) : t);
}

float deep_value(const struct deep_levels *deep, int t) { return (float)value_at(deep, t); }

/* The nearest integer to x, which is below 2^51 in magnitude, ties to even. */
static double nearest(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/* e^x, |x| <= 40: its series, between powers of two. */
static double exponential(double x) {
  double n = nearest(x * 1.4426950408889634), p, power;
  double r = (x - n * 0.69314718036912381649) - n * 1.90821492927058770002e-10;
  uint64_t bits = (uint64_t)((int64_t)n + 1023) << 52;
  p = r * (1.0 / 3628800) + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  memcpy(&power, &bits, sizeof power);
  return p * power;
}

static double deep_cdf(const struct mixture *m, double value) {
  double parts[4], weights[4];
  for (int k = 0; k < 4; k++) {
    double x = ((double)m->means.at[k] - value) * (double)m->inverses.at[k];
    x = x < -40 ? -40 : x > 40 ? 40 : x;
    weights[k] = (double)m->weights.at[k];
    parts[k] = weights[k] / (1 + exponential(x));
  }
  double total = (weights[0] + weights[2]) + (weights[1] + weights[3]);
  return ((parts[0] + parts[2]) + (parts[1] + parts[3])) / total;
}

static uint32_t deep_shared(const struct deep_levels *deep) {
  return ((uint32_t)1 << DEEP_BITS) - deep->extra - (uint32_t)(deep->reserved * deep->levels);
}

/* The first position of level t, 0 ... levels. */
static uint32_t deep_cumulative(const struct mixture *m, const struct deep_levels *deep, int t) {
  double cdf = t <= 0 ? 0 : t >= deep->levels ? 1 : deep_cdf(m, value_at(deep, t - 0.5));
  uint32_t extra = t > deep->level ? deep->extra : 0;
  return count_of(cdf * deep_shared(deep)) + (uint32_t)(deep->reserved * t) + extra;
}

int deep_find(struct mixture *m, const struct deep_levels *deep, uint32_t position) {
  int low = 0, high = deep->levels - 1, tries = 0, t = deep->level;
  if (deep->extra <= 1u << 27) {
    double steps = (double)guess(m, ((float)position + 0.5f) / 268435456.0f) / deep->step;
    t = (int)nearest(deep->rooted ? steps * steps : steps);
    t = t > high ? high : t;
  }
  for (;;) {
    m->start = deep_cumulative(m, deep, t);
    m->frequency = deep_cumulative(m, deep, t + 1) - m->start;
    if (low >= high || (m->start <= position && position - m->start < m->frequency)) return t;
    /* As many levels of this frequency lead to the position; after some steps what is left is halved. */
    uint32_t away = position < m->start ? m->start - position : position - m->start;
    away /= m->frequency > 0 ? m->frequency : 1;
    int step = away < 65536 ? (int)away : 65536, next;
    if (position < m->start) {
      high = t - 1;
      next = high - step;
    } else {
      low = t + 1;
      next = t + step;
    }
    t = tries++ < 12 && next >= low && next <= high ? next : (low + high) >> 1;
  }
}

void deep_gradient(const struct mixture *m, const struct deep_levels *deep, int t, float scale, float *out) {
  lanes a = t <= 0 ? splat4(-40.0f) : standardize(m, (float)value_at(deep, t > 0 ? t - 0.5 : 0));
  lanes b = t >= deep->levels - 1 ? splat4(40.0f) : standardize(m, (float)value_at(deep, t + 0.5));
  float reserved = (float)((uint32_t)deep->reserved + (t == deep->level ? deep->extra : 0));
  exact_gradient(m, a, b, (float)deep_shared(deep), reserved, scale, DEEP_NARROWEST, out);
}
