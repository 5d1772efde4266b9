/* What predicts an escape's value from its plane around it and the planes of the pixel that are decoded:
 * linear predictors fitted by least squares to the values that escaped before, four at once, which forget at
 * different rates; fixed ones; and a small network, which makes a mixture of logistics of all these. It
 * learns from every escape of its plane. docs/arithmetic/screens.md, predictions and networks. */
#include "least_squares.h"
#include "screen.h"

/* What the four keep of the values before at each new one, and the ridge toward the prior: 1/2 on W and N. */
static const lanes FORGETTING = {{0.96f, 0.985f, 0.995f, 0.9985f}}, RIDGE = {{8, 4, 2, 1}};

/* Neighbours of the own plane: columns to the right, rows up. */
static const int OWN[12][2] = {{-1, 0}, {0, 1},  {-1, 1}, {1, 1}, {-2, 0}, {0, 2},
                               {-2, 1}, {2, 1}, {-1, 2}, {1, 2}, {-3, 0}, {0, 3}};

static void refit(struct recent *recent) {
  solve(recent->neighbours, recent->system, RIDGE, recent->prior, recent->weights);
}

void start_recent(struct recent *recent, int coded) {
  int n = 12 + 4 * coded;
  size_t terms = (size_t)(n * (n + 3) / 2);
  recent->neighbours = n;
  recent->prior[0] = recent->prior[1] = 0.5f;
  recent->sums = take(terms, sizeof *recent->sums);
  recent->system = take(terms, sizeof *recent->system);
  recent->weights = take((size_t)n, sizeof *recent->weights);
  refit(recent);
}

static float value_at(const uint32_t *pixel, int shift) { return (float)level(*pixel, shift); }

static float mean_around(const struct sight *at, int shift) {
  return (value_at(at->row - 1, shift) + value_at(at->row1, shift)) * 0.375f +
         (value_at(at->row1 - 1, shift) + value_at(at->row1 + 1, shift)) * 0.125f;
}

/* Another plane of the pixel and of its nearest neighbours, so many of them, less their mean. */
static void put_other(float *to, const struct sight *at, int shift, int count) {
  const uint32_t *neighbours[5] = {&at->known, at->row - 1, at->row1, at->row1 - 1, at->row1 + 1};
  float mean = mean_around(at, shift);
  for (int i = 0; i < count; i++) to[i] = value_at(neighbours[i], shift) - mean;
}

void predict_fitted(struct recent *recent, const struct sight *at, float *predictions) {
  const uint32_t *const rows[4] = {at->row, at->row1, at->row2, at->row3};
  float *values = recent->values;
  int own = at->coded == 1 ? 11 : 12;
  recent->mean = mean_around(at, at->shift);
  for (int i = 0; i < own; i++) values[i] = value_at(rows[OWN[i][1]] + OWN[i][0], at->shift) - recent->mean;
  if (at->coded > 0) put_other(values + own, at, at->last, 5);
  if (at->coded > 1) put_other(values + own + 5, at, at->before, 3);
  lanes sums = add4(predict(recent->neighbours, recent->weights, values), splat4(recent->mean));
  /* A system that is all but singular may give what is no number: 0 then. */
  for (int k = 0; k < 4; k++) predictions[k] = min1(255, max1(0, sums.at[k]));
}

void learn_value(struct recent *recent, int value, float error) {
  int n = recent->neighbours, term = 0;
  float weight = 1 / (1 + 0.3f * fabsf(error)), *values = recent->values;
  values[n] = (float)value - recent->mean;
  for (int i = 0; i <= n; i++) {
    float factor = weight * values[i];
    for (int j = 0; j <= i && j < n; j++, term++)
      recent->system[term] = recent->sums[term] =
          add4(mul4(FORGETTING, recent->sums[term]), splat4(factor * values[j]));
  }
  refit(recent);
}

static int median(int a, int b, int c) {
  int most = a > b ? a : b, least = a > b ? b : a;
  return c >= most ? least : c <= least ? most : a + b - c;
}

void predict_fixed(const struct sight *at, float *predictions) {
  int w = (int)level(at->row[-1], at->shift), n = (int)level(at->row1[0], at->shift);
  int nw = (int)level(at->row1[-1], at->shift), ne = (int)level(at->row1[1], at->shift);
  int here = (int)level(at->known, at->last), dw = w - (int)level(at->row[-1], at->last);
  int dn = n - (int)level(at->row1[0], at->last), dnw = nw - (int)level(at->row1[-1], at->last);
  float of_first[3] = {(float)(w + n) * 0.5f + (float)(ne - nw) * 0.25f, (float)w, (float)n};
  float of_others[3] = {(float)(here + median(dw, dn, dnw)), (float)(here + dw), (float)(here + dn)};
  predictions[0] = (float)median(w, n, nw);
  memcpy(predictions + 1, at->coded == 0 ? of_first : of_others, sizeof of_first);
}

/* Writes four differences over the scale, within +-8. Returns what lies behind. */
static float *put_differences(float *to, const float *values, float centre, float inverse) {
  for (int k = 0; k < 4; k++) to[k] = clamp1((values[k] - centre) * inverse, -8, 8);
  return to + 4;
}

/* log2 of (error + 0.2) over the scale. */
static float log_of(float error, float inverse) { return log2_1((error + 0.2f) * inverse); }

void ask_network(struct screen *s, const struct sight *at, const float *predictions, const float *mean_errors,
                 const float *near_errors) {
  const struct recent *recent = &s->recent[at->plane];
  float *to = next_inputs(s->networks[at->plane]), weights[8], outputs[OUTPUTS];
  for (int k = 0; k < 8; k++) {
    float t = mean_errors[k] + 0.1f;
    weights[k] = 1 / (t * t * t);
  }
  lanes fitted = load4(weights), fixed = load4(weights + 4);
  float weighted = sum4(add4(mul4(fitted, load4(predictions)), mul4(fixed, load4(predictions + 4))));
  float centre = weighted / sum4(add4(fitted, fixed)), scale = 0.2f + sum4(load4(mean_errors)) * 0.25f;
  float inverse = 1 / scale, half = inverse * 0.5f, offset = recent->mean - centre;
  for (int i = 0; i < 20; i++) {
    float value = recent->values[i] + (i < (at->coded == 1 ? 11 : 12) ? offset : 0);
    *to++ = i < recent->neighbours ? clamp1(value * half, -8, 8) : 0;
  }
  to = put_differences(to, predictions, centre, inverse);
  to = put_differences(to, predictions + 4, centre, inverse);
  for (int k = 0; k < 8; k++) *to++ = log_of(mean_errors[k], inverse);
  to = put_differences(to, near_errors, 0, inverse);
  *to++ = clamp1(s->last_error * inverse, -8, 8);
  *to++ = clamp1(s->error_before * inverse, -8, 8);
  *to++ = log_of(fabsf(s->last_error), inverse);
  *to++ = log_of(fabsf(s->error_before), inverse);
  float background = (float)level(s->background, at->shift);
  float foreground = (float)level(s->foreground, at->shift);
  const float colours[4] = {background, foreground, (float)level(s->candidates[0].colour, at->shift)};
  put_differences(to, colours, centre, half);
  to[3] = clamp1((background - foreground) * half, -8, 8);
  to[4] = log2_1(scale) * 0.5f;
  to[5] = centre - (float)integer_of(centre);
  to[6] = max1(centre * (-1.0f / 32) + 1, 0);
  to[7] = max1(centre * (1.0f / 32) - 223.0f / 32, 0);
  for (int i = 0; i < 4; i++) to[8 + i] = s->escaped >> i & 1 ? 1.0f : 0.0f;
  static const float none[OUTPUTS];
  skip_forward(s->networks[at->plane], outputs, none);
  mixture_set(&s->mixture, outputs, centre, scale, 40);
  s->centre = centre;
  s->scale = scale;
}

void teach_network(struct screen *s, int plane, int value) {
  mixture_gradient(&s->mixture, value, s->scale, next_gradients(s->networks[plane]));
  learn(s->networks[plane]);
  s->error_before = s->last_error;
  s->last_error = (float)value - s->centre;
}
