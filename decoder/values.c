/* A mixture, mixed with what counters have seen of exact values: docs/FORMAT.md, mixing with exact values. */
#include "planes.h"

/* Lines of counters: of a sample's first four decisions, then of its last four by what the first were. */
enum { LINES = 17, ASKED_AT_MOST = 30 };

void open_values(struct value_mixer *v, int width, int height) {
  uint64_t samples = (uint64_t)width * (uint64_t)height;
  v->log_lines = 6;
  while (v->log_lines < 14 && (uint64_t)1 << v->log_lines < 2 * samples) v->log_lines++;
  v->all = take(LINES, sizeof *v->all);
  v->of_value = take(256 * LINES, sizeof *v->of_value);
  v->of_pair = take((size_t)1 << v->log_lines, sizeof *v->of_pair);
  for (int i = 0; i < 8; i++) v->weights[i] = lanes4(1.0f, 0.1f, 0.1f, 0.1f);
}

void set_values(struct value_mixer *v, const struct group *g, int plane, int x) {
  const float *own = g->plane[plane].rows.samples[0] + x;
  const float *near = g->plane[near_plane(plane)].rows.samples[0] + x;
  int beside = (int)near[0], before = (int)(own[-1] - near[-1]);
  v->reference = plane == 1 ? beside : (int)g->plane[0].rows.samples[0][x];
  v->value = plane == 1 ? beside : (beside - v->reference) & 255;
  v->pair = beside << 8 | (plane == 1 ? before & 255 : v->reference);
}

static struct value_counter *line_of_pair(const struct value_mixer *v, int line) {
  uint32_t hash = ((uint32_t)v->pair ^ (uint32_t)line << 16) * 0x9e3779b1u;
  return v->of_pair[hash >> (32 - v->log_lines)];
}

/* The first position of a level, 0 ... 511: levels go round behind the last one. */
static uint32_t cumulative_around(const struct mixture *m, int level) {
  uint32_t round = level > 255 ? MIXTURE_TOTAL : 0;
  return round + ((level & 255) == 0 ? 0 : quick_cumulative(m, level & 255));
}

/* Positions of a range for the upper half of its levels, of which each keeps one at least. */
static double upper_part(uint32_t range, double chance, int half) {
  double part = range * chance, most = range - (uint32_t)half;
  part = part > half ? part : half;
  return part < most ? part : most;
}

static void learn_counter(struct value_counter *counter, float answer, float seen) {
  float next = seen + (answer - seen) / ((float)counter->asked + 1.5f);
  next = clamp1(next, 0.0009765625f, 1 - 0.0009765625f);
  counter->offset = (int16_t)integer_of((next - 0.5f) * 65536.0f);
  if (counter->asked < ASKED_AT_MOST) counter->asked++;
}

struct decision {
  struct value_counter *counters[3];
  lanes *weights, inputs, seen;
  float mixed; /* the probability of a 1 */
};

/* Mixes the log-odds of the mixture's positions with those of the counters. */
static void mix(struct decision *d, float upper, float lower) {
  lanes odds = splat4(upper / lower), trust = splat4(1.0f);
  for (int k = 0; k < 3; k++) {
    float times = (float)d->counters[k]->asked, seen = (float)d->counters[k]->offset * (1.0f / 65536) + 0.5f;
    d->seen.at[k + 1] = seen;
    odds.at[k + 1] = seen / (1.0f - seen);
    trust.at[k + 1] = times / (times + 2.0f);
  }
  d->inputs = mul4(log2_4(odds), trust);
  float log_odds = clamp1(sum4(mul4(*d->weights, d->inputs)), -13.0f, 13.0f);
  d->mixed = 1.0f / (1.0f + exp1(log_odds * -0.6931472f));
}

static void learn_decision(struct decision *d, float answer) {
  *d->weights = add4(*d->weights, mul4(d->inputs, splat4((answer - d->mixed) * 0.00104f)));
  for (int k = 0; k < 3; k++) learn_counter(d->counters[k], answer, d->seen.at[k + 1]);
}

int pop_mixed_level(struct value_mixer *v, struct message *message, struct mixture *m) {
  uint32_t target = peek(message, MIXTURE_BITS), start = 0, range = MIXTURE_TOTAL;
  int level = v->reference ^ 128, is_mixed = 0, at = 1;
  uint32_t below = cumulative_around(m, level), above = below + MIXTURE_TOTAL;
  struct value_counter *lines[3] = {v->all[0], v->of_value[v->value * LINES], line_of_pair(v, 0)};
  v->probability = 1.0;
  for (int bit = 0, half = 128; half > 0; bit++, half >>= 1) {
    uint32_t middle = cumulative_around(m, level + half), lower = middle - below, upper = above - middle;
    float of_upper = (float)upper, of_lower = (float)lower;
    struct decision d = {.weights = &v->weights[bit]};
    double chance = 1.0;
    int is_open = of_upper < 100.0f * of_lower && of_lower < 100.0f * of_upper;
    if (is_open) {
      for (int k = 0; k < 3; k++) d.counters[k] = &lines[k][at];
      mix(&d, of_upper, of_lower);
      if (!is_mixed) v->probability = (double)range / MIXTURE_TOTAL;
      is_mixed = 1;
    }
    if (is_mixed) {
      double share = is_open ? (double)d.mixed : (double)upper / (double)(above - below);
      double part = upper_part(range, share, half);
      chance = part / range;
      lower = range - count_of(part);
    }
    int is_upper = target - start >= lower;
    if (is_open) learn_decision(&d, is_upper ? 1.0f : 0.0f);
    if (is_mixed) v->probability *= is_upper ? chance : 1 - chance;
    if (is_upper) {
      start += lower;
      range -= lower;
      below = middle;
      level += half;
    } else {
      range = lower;
      above = middle;
    }
    at = 2 * at + is_upper;
    if (half == 16) {
      int line = at - 15;
      lines[0] = v->all[line];
      lines[1] = v->of_value[v->value * LINES + line];
      lines[2] = line_of_pair(v, line);
      at = 1;
    }
  }
  if (!is_mixed) v->probability = (double)range / MIXTURE_TOTAL;
  pop(message, start, range, MIXTURE_BITS);
  return level & 255;
}
