/* Learning photo models: docs/FORMAT.md, learning photo models. */
#include <stdio.h>
#include <stdlib.h>

#include "least_squares.h"
#include "planes.h"
#include "similar.h"

/* Neighbours, nearest first, as columns to the right and rows up. */
static const int8_t own_list[24][2] = {
    {-1, 0}, {0, 1}, {-1, 1}, {1, 1}, {-2, 0}, {0, 2}, {-1, 2}, {1, 2}, {-2, 1}, {2, 1}, {-2, 2}, {2, 2},
    {-3, 0}, {0, 3}, {-3, 1}, {3, 1}, {-1, 3}, {1, 3}, {-4, 0}, {3, 2}, {-3, 2}, {-2, 3}, {2, 3}, {3, 3}};
static const int8_t coded_list[10][2] = {
    {0, 0}, {-1, 0}, {0, 1}, {-1, 1}, {1, 0}, {1, 1}, {2, 1}, {-2, 0}, {0, 2}, {-2, 1}};
static const int8_t later_list[6][2] = {{0, 1}, {1, 1}, {-1, 1}, {0, 2}, {2, 1}, {-2, 1}};

struct learning_plane {
  int own, coded, later; /* neighbours: own ones, of each plane before, of each plane after */
  struct least_squares ls;
  struct similar similar; /* without records where there is none */
  const float *neighbours[MOST_NEIGHBOURS]; /* of column 0 of the row */
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
    if (end == text) text = NULL;
    else text = end + strspn(end, " ,");
    if (i >= first) out[i - first] = number;
  }
  if (!text) fail("the weights' file does not tell %s", key);
}

static void open_plane(struct group *g, int p) {
  const struct weights *w = g->coded->weights;
  struct learning *state = g->state;
  struct learning_plane *own = &state->plane[p];
  struct least_squares *ls = &own->ls;
  double numbers[8], hidden[2];
  numbers_of(w, "neighbours", 3 * p, 3, numbers);
  own->own = (int)numbers[0];
  own->coded = (int)numbers[1];
  own->later = (int)numbers[2];
  ls->n = g->planes == 1 ? own->own : own->own + p * own->coded + (2 - p) * own->later;
  if (own->own > 24 || own->coded > 10 || own->later > 6 || ls->n > MOST_NEIGHBOURS)
    fail("the weights' file has too many neighbours");
  ls->bundle = (int)meta_number(w, "bundle", 2, 4);
  numbers_of(w, "forgetting", 0, 4, numbers);
  numbers_of(w, "ridge", 0, 4, numbers + 4);
  for (int k = 0; k < 4; k++) {
    ls->lambda.at[k] = (float)numbers[k];
    ls->ridge.at[k] = (float)numbers[4 + k];
  }
  ls->prior[0] = ls->prior[1] = 0.5f;
  for (int other = 0; other < p && own->coded > 0; other++)
    ls->prior[own->own + other * own->coded] = p == 1 ? 0.8f : 0.5f;
  open_least_squares(ls, g->width);
  int features = OWN_FEATURES + (g->planes == 1 ? 0 : p * CODED_FEATURES + (2 - p) * LATER_FEATURES);
  if (meta(w, "similar")) {
    numbers_of(w, "similar", 2 * p, 2, numbers);
    open_similar(&own->similar, g->width, (int)numbers[0], (int)numbers[1]);
    features += SIMILAR_FEATURES;
  }
  numbers_of(w, "hidden", 0, 2, hidden);
  open_online(g, p, features, (int)hidden[0], (int)hidden[1]);
}

static void open(struct group *g) {
  struct learning *state = g->state = take(1, sizeof *state);
  state->blank = take(g->stride, sizeof(float));
  for (size_t i = 0; i < g->stride; i++) state->blank[i] = 128.0f;
  for (int p = 0; p < g->planes; p++) open_plane(g, p);
}

/* Notes where neighbours of column 0 of row y lie in a plane; returns what lies behind them. */
static const float **list_neighbours(const struct group *g, const float **to, const int8_t (*list)[2],
                                     int count, int plane, int y) {
  const struct learning *state = g->state;
  for (int i = 0; i < count; i++) {
    int row = y - list[i][1];
    const float *start = list == later_list && row < g->top ? state->blank + PAD
                                                            : ring_row(g, g->plane[plane].samples, row);
    *to++ = start + list[i][0];
  }
  return to;
}

/* The local mean that neighbours in another plane are less. */
static float other_mean(const struct rows_of *r, int is_coded, int x) {
  const float *row1 = r->samples[1] + x;
  return is_coded ? local_mean(r->samples[0] + x, row1) : row1[0] * 0.5f + (row1[-1] + row1[1]) * 0.25f;
}

/* The neighbours of the predictor from similar contexts, and the third predictor's weights of them. */
static void pick_neighbours(const struct learning_plane *own, int plane, const float *values, float *to,
                            float *prior) {
  for (int other = 0; other <= plane; other++) {
    int from = other == 0 ? 0 : own->own + (other - 1) * own->coded;
    int count = other == 0 ? own->similar.own : own->similar.coded;
    for (int i = from; i < from + count; i++) {
      *to++ = values[i];
      *prior++ = own->ls.weights[i].at[2];
    }
  }
}

/* The values of the neighbours, and what is predicted from them. */
static void predict_sample(const struct group *g, int plane, int x, int y, float *values, float mean,
                           struct seen *s) {
  struct learning_plane *own = &((struct learning *)g->state)->plane[plane];
  const struct plane *base = &g->plane[plane];
  int count = own->own, at = 0, has_similar = own->similar.records != NULL;
  for (int source = 0; source < (g->planes == 1 ? 1 : 3); source++) {
    int other = source == 1 ? near_plane(plane) : far_plane(plane), is_coded = other < plane;
    float less = source == 0 ? mean : other_mean(&g->plane[other].rows, is_coded, x);
    if (source > 0) count = is_coded ? own->coded : own->later;
    for (int i = 0; i < count; i++, at++) values[at] = own->neighbours[at][x] - less;
  }
  if (x % own->ls.bundle == 0) fit(&own->ls);
  s->predictions = clamp_levels(add4(splat4(mean), predict(own->ls.n, own->ls.weights, values)));
  s->recent = recent_errors(&base->rows, x);
  see_scale(base, x, s);
  if (has_similar) {
    float prior[SIMILAR_NEIGHBOURS];
    pick_neighbours(own, plane, values, similar_record(&own->similar, x, y)->neighbours, prior);
    s->fifth = mean + predict_similar(&own->similar, x, y, s->scale, prior);
    s->fifth = min1(255.0f, max1(0.0f, s->fifth));
    s->fifth_recent = recent_error(base->rows.fifths, x);
  }
  see_centre(s, has_similar);
}

static void similar_features(const struct similar *similar, const struct seen *s, float *out) {
  out[0] = log2_1((s->fifth_recent + 0.2f) * s->inverse);
  out[1] = log2_1((similar->magnitude + 0.2f) * s->inverse);
  out[2] = clamp1((s->fifth - s->centre) * s->inverse, -8.0f, 8.0f);
  out[3] = clamp1(similar->error * 2.0f * s->inverse, -8.0f, 8.0f);
}

/* What the predictors learn from a sample. */
static void learn_sample(struct learning_plane *own, struct plane *base, int x, int y, int is_last,
                         float value, float mean, const struct seen *s) {
  float trust = 1.0f / (s->scale * sqrtf(s->scale));
  own->ls.values[x % own->ls.bundle][own->ls.n] = value - mean;
  add_sample(&own->ls, x, trust, is_last);
  if (!own->similar.records) return;
  struct record *record = similar_record(&own->similar, x, y);
  record->target = value - mean;
  record->error = value - s->centre;
  record->magnitude = fabsf(record->error);
  record->one = 1.0f;
  record->trust = trust;
  base->rows.fifths[0][x] = value - s->fifth;
}

static void decode_row(struct group *g, int plane, int y) {
  struct learning_plane *own = &((struct learning *)g->state)->plane[plane];
  struct plane *base = &g->plane[plane];
  const float **to = list_neighbours(g, own->neighbours, own_list, own->own, plane, y);
  for (int k = 0; k < 2 && g->planes > 1; k++) {
    int other = k == 0 ? near_plane(plane) : far_plane(plane);
    if (other < plane) to = list_neighbours(g, to, coded_list, own->coded, other, y);
    else to = list_neighbours(g, to, later_list, own->later, other, y);
  }
  open_online_row(g, plane, y);
  start_row(&own->ls);
  for (int x = 0; x < g->width; x++) {
    struct seen s;
    if (y == g->top) fill_above(g, plane, x, y);
    float mean = local_mean(base->rows.samples[0] + x, base->rows.samples[1] + x);
    predict_sample(g, plane, x, y, own->ls.values[x % own->ls.bundle], mean, &s);
    float *behind = set_features(g, plane, x, &s, next_inputs(&g->online[plane].network));
    if (own->similar.records) similar_features(&own->similar, &s, behind);
    float value = decode_online(g, plane, x, y, &s);
    learn_sample(own, base, x, y, x == g->width - 1, value, mean, &s);
  }
}

void decode_learning(struct coded *coded) {
  static const struct photo_family family = {open, decode_row};
  decode_groups(coded, &family, latents_of(coded));
}
