/* What a small network says of an escape's value, from predictions, neighbours and colours that come again: a mixture
 * of logistics. It learns from every escape of its plane. docs/arithmetic/screens.md, networks. */
#include "screen.h"

/* Inputs: 20 values that least squares see, 16 of predictions, 8 of errors, 12 others. */
enum { MOST_VALUES = 20 };

/* Weights of predictions: 1 / (error + 0.1)^3. */
static lanes weights_of(lanes errors) {
  lanes t = add4(errors, splat4(0.1f));
  return div4(splat4(1), mul4(mul4(t, t), t));
}

static float *put(float *to, lanes values) {
  store4(to, values);
  return to + 4;
}

/* Differences over the scale, within +-8. */
static float *put_differences(float *to, lanes differences, float inverse) {
  return put(to, clamp4(mul4(differences, splat4(inverse)), -8, 8));
}

/* log2 of (errors + 0.2) over the scale. */
static lanes logs_of(lanes errors, float inverse) {
  return log2_4(mul4(add4(errors, splat4(0.2f)), splat4(inverse)));
}

void ask_network(struct screen *s, const struct sight *at, lanes fitted, lanes fixed, lanes fitted_errors,
                 lanes fixed_errors, lanes near_errors) {
  struct learner *network = s->networks[at->plane];
  const struct recent *recent = &s->recent[at->plane];
  lanes fitted_weights = weights_of(fitted_errors), fixed_weights = weights_of(fixed_errors);
  float weighted = sum4(add4(mul4(fitted_weights, fitted), mul4(fixed_weights, fixed)));
  float centre = weighted / sum4(add4(fitted_weights, fixed_weights));
  float scale = 0.2f + sum4(fitted_errors) * 0.25f, inverse = 1 / scale, half = inverse * 0.5f;
  float *to = next_inputs(network), offset = recent->mean - centre;
  int own = at->coded == 1 ? 11 : 12;
  for (int i = 0; i < MOST_VALUES; i++) {
    float value = recent->values[i] + (i < own ? offset : 0);
    *to++ = i < recent->neighbours ? clamp1(value * half, -8, 8) : 0;
  }
  to = put_differences(to, sub4(fitted, splat4(centre)), inverse);
  to = put_differences(to, sub4(fixed, splat4(centre)), inverse);
  to = put(to, logs_of(fitted_errors, inverse));
  to = put(to, logs_of(fixed_errors, inverse));
  to = put_differences(to, near_errors, inverse);
  lanes surprises = lanes4(s->last_error, s->error_before, 0, 0), logs = logs_of(abs4(surprises), inverse);
  put_differences(to, surprises, inverse);
  to[2] = logs.at[0];
  to[3] = logs.at[1];
  float background = (float)level(s->background, at->shift), foreground = (float)level(s->foreground, at->shift);
  float likeliest = (float)level(s->candidates[0].colour, at->shift);
  lanes colours = lanes4(background - centre, foreground - centre, likeliest - centre, background - foreground);
  to = put_differences(to + 4, colours, half);
  float low = max1(centre * (-1.0f / 32) + 1, 0), high = max1(centre * (1.0f / 32) - 223.0f / 32, 0);
  to = put(to, lanes4(log2_1(scale) * 0.5f, centre - (float)integer_of(centre), low, high));
  for (int i = 0; i < 4; i++) to[i] = s->escaped >> i & 1 ? 1.0f : 0.0f;
  static const float none[OUTPUTS];
  float outputs[OUTPUTS];
  skip_forward(network, outputs, none);
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
