/* Centre, scale and features: docs/FORMAT.md, samples of photo-static, and step 3 of the learning models;
 * docs/arithmetic/photos.md, Context. */
#include "planes.h"

lanes recent_errors(const struct plane *own, int x) {
  const lanes *p0 = own->predictors[0] + x, *p1 = own->predictors[1] + x, *p2 = own->predictors[2] + x;
  lanes near = add4(abs4(p0[-1]), abs4(p1[0])), diagonal = add4(abs4(p1[-1]), abs4(p1[1]));
  lanes far = add4(abs4(p0[-2]), abs4(p2[0]));
  return mul4(add4(add4(add4(near, near), diagonal), far), splat4(0.125f));
}

float recent_error(float *const rows[3], int x) {
  const float *row0 = rows[0] + x, *row1 = rows[1] + x;
  float near = (fabsf(row0[-1]) + fabsf(row1[0])) * 2.0f;
  return (near + fabsf(row1[-1]) + fabsf(row1[1]) + fabsf(row0[-2]) + fabsf(rows[2][x])) * 0.125f;
}

void see_centre(struct seen *s, int has_fifth) {
  lanes t = add4(s->recent, splat4(0.1f)), weights = mul4(mul4(t, t), t);
  for (int k = 0; k < 4; k++) weights.at[k] = 1.0f / weights.at[k];
  float sum = sum4(mul4(weights, s->predictions)), total = sum4(weights);
  float t5 = has_fifth ? s->fifth_recent + 0.1f : 1.0f, weight = 1.0f / ((t5 * t5) * t5);
  s->centre = has_fifth ? (sum + weight * s->fifth) / (total + weight) : sum / total;
}

/* Sum of |error| over the columns x - 6 to x + 5. */
static float window_errors(const float *row) {
  return sum4(add4(add4(abs4(load4(row - 6)), abs4(load4(row - 2))), abs4(load4(row + 2))));
}

void see_scale(const struct plane *own, int x, struct seen *s) {
  float above = window_errors(own->errors[1] + x), higher = window_errors(own->errors[2] + x);
  s->wide = (above + 0.7f * higher + own->decayed) * (float)(1.0 / 27.0);
  s->scale = 0.2f + 0.75f * recent_error(own->errors, x) + 0.25f * s->wide;
  s->inverse = 1.0f / s->scale;
  own->scales[x] = s->scale;
}

/* Each puts four features: x factor within +-8; log2((|e| + 0.2) / scale). */
static inline float *put_clamped(float *out, lanes x, lanes factor) {
  store4(out, clamp8(mul4(x, factor)));
  return out + 4;
}

static inline float *put_logs(float *out, lanes errors, lanes inverse) {
  store4(out, log2_4(mul4(add4(abs4(errors), splat4(0.2f)), inverse)));
  return out + 4;
}

float *set_features(const struct group *g, int plane, int x, const struct seen *s, float *out) {
  const struct plane *own = &g->plane[plane];
  const float *s0 = own->samples[0] + x, *s1 = own->samples[1] + x;
  float centre = s->centre, inverse = s->inverse, w = s0[-1], n = s1[0], nw = s1[-1];
  lanes is = splat4(inverse), half = splat4(inverse * 0.5f), c = splat4(centre);
  lanes errors0 = load4(own->errors[0] + x - 4), errors1 = load4(own->errors[1] + x - 1);
  lanes deviations = sub4(s->predictions, c);
  out = put_clamped(out, sub4(load4(s0 - 4), c), half);
  out = put_clamped(out, sub4(load4(s1 - 3), c), half);
  out = put_clamped(out, sub4(load4(s1 + 1), c), half);
  out = put_clamped(out, sub4(load4(own->samples[2] + x - 1), c), half);
  out = put_clamped(out, deviations, is);
  out = put_logs(out, s->recent, is);
  out = put_clamped(out, errors0, is);
  out = put_clamped(out, errors1, is);
  out = put_logs(out, errors0, is);
  out = put_logs(out, errors1, is);
  float texture = fabsf(w - nw) + fabsf(n - nw) + fabsf(n - s1[1]) + fabsf(w - s0[-2]);
  lanes logs = log2_4(lanes4(s->scale, (s->wide + 0.2f) * inverse, (texture + 0.5f) * inverse * 0.5f,
                             (largest4(abs4(deviations)) + 0.1f) * inverse));
  store4(out, mul4(logs, lanes4(0.5f, 1.0f, 1.0f, 1.0f)));
  store4(out + 4, lanes4((centre - 128.0f) * 0.015625f, max1(0.0f, 1.0f - centre * 0.03125f),
                         max1(0.0f, (centre - 223.0f) * 0.03125f), centre - ((centre + ROUND) - ROUND)));
  out += 8;
  for (int k = 1; k < g->planes; k++) {
    int number = by_nearness[plane][k];
    const struct plane *other = &g->plane[number];
    const float *q0 = other->samples[0] + x, *q1 = other->samples[1] + x;
    if (number > plane) {
      out = put_clamped(out, load4(other->errors[1] + x - 2), is);
      out = put_logs(out, load4(other->errors[1] + x - 2), is);
      continue;
    }
    lanes shift = splat4(q0[0] - centre);
    errors0 = load4(other->errors[0] + x - 2);
    errors1 = load4(other->errors[1] + x - 1);
    out = put_clamped(out, errors0, is);
    out = put_clamped(out, errors1, is);
    out = put_logs(out, errors0, is);
    out = put_clamped(out, add4(sub4(load4(s0 - 4), load4(q0 - 4)), shift), half);
    out = put_clamped(out, add4(sub4(load4(s1 - 2), load4(q1 - 2)), shift), half);
    float energy = sum4(add4(abs4(errors0), abs4(errors1))) * 0.125f;
    logs = log2_4(lanes4(other->scales[x] * inverse, (energy + 0.2f) * inverse, 1.0f, 1.0f));
    lanes slopes = lanes4(0.0f, 0.0f, q0[0] - local_mean(q0, q1), q0[1] - q0[0]);
    store4(out, add4(logs, clamp8(mul4(slopes, half))));
    out += 4;
  }
  return out;
}

void keep_sample(struct plane *own, int x, float value, const struct seen *s) {
  own->samples[0][x] = value, own->errors[0][x] = value - s->centre;
  own->predictors[0][x] = sub4(splat4(value), s->predictions);
  own->decayed = own->decayed * 0.85f + fabsf(value - s->centre);
}
