/* What learning and quick models do with a sample that is predicted: outputs, corrected; its level, by a
 * mixture alone or with counters of exact values; what is learnt of it. docs/FORMAT.md and
 * docs/arithmetic/photos.md, Corrections, and Mixing with exact values. */
#include "gaussian.h"
#include "planes.h"

/* Lines of counters: of a sample's first four decisions, then of its last four by what the first were. */
enum { LINES = 17, ASKED_AT_MOST = 30 };

struct counter { int16_t offset; uint16_t asked; }; /* `offset` of its chance from 1/2, in units of 2^-16 */

struct online {
  float (*columns)[OUTPUTS], levels[32][OUTPUTS], sides[256][OUTPUTS], textures[128][OUTPUTS];
  struct counter (*all)[16], (*of_value)[16], (*of_pair)[16]; /* lines */
  int log_lines;
  lanes weights[8];           /* of counters, by the number of the decision */
  int is_quick, is_mixed;     /* whether mixtures are rough; whether counters mix the row */
  double saving;              /* bits a row that they save in quick models, which tells whether they do */
  double bits[2], product[2]; /* of the row without and with them, and probabilities that are not in it yet */
};

void open_online(struct group *g, int plane, int inputs, int units1, int units2) {
  struct plane *base = &g->plane[plane];
  struct online *own = base->online = take(1, sizeof *own);
  open_learner(&base->network, g->coded->weights, plane, inputs, units1, units2);
  for (int j = 0; j < g->latents; j++)
    add_tensors(&base->network, g->coded->weights, plane, ".basis", base->network.parameters, j, g->latents,
                (float)gaussian_centre(g->bins[j], ORIGIN_BITS));
  own->columns = take((size_t)(g->width - 1) / 32 + 1, sizeof *own->columns);
  own->is_quick = units2 == 0;
  own->product[0] = own->product[1] = 1.0;
  if (plane == 0 || g->is_deep) return;
  own->log_lines = 6;
  while (own->log_lines < 14 && 1 << own->log_lines < 2 * (int64_t)g->width * g->height) own->log_lines++;
  own->all = take(LINES, sizeof *own->all);
  own->of_value = take(256 * LINES, sizeof *own->of_value);
  own->of_pair = take((size_t)1 << own->log_lines, sizeof *own->of_pair);
  for (int i = 0; i < 8; i++) own->weights[i] = lanes4(1.0f, 0.1f, 0.1f, 0.1f);
}

/* Adds to the bits of a row, without counters or with them, what their product holds. */
static void settle(struct online *own, int is_mixed) {
  own->bits[is_mixed] -= log64(own->product[is_mixed]) * 1.4426950408889634;
  own->product[is_mixed] = 1.0;
}

/* Quick models mix the first rows, every 128th, and those between while that saves bits. */
void open_online_row(struct group *g, int plane, int y) {
  struct online *own = g->plane[plane].online;
  if (own->is_quick && own->is_mixed) {
    settle(own, 0); settle(own, 1);
    own->saving += 0.1 * ((own->bits[0] - own->bits[1]) - own->saving);
  }
  own->bits[0] = own->bits[1] = 0.0;
  int pays = !own->is_quick || y < 8 || y % 128 == 0 || own->saving > 0.1 * g->width;
  own->is_mixed = plane > 0 && !g->is_deep && pays;
}

/* The first position of a level, 0 ... 511: levels go round behind the last one. */
static uint32_t cumulative_around(const struct mixture *m, int level) {
  uint32_t round = level > 255 ? MIXTURE_TOTAL : 0;
  return round + ((level & 255) == 0 ? 0 : quick_cumulative(m, level & 255));
}

static float chance_of(const struct counter *c) { return (float)c->offset * (1.0f / 65536) + 0.5f; }

/* The probability of a 1: mixes the log-odds of the mixture's positions with those of the counters. */
static float mix(const lanes *weights, struct counter *const counters[3], float first_odds, lanes *inputs) {
  lanes odds = splat4(first_odds), trust = splat4(1.0f);
  for (int k = 0; k < 3; k++) {
    float times = (float)counters[k]->asked, chance = chance_of(counters[k]);
    odds.at[k + 1] = chance / (1.0f - chance);
    trust.at[k + 1] = times / (times + 2.0f);
  }
  *inputs = mul4(log2_4(odds), trust);
  return 1.0f / (1.0f + exp1(clamp1(sum4(mul4(*weights, *inputs)), -13.0f, 13.0f) * -0.6931472f));
}

static void learn_counter(struct counter *counter, float answer) {
  float chance = chance_of(counter), next = chance + (answer - chance) / ((float)counter->asked + 1.5f);
  next = clamp1(next, 0.0009765625f, 1 - 0.0009765625f);
  counter->offset = (int16_t)integer_of((next - 0.5f) * 65536.0f);
  if (counter->asked < ASKED_AT_MOST) counter->asked++;
}

/* Pops a level, and tells its probability. */
static int pop_mixed_level(struct group *g, int plane, int x, struct mixture *m, double *probability) {
  struct online *own = g->plane[plane].online;
  struct message *message = &g->plane[plane].message;
  const float *row = g->plane[plane].samples[0] + x, *near = g->plane[plane - 1].samples[0] + x;
  int green = (int)g->plane[0].samples[0][x], beside = (int)near[0], before = (int)(row[-1] - near[-1]);
  int value = plane == 1 ? green : (beside - green) & 255;
  int pair = beside << 8 | (plane == 1 ? before & 255 : green);
  uint32_t target = peek(message, MIXTURE_BITS), start = 0, range = MIXTURE_TOTAL;
  int level = green ^ 128, is_mixed = 0, line = 0, at = 1;
  uint32_t below = cumulative_around(m, level), above = below + MIXTURE_TOTAL;
  *probability = 1.0;
  for (int bit = 0, half = 128; half > 0; bit++, half >>= 1) {
    uint32_t middle = cumulative_around(m, level + half), lower = middle - below, upper = above - middle;
    uint32_t hash = ((uint32_t)pair ^ (uint32_t)line << 16) * 0x9e3779b1u;
    struct counter *const counters[3] = {&own->all[line][at], &own->of_value[value * LINES + line][at],
                                         &own->of_pair[hash >> (32 - own->log_lines)][at]};
    float of_upper = (float)upper, of_lower = (float)lower, mixed = 0.0f;
    int is_open = of_upper < 100.0f * of_lower && of_lower < 100.0f * of_upper;
    double chance = 1.0;
    lanes inputs;
    if (is_open) mixed = mix(&own->weights[bit], counters, of_upper / of_lower, &inputs);
    if (is_open && !is_mixed) *probability = (double)range / MIXTURE_TOTAL;
    is_mixed |= is_open;
    if (is_mixed) {
      double share = is_open ? (double)mixed : (double)upper / (double)(above - below), part = range * share;
      double most = range - (uint32_t)half; /* each level keeps a position at least */
      part = part > half ? part : half;
      part = part < most ? part : most;
      chance = part / range;
      lower = range - count_of(part);
    }
    int is_upper = target - start >= lower;
    if (is_open) {
      float answer = (float)is_upper;
      own->weights[bit] = add4(own->weights[bit], mul4(inputs, splat4((answer - mixed) * 0.00104f)));
      for (int k = 0; k < 3; k++) learn_counter(counters[k], answer);
    }
    if (is_mixed) *probability *= is_upper ? chance : 1 - chance;
    if (is_upper) start += lower, range -= lower, below = middle, level += half;
    else range = lower, above = middle;
    at = 2 * at + is_upper;
    if (half == 16) line = at - 15, at = 1;
  }
  if (!is_mixed) *probability = (double)range / MIXTURE_TOTAL;
  pop(message, start, range, MIXTURE_BITS);
  return level & 255;
}

/* Pops a level of 256, and sets its gradient. */
static int pop_online_level(struct group *g, int plane, int x, const float *outputs, const struct seen *s,
                            float *gradients) {
  struct online *own = g->plane[plane].online;
  struct mixture mixture;
  double mixed = 1.0;
  int level;
  if (own->is_quick) rough_mixture_set(&mixture, outputs, s->centre, s->scale, s->inverse);
  else mixture_set(&mixture, outputs, s->centre, s->scale, NARROWEST);
  if (own->is_mixed) level = pop_mixed_level(g, plane, x, &mixture, &mixed);
  else level = pop_level(&g->plane[plane].message, &mixture);
  if (own->is_mixed && own->is_quick) mixture_interval(&mixture, level);
  double plain = (double)mixture_gradient(&mixture, level, s->scale, gradients) / MIXTURE_TOTAL;
  for (int k = 0; k < 2 && own->is_mixed && own->is_quick; k++) {
    own->product[k] *= k == 0 ? plain : mixed;
    if (own->product[k] < 1e-200) settle(own, k);
  }
  return level;
}

float decode_online(struct group *g, int plane, int x, int y, const struct seen *s) {
  struct plane *base = &g->plane[plane];
  struct online *own = base->online;
  const float *row0 = base->samples[0] + x, *row1 = base->samples[1] + x;
  float outputs[OUTPUTS], offsets[OUTPUTS], value, *gradients = next_gradients(&base->network);
  static const float scales[7] = {0.7f, 1.2f, 2.0f, 3.5f, 6.0f, 10.0f, 17.0f};
  int texture = (row0[-1] > s->centre) + 2 * (row1[0] > s->centre);
  texture += 4 * (row1[-1] > s->centre) + 8 * (row1[1] > s->centre);
  for (int k = 0; k < 7; k++) texture += 16 * (s->scale > scales[k]);
  float *const found[4] = {own->columns[x / 32], own->levels[(integer_of(s->centre) >> 3) & 31],
                           own->sides[((integer_of(row0[-1]) >> 4 << 4) | integer_of(row1[0]) >> 4) & 255],
                           own->textures[texture]};
  for (int i = 0; i < OUTPUTS; i++) offsets[i] = (found[0][i] + found[1][i]) + (found[2][i] + found[3][i]);
  if (own->is_quick) skip_forward(&base->network, outputs, offsets);
  else deep_forward(&base->network, outputs, offsets);
  if (g->is_deep) value = decode_deep_sample(g, plane, x, y, outputs, s->centre, s->scale, gradients);
  else {
    *sample_at(g, plane, x, y) = (uint16_t)pop_online_level(g, plane, x, outputs, s, gradients);
    value = (float)*sample_at(g, plane, x, y);
  }
  learn(&base->network);
  for (int i = 0; i < OUTPUTS; i++) {
    float rate = i < 8 ? 1.0f : 20.0f, step = gradients[i] * (0.03f * rate);
    found[0][i] = found[0][i] * 0.998f - gradients[i] * (0.15f * rate);
    for (int k = 1; k < 4; k++) found[k][i] -= step;
  }
  keep_sample(base, x, value, s);
  return value;
}
