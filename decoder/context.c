/* Centre, scale and features: docs/FORMAT.md, samples of photo-static, and step 3 of the learning models. */
#include "planes.h"

lanes recent_errors(const struct rows_of *r, int x) {
  const lanes *p0 = r->predictors[0] + x, *p1 = r->predictors[1] + x, *p2 = r->predictors[2] + x;
  lanes near = add4(abs4(p0[-1]), abs4(p1[0])), diagonal = add4(abs4(p1[-1]), abs4(p1[1]));
  lanes far = add4(abs4(p0[-2]), abs4(p2[0]));
  return mul4(add4(add4(add4(near, near), diagonal), far), splat4(0.125f));
}

float recent_error(float *const rows[3], int x) {
  const float *row0 = rows[0] + x, *row1 = rows[1] + x;
  float near = (fabsf(row0[-1]) + fabsf(row1[0])) * 2.0f;
  return (near + fabsf(row1[-1]) + fabsf(row1[1]) + fabsf(row0[-2]) + fabsf(rows[2][x])) * 0.125f;
}

/* 1 / (recent + 0.1)^3. */
static float weight_of(float recent) {
  float t = recent + 0.1f;
  return 1.0f / ((t * t) * t);
}

void see_centre(struct seen *s, int has_fifth) {
  lanes weights;
  for (int k = 0; k < 4; k++) weights.at[k] = weight_of(s->recent.at[k]);
  float sum = sum4(mul4(weights, s->predictions)), total = sum4(weights);
  float weight = has_fifth ? weight_of(s->fifth_recent) : 0.0f;
  s->centre = has_fifth ? (sum + weight * s->fifth) / (total + weight) : sum / total;
}

/* Sum of |error| over the columns x - 6 to x + 5. */
static float window_errors(const float *row) {
  return sum4(add4(add4(abs4(load4(row - 6)), abs4(load4(row - 2))), abs4(load4(row + 2))));
}

void see_scale(const struct plane *own, int x, struct seen *s) {
  float above = window_errors(own->rows.errors[1] + x), higher = window_errors(own->rows.errors[2] + x);
  s->wide = (above + 0.7f * higher + own->decayed) * (float)(1.0 / 27.0);
  s->scale = 0.2f + 0.75f * recent_error(own->rows.errors, x) + 0.25f * s->wide;
  s->inverse = 1.0f / s->scale;
  own->rows.scales[x] = s->scale;
}

/* log2((|e| + 0.2) / scale). */
static lanes log_errors(lanes errors, lanes inverse) {
  return log2_4(mul4(add4(abs4(errors), splat4(0.2f)), inverse));
}

/* (x - c) factor, within +-8. */
static void put_differences(float *out, const float *values, float c, lanes factor) {
  store4(out, clamp8(mul4(sub4(load4(values), splat4(c)), factor)));
}

static float *own_features(float *out, const struct rows_of *r, int x, const struct seen *s) {
  const float *s0 = r->samples[0] + x, *s1 = r->samples[1] + x;
  float centre = s->centre, inverse = s->inverse;
  lanes is = splat4(inverse), half = splat4(inverse * 0.5f);
  lanes errors0 = load4(r->errors[0] + x - 4), errors1 = load4(r->errors[1] + x - 1);
  lanes deviations = sub4(s->predictions, splat4(centre));
  put_differences(out, s0 - 4, centre, half);
  put_differences(out + 4, s1 - 3, centre, half);
  put_differences(out + 8, s1 + 1, centre, half);
  put_differences(out + 12, r->samples[2] + x - 1, centre, half);
  store4(out + 16, clamp8(mul4(deviations, is)));
  store4(out + 20, log2_4(mul4(add4(s->recent, splat4(0.2f)), is)));
  store4(out + 24, clamp8(mul4(errors0, is)));
  store4(out + 28, clamp8(mul4(errors1, is)));
  store4(out + 32, log_errors(errors0, is));
  store4(out + 36, log_errors(errors1, is));
  float w = s0[-1], n = s1[0], nw = s1[-1];
  float texture = fabsf(w - nw) + fabsf(n - nw) + fabsf(n - s1[1]) + fabsf(w - s0[-2]);
  float spread = largest4(abs4(deviations));
  lanes logs = log2_4(lanes4(s->scale, (s->wide + 0.2f) * inverse, (texture + 0.5f) * inverse * 0.5f,
                             (spread + 0.1f) * inverse));
  store4(out + 40, mul4(logs, lanes4(0.5f, 1.0f, 1.0f, 1.0f)));
  out[44] = (centre - 128.0f) * 0.015625f;
  out[45] = max1(0.0f, 1.0f - centre * 0.03125f);
  out[46] = max1(0.0f, (centre - 223.0f) * 0.03125f);
  out[47] = centre - ((centre + ROUND) - ROUND);
  return out + OWN_FEATURES;
}

static float *later_features(float *out, const struct rows_of *other, int x, const struct seen *s) {
  lanes is = splat4(s->inverse), errors = load4(other->errors[1] + x - 2);
  store4(out, clamp8(mul4(errors, is)));
  store4(out + 4, log_errors(errors, is));
  return out + LATER_FEATURES;
}

static float *coded_features(float *out, const struct rows_of *own, const struct rows_of *other, int x,
                             const struct seen *s) {
  lanes is = splat4(s->inverse), half = splat4(s->inverse * 0.5f);
  const float *s0 = own->samples[0] + x, *s1 = own->samples[1] + x;
  const float *q0 = other->samples[0] + x, *q1 = other->samples[1] + x;
  lanes errors0 = load4(other->errors[0] + x - 2), errors1 = load4(other->errors[1] + x - 1);
  lanes shift = splat4(q0[0] - s->centre);
  store4(out, clamp8(mul4(errors0, is)));
  store4(out + 4, clamp8(mul4(errors1, is)));
  store4(out + 8, log_errors(errors0, is));
  store4(out + 12, clamp8(mul4(add4(sub4(load4(s0 - 4), load4(q0 - 4)), shift), half)));
  store4(out + 16, clamp8(mul4(add4(sub4(load4(s1 - 2), load4(q1 - 2)), shift), half)));
  float energy = sum4(add4(abs4(errors0), abs4(errors1))) * 0.125f;
  lanes logs = log2_4(lanes4(other->scales[x] * s->inverse, (energy + 0.2f) * s->inverse, 1.0f, 1.0f));
  lanes slopes = lanes4(0.0f, 0.0f, q0[0] - local_mean(q0, q1), q0[1] - q0[0]);
  store4(out + 20, add4(logs, clamp8(mul4(slopes, half))));
  return out + CODED_FEATURES;
}

float *set_features(const struct group *g, int plane, int x, const struct seen *s, float *out) {
  const struct rows_of *own = &g->plane[plane].rows;
  out = own_features(out, own, x, s);
  for (int k = 0; k < 2 && g->planes > 1; k++) {
    int other = k == 0 ? near_plane(plane) : far_plane(plane);
    const struct rows_of *r = &g->plane[other].rows;
    out = other < plane ? coded_features(out, own, r, x, s) : later_features(out, r, x, s);
  }
  return out;
}

void keep_sample(struct plane *own, int x, float value, const struct seen *s) {
  float error = value - s->centre;
  own->rows.samples[0][x] = value;
  own->rows.errors[0][x] = error;
  own->rows.predictors[0][x] = sub4(splat4(value), s->predictions);
  own->decayed = own->decayed * 0.85f + fabsf(error);
}
