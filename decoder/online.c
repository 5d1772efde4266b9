/* What learning and quick models do with a sample that is predicted: outputs, corrected; its level; what is
 * learnt of it. docs/FORMAT.md, corrections, and the steps of both families. */
#include "gaussian.h"
#include "planes.h"

/* How large errors are nearby, and which of W, N, NW, NE are above the centre. */
static int texture_of(const struct rows_of *r, int x, float centre, float scale) {
  static const float scales[7] = {0.7f, 1.2f, 2.0f, 3.5f, 6.0f, 10.0f, 17.0f};
  const float *row0 = r->samples[0] + x, *row1 = r->samples[1] + x;
  int texture = (row0[-1] > centre) + 2 * (row1[0] > centre);
  texture += 4 * (row1[-1] > centre) + 8 * (row1[1] > centre);
  for (int k = 0; k < 7; k++) texture += 16 * (scale > scales[k]);
  return texture;
}

/* Finds the corrections of sample x, and their sum. */
static void correct(struct corrections *c, const struct rows_of *r, int x, float centre, float scale) {
  int w = integer_of(r->samples[0][x - 1]), n = integer_of(r->samples[1][x]);
  c->found[0] = c->columns[x / 32];
  c->found[1] = c->levels[(integer_of(centre) >> 3) & 31];
  c->found[2] = c->sides[((w >> 4 << 4) | n >> 4) & 255];
  c->found[3] = c->textures[texture_of(r, x, centre, scale)];
  for (int i = 0; i < OUTPUTS; i++)
    c->sum[i] = (c->found[0][i] + c->found[1][i]) + (c->found[2][i] + c->found[3][i]);
}

static void learn_corrections(struct corrections *c, const float *gradients) {
  for (int i = 0; i < OUTPUTS; i++) {
    float rate = i < 8 ? 1.0f : 20.0f, step = gradients[i] * (0.03f * rate);
    c->found[0][i] = c->found[0][i] * 0.998f - gradients[i] * (0.15f * rate);
    for (int k = 1; k < 4; k++) c->found[k][i] -= step;
  }
}

static void clear_length(struct code_length *length) {
  length->product = 1.0;
  length->bits = 0.0;
}

static double bits_of_length(struct code_length *length) {
  length->bits -= log64(length->product) * 1.4426950408889634;
  length->product = 1.0;
  return length->bits;
}

static void add_probability(struct code_length *length, double probability) {
  length->product *= probability;
  if (length->product < 1e-200) bits_of_length(length);
}

void open_online(struct group *g, int plane, int inputs, int units1, int units2) {
  if (!g->online) g->online = take((size_t)g->planes, sizeof *g->online);
  struct online *own = &g->online[plane];
  open_learner(&own->network, g->coded->weights, plane, inputs, units1, units2);
  move_to_origin(g, &own->network, plane);
  own->corrections.columns = take((size_t)(g->width - 1) / 32 + 1, sizeof *own->corrections.columns);
  if (plane > 0 && !g->is_deep) open_values(&own->values, g->width, g->height);
  own->is_quick = units2 == 0;
}

/* Quick models mix the first rows, every 128th, and those between while that saves bits. */
void open_online_row(struct group *g, int plane, int y) {
  struct online *own = &g->online[plane];
  if (own->is_quick && own->is_mixed) {
    double plain = bits_of_length(&own->plain), mixed = bits_of_length(&own->mixed);
    own->saving += 0.1 * ((plain - mixed) - own->saving);
  }
  clear_length(&own->plain);
  clear_length(&own->mixed);
  int pays = !own->is_quick || y < 8 || y % 128 == 0 || own->saving > 0.1 * g->width;
  own->is_mixed = plane > 0 && !g->is_deep && pays;
}

/* Pops a level of 256, and sets its gradient. */
static int decode_level(struct group *g, int plane, int x, const float *outputs, const struct seen *s,
                        float *gradients) {
  struct online *own = &g->online[plane];
  struct message *message = &g->plane[plane].message;
  struct mixture mixture;
  int level;
  if (own->is_quick) rough_mixture_set(&mixture, outputs, s->centre, s->scale, s->inverse);
  else mixture_set(&mixture, outputs, s->centre, s->scale, NARROWEST);
  if (own->is_mixed) {
    set_values(&own->values, g, plane, x);
    level = pop_mixed_level(&own->values, message, &mixture);
    if (own->is_quick) mixture_interval(&mixture, level);
  } else {
    level = pop_level(message, &mixture);
  }
  double plain = (double)mixture_gradient(&mixture, level, s->scale, gradients) / MIXTURE_TOTAL;
  if (own->is_quick && own->is_mixed) {
    add_probability(&own->plain, plain);
    add_probability(&own->mixed, own->values.probability);
  }
  return level;
}

float decode_online(struct group *g, int plane, int x, int y, const struct seen *s) {
  struct online *own = &g->online[plane];
  float outputs[OUTPUTS], value, *gradients = next_gradients(&own->network);
  correct(&own->corrections, &g->plane[plane].rows, x, s->centre, s->scale);
  if (own->is_quick) skip_forward(&own->network, outputs, own->corrections.sum);
  else deep_forward(&own->network, outputs, own->corrections.sum);
  if (g->is_deep) {
    value = decode_deep_sample(g, plane, x, y, outputs, s->centre, s->scale, gradients);
  } else {
    int level = decode_level(g, plane, x, outputs, s, gradients);
    *sample_at(g, plane, x, y) = (uint16_t)level;
    value = (float)level;
  }
  learn(&own->network);
  learn_corrections(&own->corrections, gradients);
  keep_sample(&g->plane[plane], x, value, s);
  return value;
}
