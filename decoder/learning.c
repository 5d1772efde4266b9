/* Learning photo models: docs/FORMAT.md, learning photo models; docs/arithmetic/photos.md, Least squares, and The
 * predictor from similar contexts. */
#include <stdio.h>
#include <stdlib.h>

#include "planes.h"

/* Neighbours, nearest first, as columns to the right and rows up: own ones, of planes before, of planes after. */
static const int8_t lists[3][24][2] = {
    {{-1, 0}, {0, 1}, {-1, 1}, {1, 1}, {-2, 0}, {0, 2}, {-1, 2}, {1, 2}, {-2, 1}, {2, 1}, {-2, 2}, {2, 2},
     {-3, 0}, {0, 3}, {-3, 1}, {3, 1}, {-1, 3}, {1, 3}, {-4, 0}, {3, 2}, {-3, 2}, {-2, 3}, {2, 3}, {3, 3}},
    {{0, 0}, {-1, 0}, {0, 1}, {-1, 1}, {1, 0}, {1, 1}, {2, 1}, {-2, 0}, {0, 2}, {-2, 1}},
    {{0, 1}, {1, 1}, {-1, 1}, {0, 2}, {2, 1}, {-2, 1}}};

/* Of similar contexts: neighbours; rows of the window with the current one, columns in it and in those above, of which
 * LEFT lie to the left; columns of the system, with the targets and the sample's neighbours behind the unknowns. */
enum { SIMILAR_NEIGHBOURS = 16, ROWS = 15, CURRENT = 16, COLUMNS = 28, LEFT = 14 };
enum { WINDOW = CURRENT + (ROWS - 1) * COLUMNS, TARGET = SIMILAR_NEIGHBOURS, SAMPLE, SYSTEM_ROW = 20 };

/* A sample: its neighbours and itself less the local mean; its error, |error|, 1; how it is trusted. */
struct record {
  float values[SIMILAR_NEIGHBOURS + 4], trust;
};

struct learning_plane {
  int counts[3];                            /* of the lists */
  const float *neighbours[MOST_UNKNOWNS]; /* of column 0 of the row */
  struct least_squares ls;
  int similar_own, similar_coded; /* neighbours of the own plane, and of each plane before it */
  size_t stride;
  struct record *records; /* a ring of rows, with room on both sides; NULL without similar contexts */
  float error, magnitude; /* means over the samples that the last prediction was fitted to */
};

struct learning {
  struct learning_plane plane[3];
  float *blank; /* the rows above an image of planes after the own one: 128 */
};

/* The numbers of a text of the metadata, parted by spaces and commas, from the first-th on. */
static void numbers_of(const struct weights *w, const char *key, int first, int count, double *out) {
  const char *text = meta(w, key);
  for (int i = 0; text && i < first + count; i++) {
    char *end;
    double number = strtod(text, &end);
    text = end == text ? NULL : end + strspn(end, " ,");
    if (i >= first) out[i - first] = number;
  }
  if (!text) fail("the weights' file does not tell %s", key);
}

static void open(struct group *g) {
  const struct weights *w = g->coded->weights;
  struct learning *state = g->state = take(1, sizeof *state);
  double counts[3], lambda[4], ridge[4], hidden[2], similar[2];
  state->blank = take(g->stride, sizeof(float));
  for (size_t i = 0; i < g->stride; i++) state->blank[i] = 128.0f;
  for (int p = 0; p < g->planes; p++) {
    struct learning_plane *own = &state->plane[p];
    struct least_squares *ls = &own->ls;
    int before = g->planes == 1 ? 0 : p, after = g->planes == 1 ? 0 : 2 - p;
    numbers_of(w, "neighbours", 3 * p, 3, counts);
    for (int k = 0; k < 3; k++) own->counts[k] = (int)counts[k];
    ls->n = own->counts[0] + before * own->counts[1] + after * own->counts[2];
    if (own->counts[0] > 24 || own->counts[1] > 10 || own->counts[2] > 6 || ls->n > MOST_UNKNOWNS)
      fail("the weights' file has too many neighbours");
    ls->bundle = (int)meta_number(w, "bundle", 2, 4);
    numbers_of(w, "forgetting", 0, 4, lambda);
    numbers_of(w, "ridge", 0, 4, ridge);
    for (int k = 0; k < 4; k++) {
      ls->lambda.at[k] = (float)lambda[k];
      ls->ridge.at[k] = (float)ridge[k];
    }
    ls->prior[0] = ls->prior[1] = 0.5f;
    for (int other = 0; other < p && own->counts[1] > 0; other++)
      ls->prior[own->counts[0] + other * own->counts[1]] = p == 1 ? 0.8f : 0.5f;
    open_least_squares(ls, g->width);
    int features = OWN_FEATURES + before * CODED_FEATURES + after * LATER_FEATURES;
    if (meta(w, "similar")) {
      numbers_of(w, "similar", 2 * p, 2, similar);
      own->similar_own = (int)similar[0];
      own->similar_coded = (int)similar[1];
      own->stride = (size_t)g->width + 2 * CURRENT;
      own->records = take(ROWS * own->stride, sizeof *own->records);
      features += SIMILAR_FEATURES;
    }
    numbers_of(w, "hidden", 0, 2, hidden);
    open_online(g, p, features, (int)hidden[0], (int)hidden[1]);
  }
}

/* Step 2, the fifth prediction: from samples nearby whose neighbours look like those of the sample to come. */

/* A sample that the predictor is fitted to. */
struct kept {
  const struct record *record;
  float weight;
};

static struct record *record_at(const struct learning_plane *own, int x, int y) {
  return own->records + (size_t)((y + ROWS) % ROWS) * own->stride + CURRENT + x;
}

/* Finds the samples that weigh more than 0.08 of the largest weight, the current row's first. */
static int keep(const struct learning_plane *own, int x, int y, float scale, struct kept *kept) {
  const float *v = record_at(own, x, y)->values;
  float per_distance = 1.0f / (16.0f * scale * scale), largest = 0.0f;
  int count = 0;
  for (int row = 0, at = 0; row < ROWS; row++) {
    int left = row == 0 ? CURRENT : LEFT, columns = row == 0 ? CURRENT : COLUMNS;
    const struct record *record = record_at(own, x - left, y - row);
    for (int column = -left; column < columns - left; column++, at++, record++) {
      lanes squares[4];
      for (int k = 0; k < 4; k++) {
        squares[k] = sub4(load4(record->values + 4 * k), load4(v + 4 * k));
        squares[k] = mul4(squares[k], squares[k]);
      }
      float distance = sum4(add4(add4(squares[0], squares[1]), add4(squares[2], squares[3])));
      float nearness = 1.0f / (1.0f + 0.01f * (float)(row * row + column * column));
      kept[at] = (struct kept){record, record->trust * nearness / (distance * per_distance + 0.5f)};
      largest = max1(largest, kept[at].weight);
    }
  }
  for (int at = 0; at < WINDOW; at++)
    if (kept[at].weight > 0.08f * largest) kept[count++] = kept[at];
  return count;
}

/* The prediction of sample (x, y), whose neighbours v are in their record, less the local mean: elimination with the
 * targets and v as further columns gives the sum of target v / pivot. */
static float predict_similar(struct learning_plane *own, int x, int y, float scale, const float *prior) {
  struct kept kept[WINDOW];
  float system[SIMILAR_NEIGHBOURS * SYSTEM_ROW], trace = 0.0f, prediction = 0.0f;
  const float *v = record_at(own, x, y)->values;
  int count = keep(own, x, y, scale, kept);
  /* Sums of weighted products: four rows and four columns from (i, j) on, the last ones of the targets. */
  for (int i = 0; i < SIMILAR_NEIGHBOURS; i += 4)
    for (int j = i; j <= TARGET; j += 4) {
      lanes sums[4] = {{{0}}};
      for (int at = 0; at < count; at++) {
        const float *values = kept[at].record->values;
        lanes weighted = mul4(splat4(kept[at].weight), load4(values + j));
        for (int k = 0; k < 4; k++) sums[k] = add4(sums[k], mul4(splat4(values[i + k]), weighted));
      }
      for (int k = 0; k < 4; k++) store4(system + (i + k) * SYSTEM_ROW + j, sums[k]);
    }
  lanes means = splat4(0.0f);
  for (int at = 0; at < count; at++)
    means = add4(means, mul4(splat4(kept[at].weight), load4(kept[at].record->values + TARGET)));
  own->error = means.at[1] * (1.0f / (means.at[3] + 1e-9f));
  own->magnitude = means.at[2] * (1.0f / (means.at[3] + 1e-9f));
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) trace += system[k * SYSTEM_ROW + k];
  float ridge = 4.0f / (scale * sqrtf(scale)) + trace * (1e-5f / SIMILAR_NEIGHBOURS);
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) {
    float *row = system + k * SYSTEM_ROW;
    row[k] += ridge;
    row[TARGET] += ridge * prior[k];
    row[SAMPLE] = v[k];
  }
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) {
    const float *pivot = system + k * SYSTEM_ROW;
    float inverse = 1.0f / max1(pivot[k], 1e-6f);
    prediction += pivot[TARGET] * pivot[SAMPLE] * inverse;
    for (int i = k + 1; i < SIMILAR_NEIGHBOURS; i++) {
      float *row = system + i * SYSTEM_ROW;
      lanes factor = splat4(pivot[i] * inverse);
      for (int c = i & ~3; c <= TARGET; c += 4) store4(row + c, sub4(load4(row + c), mul4(factor, load4(pivot + c))));
    }
  }
  return prediction;
}

/* The neighbours of the predictor from similar contexts, and the third predictor's weights of them. */
static void pick_neighbours(const struct learning_plane *own, int plane, const float *values, float *to,
                            float *prior) {
  for (int other = 0; other <= plane; other++) {
    int from = other == 0 ? 0 : own->counts[0] + (other - 1) * own->counts[1];
    for (int i = from; i < from + (other == 0 ? own->similar_own : own->similar_coded); i++) {
      *to++ = values[i];
      *prior++ = own->ls.weights[i].at[2];
    }
  }
}

/* Steps 1 to 3: the values of the neighbours, what is predicted from them, and features. */
static void predict_sample(struct group *g, int plane, int x, int y, float *values, float mean,
                           struct seen *s) {
  struct learning_plane *own = &((struct learning *)g->state)->plane[plane];
  const struct plane *base = &g->plane[plane];
  struct least_squares *ls = &own->ls;
  for (int source = 0, at = 0; source < (g->planes == 1 ? 1 : 3); source++) {
    int other = source == 0 ? plane : source == 1 ? near_plane(plane) : far_plane(plane), end = at;
    const float *row0 = g->plane[other].samples[0] + x, *row1 = g->plane[other].samples[1] + x;
    float less = other > plane ? row1[0] * 0.5f + (row1[-1] + row1[1]) * 0.25f : local_mean(row0, row1);
    for (end += own->counts[source == 0 ? 0 : other < plane ? 1 : 2]; at < end; at++)
      values[at] = own->neighbours[at][x] - less;
  }
  if (x % ls->bundle == 0) solve(ls->n, ls->system, ls->ridge, ls->prior, ls->weights);
  s->predictions = clamp_levels(add4(splat4(mean), predict(ls->n, ls->weights, values)));
  s->recent = recent_errors(base, x);
  see_scale(base, x, s);
  if (own->records) {
    float prior[SIMILAR_NEIGHBOURS];
    pick_neighbours(own, plane, values, record_at(own, x, y)->values, prior);
    s->fifth = min1(255.0f, max1(0.0f, mean + predict_similar(own, x, y, s->scale, prior)));
    s->fifth_recent = recent_error(base->fifths, x);
  }
  see_centre(s, own->records != NULL);
  float *behind = set_features(g, plane, x, s, next_inputs(&g->plane[plane].network));
  if (!own->records) return;
  behind[0] = log2_1((s->fifth_recent + 0.2f) * s->inverse);
  behind[1] = log2_1((own->magnitude + 0.2f) * s->inverse);
  behind[2] = clamp1((s->fifth - s->centre) * s->inverse, -8.0f, 8.0f);
  behind[3] = clamp1(own->error * 2.0f * s->inverse, -8.0f, 8.0f);
}

static void decode_row(struct group *g, int plane, int y) {
  struct learning *state = g->state;
  struct learning_plane *own = &state->plane[plane];
  struct plane *base = &g->plane[plane];
  const float **to = own->neighbours;
  for (int source = 0; source < (g->planes == 1 ? 1 : 3); source++) {
    int other = source == 0 ? plane : source == 1 ? near_plane(plane) : far_plane(plane);
    int list = source == 0 ? 0 : other < plane ? 1 : 2;
    for (int i = 0; i < own->counts[list]; i++) {
      int column = lists[list][i][0], up = lists[list][i][1];
      *to++ = (list == 2 && y - up < g->top ? state->blank + PAD : g->plane[other].samples[up]) + column;
    }
  }
  open_online_row(g, plane, y);
  start_row(&own->ls);
  for (int x = 0; x < g->width; x++) {
    struct seen s;
    float *values = own->ls.values[x % own->ls.bundle];
    if (y == g->top) fill_above(base, x);
    float mean = local_mean(base->samples[0] + x, base->samples[1] + x);
    predict_sample(g, plane, x, y, values, mean, &s);
    float value = decode_online(g, plane, x, y, &s), trust = 1.0f / (s.scale * sqrtf(s.scale));
    values[own->ls.n] = value - mean;
    add_sample(&own->ls, x, trust, x == g->width - 1);
    if (!own->records) continue;
    struct record *record = record_at(own, x, y);
    record->trust = trust;
    store4(record->values + TARGET, lanes4(value - mean, value - s.centre, fabsf(value - s.centre), 1.0f));
    base->fifths[0][x] = value - s.fifth;
  }
}

void decode_learning(struct coded *coded) { decode_groups(coded, open, decode_row, latents_of(coded)); }
