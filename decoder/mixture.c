/* Mixtures of four discretized logistics: docs/MATH.md, discretized logistic mixtures; docs/FORMAT.md, 16-bit
 * levels; docs/arithmetic/photos.md, Mixtures, and 16-bit levels. */
#include "planes.h"

#define LOG2_E 1.442695f

static void set_means(struct mixture *m, const float *outputs, float centre, float scale) {
  m->means = clamp4(add4(splat4(centre), mul4(splat4(scale), load4(outputs))), -1e4f, 1e4f);
  m->weights = mul4(m->weights, splat4(1.0f / sum4(m->weights)));
}

void mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float narrowest) {
  lanes logits = load4(outputs + 8), logs = clamp4(load4(outputs + 4), -4.0f, 4.0f);
  float largest = largest4(logits);
  for (int k = 0; k < 4; k++) m->weights.at[k] = exp1(logits.at[k] - largest);
  for (int k = 0; k < 4; k++) m->inverses.at[k] = min1(exp1(-logs.at[k]) / scale, narrowest);
  m->narrowest = narrowest, m->is_rough = 0;
  set_means(m, outputs, centre, scale);
}

void rough_mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float inverse) {
  for (int k = 0; k < 4; k++) {
    float log = clamp1(outputs[4 + k] * LOG2_E, -5.75f, 5.75f);
    m->weights.at[k] = rough_exp2(clamp1(outputs[8 + k] * LOG2_E, -20.0f, 20.0f));
    m->inverses.at[k] = min1(rough_exp2(-log) * inverse, NARROWEST);
  }
  m->narrowest = NARROWEST, m->is_rough = 1;
  set_means(m, outputs, centre, scale);
}

/* (threshold - mean) / scale within +-40. */
static inline lanes standardize(const struct mixture *m, float threshold) {
  return clamp4(mul4(sub4(splat4(threshold), m->means), m->inverses), -40.0f, 40.0f);
}

/* The components' cdfs at the lower end of level t. */
static inline lanes cdfs_below(const struct mixture *m, int t) {
  float edge = (float)t - 0.5f;
  if (!m->is_rough) return sigmoid4(standardize(m, edge));
  lanes inverses = mul4(m->inverses, splat4(LOG2_E));
  lanes x = clamp4(mul4(sub4(m->means, splat4(edge)), inverses), -57.0f, 57.0f);
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
  for (int k = 0; k < 4; k++) low += x.at[k] < -14.0f, high += x.at[k] > 14.0f;
  if (low == 4) return RESERVED * (uint32_t)t;
  if (high == 4) return SHARED + RESERVED * (uint32_t)t;
  return cumulative_of(m, cdfs_below(m, t), t);
}

void mixture_interval(struct mixture *m, int t) {
  m->below = t <= 0 ? splat4(0.0f) : cdfs_below(m, t);
  m->above = t >= 255 ? splat4(1.0f) : cdfs_below(m, t + 1);
  m->start = cumulative_of(m, m->below, t);
  m->frequency = cumulative_of(m, m->above, t + 1) - m->start;
}

static int holds(const struct mixture *m, uint32_t position) {
  return m->start <= position && position - m->start < m->frequency;
}

/* Where one logistic of the mixture's mean and mean scale has the quantile of a share, for searches. */
static float guess(const struct mixture *m, float share) {
  float least = share > 1e-9f ? share : 1e-9f, most = 1.0f - share > 1e-9f ? 1.0f - share : 1e-9f;
  lanes scales;
  for (int k = 0; k < 4; k++) scales.at[k] = m->weights.at[k] / m->inverses.at[k];
  float logit = (log2_1(least) - log2_1(most)) * 0.6931472f;
  float x = sum4(mul4(m->weights, m->means)) + sum4(scales) * logit;
  return x > 0 ? (x < 255.0f ? x : 255.0f) : 0.0f;
}

/* Intervals follow one another, so that any search finds the same level. */
int pop_level(struct message *message, struct mixture *m) {
  uint32_t position = peek(message, MIXTURE_BITS);
  int low = 0, high = 255, stride = 1, t = integer_of(guess(m, ((float)position + 0.5f) / MIXTURE_TOTAL));
  for (mixture_interval(m, t); low < high && !holds(m, position); mixture_interval(m, t)) {
    int is_lower = position < m->start;
    if (is_lower) high = t - 1;
    else low = t + 1;
    t += is_lower ? -stride : stride;
    if (t < low || t > high || (low > 0 && high < 255)) t = (low + high) >> 1;
    else stride <<= 1;
  }
  pop(message, m->start, m->frequency, MIXTURE_BITS);
  return t;
}

/* The gradient, from the standardized ends a and b of a level of `reserved` positions and a part of `shared`
 * ones. Exact cdfs differ where both are small, so that nothing is lost in tails; rough ones are those of the
 * interval found last. Where log scales are clamped, gradients that ask for more are 0. */
static float gradient(const struct mixture *m, lanes a, lanes b, float shared, float reserved, float scale,
                      float *out) {
  float narrow = m->is_rough ? 55.9f : 54.5f, wide = m->is_rough ? 0.01955f : 0.01833f;
  lanes from = m->below, to = m->above, masses, at_a, at_b;
  if (!m->is_rough) {
    for (int k = 0; k < 4; k++) {
      from.at[k] = a.at[k] > 0 ? -b.at[k] : a.at[k];
      to.at[k] = a.at[k] > 0 ? -a.at[k] : b.at[k];
    }
    from = sigmoid4(from), to = sigmoid4(to);
  }
  for (int k = 0; k < 4; k++) {
    int is_turned = !m->is_rough && a.at[k] > 0;
    float of_from = from.at[k] * (1.0f - from.at[k]), of_to = to.at[k] * (1.0f - to.at[k]);
    masses.at[k] = to.at[k] - from.at[k];
    if (m->is_rough) masses.at[k] = max1(masses.at[k], 0.0f);
    at_a.at[k] = is_turned ? of_to : of_from;
    at_b.at[k] = is_turned ? of_from : of_to;
  }
  float mass = sum4(mul4(m->weights, masses)), counts = mass * shared + reserved;
  lanes d = mul4(m->weights, splat4(1.0f / BATCH * shared / counts));
  for (int k = 0; k < 4; k++) {
    float inverse = m->inverses.at[k], steepness = inverse * scale;
    float slope = d.at[k] * (b.at[k] * at_b.at[k] - a.at[k] * at_a.at[k]);
    if (steepness >= narrow || inverse >= m->narrowest) slope = min1(slope, 0.0f);
    if (steepness <= wide) slope = max1(slope, 0.0f);
    out[k] = d.at[k] * ((at_b.at[k] - at_a.at[k]) * steepness);
    out[4 + k] = slope;
    out[8 + k] = d.at[k] * (mass - masses.at[k]);
  }
  return counts;
}

float mixture_gradient(const struct mixture *m, int t, float scale, float *gradients) {
  lanes a = t <= 0 ? splat4(-40.0f) : standardize(m, (float)t - 0.5f);
  lanes b = t >= 255 ? splat4(40.0f) : standardize(m, (float)t + 0.5f);
  return gradient(m, a, b, SHARED, RESERVED, scale, gradients);
}

/* FORMAT.md, 16-bit levels; intervals divide 2^28. */

enum { DEEP_BITS = 28 };
#define DEEP_NARROWEST 8192.0f

/* The value of a level, or between levels; t >= 0. */
static double deep_value(const struct deep_levels *deep, double t) {
  double last = deep->levels - 1;
  return 255 / (deep->rooted ? sqrt(last) : last) * (deep->rooted ? sqrt(t) : t);
}

/* The nearest integer to x, which is below 2^51 in magnitude, ties to even. */
static double nearest(double x) { return (x + 6755399441055744.0) - 6755399441055744.0; }

/* e^x, |x| <= 40: its series, between powers of two. */
static double exponential(double x) {
  static const double divisors[10] = {362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1};
  double n = nearest(x * 1.4426950408889634), p = 1.0 / 3628800;
  double r = (x - n * 0.69314718036912381649) - n * 1.90821492927058770002e-10;
  for (int i = 0; i < 10; i++) p = p * r + 1.0 / divisors[i];
  union { uint64_t bits; double x; } power = {(uint64_t)((int64_t)n + 1023) << 52};
  return p * power.x;
}

/* The first position of level t, 0 ... levels. */
static uint32_t deep_cumulative(const struct mixture *m, const struct deep_levels *deep, int t) {
  double parts[4], w[4], cdf = t <= 0 ? 0 : 1;
  for (int k = 0; k < 4 && t > 0 && t < deep->levels; k++) {
    double x = ((double)m->means.at[k] - deep_value(deep, t - 0.5)) * (double)m->inverses.at[k];
    w[k] = (double)m->weights.at[k];
    parts[k] = w[k] / (1 + exponential(x < -40 ? -40 : x > 40 ? 40 : x));
    if (k == 3) cdf = ((parts[0] + parts[2]) + (parts[1] + parts[3])) / ((w[0] + w[2]) + (w[1] + w[3]));
  }
  uint32_t extra = t > deep->level ? deep->extra : 0;
  return count_of(cdf * deep->shared) + (uint32_t)(deep->reserved * t) + extra;
}

static int deep_find(struct mixture *m, const struct deep_levels *deep, uint32_t position) {
  int low = 0, high = deep->levels - 1, tries = 0, t = deep->level;
  if (deep->extra <= 1u << 27) {
    double steps = (double)guess(m, ((float)position + 0.5f) / 268435456.0f) / deep_value(deep, 1);
    t = (int)nearest(deep->rooted ? steps * steps : steps);
    t = t > high ? high : t;
  }
  for (;;) {
    m->start = deep_cumulative(m, deep, t);
    m->frequency = deep_cumulative(m, deep, t + 1) - m->start;
    if (low >= high || holds(m, position)) return t;
    /* As many levels of this frequency lead to the position; after some steps what is left is halved. */
    uint32_t away = position < m->start ? m->start - position : position - m->start;
    away /= m->frequency > 0 ? m->frequency : 1;
    int step = away < 65536 ? (int)away : 65536, next = position < m->start ? t - 1 - step : t + step;
    if (position < m->start) high = t - 1;
    else low = t + 1;
    t = tries++ < 12 && next >= low && next <= high ? next : (low + high) >> 1;
  }
}

float decode_deep_sample(struct group *g, int plane, int x, int y, const float *outputs, float centre,
                         float scale, float *gradients) {
  struct plane *own = &g->plane[plane];
  struct deep_levels *deep = &own->deep;
  struct mixture m;
  const float *row0 = own->samples[0] + x, *row1 = own->samples[1] + x;
  int context = (row0[-1] == row1[0]) + 2 * (row0[-1] == row1[-1]) + 4 * (row1[0] == row1[1]);
  for (int before = 1; before <= plane; before++) { /* whether planes before repeat the sample to the left */
    const float *row = g->plane[plane - before].samples[0] + x;
    context += 8 * before * (row[0] == row[-1]);
  }
  float *share = &own->repeats[context][0], *rate = &own->repeats[context][1];
  /* The level to the left, above for the first of a row, is likelier than the mixture says. */
  deep->level = x > 0 ? *sample_at(g, plane, x - 1, y) : y > 0 ? *sample_at(g, plane, 0, y - 1) : 0;
  deep->extra = *share < 0.0005f ? 0 : count_of((double)(*share < 0.999f ? *share : 0.999f) * 268435456.0);
  deep->shared = (1u << DEEP_BITS) - deep->extra - (uint32_t)(deep->reserved * deep->levels);
  mixture_set(&m, outputs, centre, scale, DEEP_NARROWEST);
  int t = deep_find(&m, deep, peek(&own->message, DEEP_BITS));
  pop(&own->message, m.start, m.frequency, DEEP_BITS);
  *sample_at(g, plane, x, y) = (uint16_t)t;
  lanes a = t <= 0 ? splat4(-40.0f) : standardize(&m, (float)deep_value(deep, t - 0.5));
  lanes b = t >= deep->levels - 1 ? splat4(40.0f) : standardize(&m, (float)deep_value(deep, t + 0.5));
  float reserved = (float)((uint32_t)deep->reserved + (t == deep->level ? deep->extra : 0));
  gradient(&m, a, b, (float)deep->shared, reserved, scale, gradients);
  *share += ((t == deep->level ? 1.0f : 0.0f) - *share) * *rate;
  *rate = *rate / (1.0f + *rate) > 0.005f ? *rate / (1.0f + *rate) : 0.005f;
  return (float)deep_value(deep, t);
}
