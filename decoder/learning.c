/* Learning photo models: docs/FORMAT.md, Learning photo models; docs/arithmetic/photos.md, Least squares, and
 * The predictor from similar contexts. */
#include <stdlib.h>

#include "planes.h"

/* Neighbours, as columns to the right and rows up: own ones, of planes before, of planes after. */
static const int8_t lists[3][24][2] = {
    {{-1, 0}, {0, 1}, {-1, 1}, {1, 1}, {-2, 0}, {0, 2}, {-1, 2}, {1, 2}, {-2, 1}, {2, 1}, {-2, 2}, {2, 2},
     {-3, 0}, {0, 3}, {-3, 1}, {3, 1}, {-1, 3}, {1, 3}, {-4, 0}, {3, 2}, {-3, 2}, {-2, 3}, {2, 3}, {3, 3}},
    {{0, 0}, {-1, 0}, {0, 1}, {-1, 1}, {1, 0}, {1, 1}, {2, 1}, {-2, 0}, {0, 2}, {-2, 1}},
    {{0, 1}, {1, 1}, {-1, 1}, {0, 2}, {2, 1}, {-2, 1}}};

/* Similar contexts: rows of the window, columns in the current one and in those above, LEFT of which to the
 * left; neighbours, behind which are, in rows of the system, the target and the sample's neighbour. */
enum { ROWS = 15, CURRENT = 16, COLUMNS = 28, LEFT = 14, WINDOW = CURRENT + (ROWS - 1) * COLUMNS };
enum { SIMILAR = 16, TARGET = SIMILAR, SAMPLE, SYSTEM_ROW = 20 };

/* A sample: its neighbours and itself less the local mean; its error, |error|, 1; how it is trusted. */
struct record { float values[SIMILAR + 4], trust; };

struct learning_plane {
  int counts[3], similar[2]; /* neighbours of each list; of similar contexts, own ones, of planes before */
  const float *neighbours[MOST_UNKNOWNS]; /* of column 0 of the row */
  float *blank;                           /* the rows above an image of planes after the own one: 128 */
  struct least_squares ls;
  struct record *records; /* a ring of rows, with room on both sides; NULL without similar contexts */
  float error, magnitude; /* means over the samples that the last prediction was fitted to */
};

/* One of the numbers of a text of the metadata, parted by spaces and commas. */
static float number_of(const struct weights *w, const char *key, int index) {
  const char *text = meta(w, key);
  double number = 0;
  for (int i = 0; text && i <= index; i++) {
    char *end;
    number = strtod(text, &end);
    text = end == text ? NULL : end + strspn(end, " ,");
  }
  if (!text) fail("the weights' file does not tell %s", key);
  return (float)number;
}

static void open(struct group *g) {
  const struct weights *w = g->coded->weights;
  struct learning_plane *own = g->state = take(3, sizeof *own);
  for (int p = 0; p < g->planes; p++, own++) {
    struct least_squares *ls = &own->ls;
    int *counts = own->counts, before = g->planes == 1 ? 0 : p, after = g->planes == 1 ? 0 : 2 - p;
    own->blank = take(g->stride, sizeof(float));
    for (size_t i = 0; i < g->stride; i++) own->blank[i] = 128.0f;
    for (int k = 0; k < 3; k++) counts[k] = (int)number_of(w, "neighbours", 3 * p + k);
    ls->n = counts[0] + before * counts[1] + after * counts[2];
    if (counts[0] > 24 || counts[1] > 10 || counts[2] > 6 || ls->n > MOST_UNKNOWNS)
      fail("the weights' file has too many neighbours");
    ls->bundle = (int)meta_number(w, "bundle", 2, 4);
    for (int k = 0; k < 4; k++) ls->lambda.at[k] = number_of(w, "forgetting", k);
    for (int k = 0; k < 4; k++) ls->ridge.at[k] = number_of(w, "ridge", k);
    ls->prior[0] = ls->prior[1] = 0.5f;
    for (int i = 0; i < p && counts[1] > 0; i++) ls->prior[counts[0] + i * counts[1]] = p == 1 ? 0.8f : 0.5f;
    open_least_squares(ls, g->width);
    int features = OWN_FEATURES + before * CODED_FEATURES + after * LATER_FEATURES;
    if (meta(w, "similar")) {
      for (int k = 0; k < 2; k++) own->similar[k] = (int)number_of(w, "similar", 2 * p + k);
      own->records = take(ROWS * (g->stride + 2 * (CURRENT - PAD)), sizeof *own->records);
      features += SIMILAR_FEATURES;
    }
    open_online(g, p, features, (int)number_of(w, "hidden", 0), (int)number_of(w, "hidden", 1));
  }
}

/* Step 2, the fifth prediction: from samples nearby whose neighbours look like those of the sample. */

struct kept { const struct record *record; float weight; }; /* a sample that the predictor is fitted to */

static struct record *record_at(const struct group *g, int plane, int x, int y) {
  struct learning_plane *own = (struct learning_plane *)g->state + plane;
  return own->records + (size_t)((y + ROWS) % ROWS) * (g->stride + 2 * (CURRENT - PAD)) + CURRENT + x;
}

/* Finds the samples that weigh more than 0.08 of the largest weight, the current row's first. */
static int keep(const struct group *g, int plane, int x, int y, float scale, struct kept *kept) {
  const float *v = record_at(g, plane, x, y)->values;
  float per_distance = 1.0f / (16.0f * scale * scale), largest = 0.0f;
  int count = 0;
  for (int row = 0, at = 0; row < ROWS; row++) {
    int left = row == 0 ? CURRENT : LEFT, columns = row == 0 ? CURRENT : COLUMNS;
    const struct record *record = record_at(g, plane, x - left, y - row);
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

/* The prediction of sample (x, y), whose neighbours v are in their record, less the local mean: elimination
 * with the targets and v as further columns gives the sum of target v / pivot. */
static float fifth_of(const struct group *g, int plane, int x, int y, float scale, const float *prior) {
  struct learning_plane *own = (struct learning_plane *)g->state + plane;
  struct kept kept[WINDOW];
  float system[SIMILAR][SYSTEM_ROW], trace = 0.0f, prediction = 0.0f;
  const float *v = record_at(g, plane, x, y)->values;
  int count = keep(g, plane, x, y, scale, kept);
  /* Sums of weighted products: four rows and four columns from (i, j) on, the last ones of the targets. */
  for (int i = 0; i < SIMILAR; i += 4)
    for (int j = i; j <= TARGET; j += 4) {
      lanes sums[4] = {{{0}}};
      for (int at = 0; at < count; at++) {
        const float *values = kept[at].record->values;
        lanes weighted = mul4(splat4(kept[at].weight), load4(values + j));
        for (int k = 0; k < 4; k++) sums[k] = add4(sums[k], mul4(splat4(values[i + k]), weighted));
      }
      for (int k = 0; k < 4; k++) store4(system[i + k] + j, sums[k]);
    }
  lanes means = splat4(0.0f);
  for (int at = 0; at < count; at++)
    means = add4(means, mul4(splat4(kept[at].weight), load4(kept[at].record->values + TARGET)));
  own->error = means.at[1] * (1.0f / (means.at[3] + 1e-9f));
  own->magnitude = means.at[2] * (1.0f / (means.at[3] + 1e-9f));
  for (int k = 0; k < SIMILAR; k++) trace += system[k][k];
  float ridge = 4.0f / (scale * sqrtf(scale)) + trace * (1e-5f / SIMILAR);
  for (int k = 0; k < SIMILAR; k++) {
    system[k][k] += ridge, system[k][TARGET] += ridge * prior[k];
    system[k][SAMPLE] = v[k];
  }
  for (int k = 0; k < SIMILAR; k++) {
    const float *pivot = system[k];
    float inverse = 1.0f / max1(pivot[k], 1e-6f);
    prediction += pivot[TARGET] * pivot[SAMPLE] * inverse;
    for (int i = k + 1; i < SIMILAR; i++) {
      lanes factor = splat4(pivot[i] * inverse);
      for (int c = i & ~3; c <= TARGET; c += 4)
        store4(system[i] + c, sub4(load4(system[i] + c), mul4(factor, load4(pivot + c))));
    }
  }
  return prediction;
}

/* The list that neighbours in a plane are of. */
static int list_of(int plane, int other) { return other == plane ? 0 : other < plane ? 1 : 2; }

/* Steps 1 to 3: the values of the neighbours, what is predicted from them, and features. */
static void predict_sample(struct group *g, int plane, int x, int y, float *values, float mean,
                           struct seen *s) {
  struct learning_plane *own = (struct learning_plane *)g->state + plane;
  const struct plane *base = &g->plane[plane];
  struct least_squares *ls = &own->ls;
  for (int k = 0, at = 0; k < g->planes; k++) {
    int other = by_nearness[plane][k], end = at + own->counts[list_of(plane, other)];
    const float *row0 = g->plane[other].samples[0] + x, *row1 = g->plane[other].samples[1] + x;
    float less = other > plane ? row1[0] * 0.5f + (row1[-1] + row1[1]) * 0.25f : local_mean(row0, row1);
    for (; at < end; at++) values[at] = own->neighbours[at][x] - less;
  }
  if (x % ls->bundle == 0) solve(ls->n, ls->system, ls->ridge, ls->prior, ls->weights);
  s->predictions = clamp_levels(add4(splat4(mean), predict(ls->n, ls->weights, values)));
  s->recent = recent_errors(base, x);
  see_scale(base, x, s);
  if (own->records) {
    float prior[SIMILAR], *v = record_at(g, plane, x, y)->values;
    for (int k = 0, at = 0; k <= plane; k++) { /* neighbours of each; the third predictor's weights */
      int from = k == 0 ? 0 : own->counts[0] + (k - 1) * own->counts[1];
      for (int i = from; i < from + own->similar[k > 0]; i++, at++) {
        v[at] = values[i];
        prior[at] = ls->weights[i].at[2];
      }
    }
    s->fifth = min1(255.0f, max1(0.0f, mean + fifth_of(g, plane, x, y, s->scale, prior)));
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
  struct learning_plane *own = (struct learning_plane *)g->state + plane;
  struct plane *base = &g->plane[plane];
  const float **to = own->neighbours;
  for (int k = 0; k < g->planes; k++) {
    int other = by_nearness[plane][k], list = list_of(plane, other);
    for (int i = 0; i < own->counts[list]; i++) {
      int column = lists[list][i][0], up = lists[list][i][1];
      *to++ = (list == 2 && y - up < g->top ? own->blank + PAD : g->plane[other].samples[up]) + column;
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
    struct record *record = record_at(g, plane, x, y);
    record->trust = trust;
    store4(record->values + TARGET, lanes4(value - mean, value - s.centre, fabsf(value - s.centre), 1.0f));
    base->fifths[0][x] = value - s.fifth;
  }
}

void decode_learning(struct coded *coded) { decode_groups(coded, open, decode_row, latents_of(coded)); }
