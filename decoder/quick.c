/* Quick photo models: docs/FORMAT.md, Quick photo models, with steps 1 to 7 in their order;
 * docs/arithmetic/photos.md, Quick models. */
#include "planes.h"

/* Inputs of the network: of the own plane, of each plane already coded, of each still to come. */
enum { OWN = 32, CODED = 12, LATER = 8 };

static void open(struct group *g) {
  int units = (int)meta_number(g->coded->weights, "units", 8, 64);
  for (int p = 0; p < g->planes; p++)
    open_online(g, p, OWN + (g->planes == 1 ? 0 : p * CODED + (2 - p) * LATER), units + 4, 0);
}

/* 1. Predictions. */

static float median(float a, float b, float c) { return max1(min1(a, b), min1(max1(a, b), a + (b - c))); }

static lanes predict_first(const float *row0, const float *row1) {
  float w = row0[-1], n = row1[0], nw = row1[-1], ne = row1[1];
  static const float of_n[4] = {0, 0.5f, 0.85f, -0.1f}, of_nw[4] = {0, -0.25f, -0.6f, -0.3f};
  static const float of_ne[4] = {0, 0.25f, 0.15f, 0.4f}, of_w[4] = {0, 0.5f, 0.6f, 1};
  lanes all;
  for (int k = 0; k < 4; k++) all.at[k] = ((n * of_n[k] + nw * of_nw[k]) + ne * of_ne[k]) + w * of_w[k];
  all.at[0] = median(w, n, nw);
  return clamp_levels(all);
}

/* What the four predictors see of other planes at a sample. */
static inline lanes reference(int plane, const float *near, const float *first) {
  return lanes4(*near, *near, *near * 0.0f, plane == 1 ? *near * 0.7f : *first);
}

static lanes predict_later(const struct group *g, int plane, int x) {
  const struct plane *own = &g->plane[plane], *near = own - 1;
  const float *row0 = own->samples[0] + x, *row1 = own->samples[1] + x;
  const float *q0 = near->samples[0] + x, *q1 = near->samples[1] + x;
  const float *f0 = g->plane[0].samples[0] + x, *f1 = g->plane[0].samples[1] + x;
  lanes n = sub4(splat4(row1[0]), reference(plane, q1, f1));
  lanes nw = sub4(splat4(row1[-1]), reference(plane, q1 - 1, f1 - 1));
  lanes ne = sub4(splat4(row1[1]), reference(plane, q1 + 1, f1 + 1));
  lanes w = sub4(splat4(row0[-1]), reference(plane, q0 - 1, f0 - 1)), change;
  for (int k = 0; k < 4; k++) {
    float mean = (n.at[k] + w.at[k]) * 0.375f + (nw.at[k] + ne.at[k]) * 0.125f;
    change.at[k] = k % 2 == 0 ? median(w.at[k], n.at[k], nw.at[k]) : mean;
  }
  return clamp_levels(add4(change, reference(plane, q0, f0)));
}

/* 2. The centre: the bits of a float, as an integer, are about its logarithm. */
static void quick_centre(const struct plane *own, int x, struct seen *s) {
  const lanes *p0 = own->predictors[0] + x, *p1 = own->predictors[1] + x;
  lanes above = add4(add4(add4(p1[-1], p1[1]), own->predictors[2][x]), p0[-2]);
  lanes twice = add4(p1[0], p0[-1]), weights;
  s->recent = mul4(add4(above, add4(twice, twice)), splat4(0.125f));
  for (int k = 0; k < 4; k++) weights.at[k] = float_of(0xfe000000u - 3 * bits_of(s->recent.at[k] + 0.1f));
  s->centre = sum4(mul4(weights, s->predictions)) * (1.0f / sum4(weights));
}

/* 3. The scale. */

static inline lanes window_of(const float *row) {
  return add4(add4(abs4(load4(row - 5)), abs4(load4(row - 1))), abs4(load4(row + 3)));
}

static void quick_scale(const struct plane *own, int x, struct seen *s) {
  const float *e0 = own->errors[0] + x, *e1 = own->errors[1] + x, *e2 = own->errors[2] + x;
  lanes window = add4(window_of(e1), mul4(window_of(e2), splat4(0.7f)));
  lanes near = mul4(abs4(load4(e1 - 1)), lanes4(1, 2, 1, 0));
  near = add4(near, mul4(abs4(load4(e2 - 1)), lanes4(0, 1, 0, 0)));
  float above = sum4(add4(mul4(near, splat4(0.09375f)), mul4(window, splat4((float)(0.25 / 27)))));
  float here = fabsf(e0[-1]) * 0.1875f + fabsf(e0[-2]) * 0.09375f;
  s->wide = (sum4(window) + own->decayed) * (float)(1.0 / 27.0);
  s->scale = above + (here + (own->decayed * (float)(0.25 / 27) + 0.2f));
  s->inverse = 1.0f / s->scale;
  own->scales[x] = s->scale;
}

/* 4. Features. */

static inline lanes scaled8(lanes a, lanes b, lanes factor) { return clamp8(mul4(sub4(a, b), factor)); }

static void quick_features(const struct group *g, int plane, int x, const struct seen *s, float *out) {
  const struct plane *own = &g->plane[plane];
  const float *s0 = own->samples[0] + x, *s1 = own->samples[1] + x;
  float centre = s->centre, inverse = s->inverse, half = inverse * 0.5f, w = s0[-1];
  lanes is = splat4(inverse), halves = splat4(half), c = splat4(centre);
  lanes above_left = load4(s1 - 2), above = load4(s1 - 1), deviations = sub4(s->predictions, c);
  lanes errors = load4(own->errors[1] + x - 1);
  errors.at[3] = own->errors[0][x - 1];
  store4(out, scaled8(load4(s0 - 4), c, halves));
  store4(out + 4, scaled8(above_left, c, halves));
  store4(out + 8, scaled8(load4(own->samples[2] + x - 1), c, halves));
  store4(out + 12, clamp8(mul4(deviations, is)));
  for (int k = 0; k < 4; k++) out[16 + k] = rough_log2((fabsf(s->recent.at[k]) + 0.2f) * inverse);
  store4(out + 20, clamp8(mul4(errors, is)));
  float texture = sum4(abs4(sub4(above, above_left))) + fabsf(w - s0[-2]) + fabsf(w - s1[-1]);
  out[24] = rough_log2(s->scale) * 0.5f;
  out[25] = rough_log2((s->wide + 0.2f) * inverse);
  out[26] = rough_log2((texture + 0.5f) * inverse * 0.25f);
  out[27] = centre - ((centre + ROUND) - ROUND);
  out[28] = max1(centre * 0.015625f + -2.0f, -8.0f);
  out[29] = max1(centre * -0.03125f + 1.0f, 0.0f);
  out[30] = max1(centre * 0.03125f + (float)(-223.0 / 32), 0.0f);
  out[31] = sum4(abs4(deviations)) * inverse * 0.25f;
  out += OWN;
  for (int k = 1; k < g->planes; k++) {
    int number = by_nearness[plane][k];
    const struct plane *other = &g->plane[number];
    const float *q0 = other->samples[0] + x, *q1 = other->samples[1] + x, *e1 = other->errors[1] + x;
    errors = load4(e1 - 1);
    if (number > plane) {
      store4(out, clamp8(mul4(errors, is)));
      store4(out + 4, scaled8(load4(q1 - 1), load4(q1 - 2), halves)); /* but the first one */
      out[4] = rough_log2((sum4(abs4(errors)) * 0.25f + 0.2f) * inverse);
      out += LATER;
      continue;
    }
    lanes errors0 = load4(other->errors[0] + x - 2), shown = errors0;
    float q = q0[0], energy = sum4(add4(abs4(errors0), abs4(errors))) * 0.125f;
    shown.at[0] = e1[0];
    store4(out, clamp8(mul4(shown, is)));
    out[4] = rough_log2((fabsf(errors0.at[2]) + 0.2f) * inverse);
    out[5] = rough_log2((energy + 0.2f) * inverse);
    out[6] = rough_log2(other->scales[x] * inverse);
    out[7] = clamp1((q - local_mean(q0, q1)) * half, -8.0f, 8.0f);
    float along = s0[-1] + q - q0[-1] - centre, down = s1[0] + q - q1[0] - centre;
    store4(out + 8, clamp8(mul4(lanes4(along, down, q0[1] - q, e1[1]), halves)));
    out += CODED;
  }
}

static void decode_row(struct group *g, int plane, int y) {
  struct plane *own = &g->plane[plane];
  open_online_row(g, plane, y);
  for (int x = 0; x < g->width; x++) {
    struct seen s;
    if (y == g->top) fill_above(own, x);
    if (plane == 0) s.predictions = predict_first(own->samples[0] + x, own->samples[1] + x);
    else s.predictions = predict_later(g, plane, x);
    quick_centre(own, x, &s);
    quick_scale(own, x, &s);
    quick_features(g, plane, x, &s, next_inputs(&own->network));
    decode_online(g, plane, x, y, &s); /* steps 5 to 7 */
    own->predictors[0][x] = abs4(own->predictors[0][x]);
  }
}

void decode_quick(struct coded *coded) { decode_groups(coded, open, decode_row, latents_of(coded)); }
