/* Products, layers and networks that learn while they are used: docs/FORMAT.md, step 4 and 5 of the photo models,
 * docs/arithmetic/photos.md, products and steps. */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>

/* A block of 16 outputs, or of 4, whose sums stay in registers. */
static inline void add_block(float *out, const float *x, int inputs, const float *weights, int row, int fours) {
  lanes sums[4];
  for (int k = 0; k < fours; k++) sums[k] = load4(out + 4 * k);
  for (int i = 0; i < inputs; i++) {
    lanes value = splat4(x[i]);
    for (int k = 0; k < fours; k++) sums[k] = add4(sums[k], mul4(value, load4(weights + 4 * k)));
    weights += row;
  }
  for (int k = 0; k < fours; k++) store4(out + 4 * k, sums[k]);
}

void add_product(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  int o = 0;
  for (; o + 16 <= outputs; o += 16) add_block(out + o, x, inputs, weights + o, row, 4);
  for (; o < outputs; o += 4) add_block(out + o, x, inputs, weights + o, row, 1);
}

static inline void even_odd_block(float *out, const float *x, int inputs, const float *weights, int row, int fours) {
  lanes even[3], odd[3];
  for (int k = 0; k < fours; k++) even[k] = odd[k] = splat4(0.0f);
  for (int i = 0; i < inputs; i += 2) {
    lanes first = splat4(x[i]), second = splat4(x[i + 1]);
    for (int k = 0; k < fours; k++) {
      even[k] = add4(even[k], mul4(first, load4(weights + 4 * k)));
      odd[k] = add4(odd[k], mul4(second, load4(weights + row + 4 * k)));
    }
    weights += 2 * row;
  }
  for (int k = 0; k < fours; k++) store4(out + 4 * k, add4(even[k], odd[k]));
}

void product_even_odd(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  int o = 0;
  for (; o + 12 <= outputs; o += 12) even_odd_block(out + o, x, inputs, weights + o, row, 3);
  for (; o < outputs; o += 4) even_odd_block(out + o, x, inputs, weights + o, row, 1);
}

void add_bias(float *x, const float *bias, int n) {
  for (int i = 0; i < n; i += 4) store4(x + i, add4(load4(x + i), load4(bias + i)));
}

void leaky_all(float *x, int n) {
  for (int i = 0; i < n; i++) x[i] = leaky(x[i]);
}

void elu_all(float *x, int n) {
  for (int i = 0; i < n; i++) x[i] = (x[i] > 0 ? x[i] : 0.0f) + (exp1(x[i] < 0 ? x[i] : 0.0f) - 1.0f);
}

void dense(float *out, const float *x, int rows, int inputs, const float *weights, const float *bias, int outputs) {
  for (int r = 0; r < rows; r++) {
    memcpy(out, bias, (size_t)outputs * sizeof *out);
    add_product(out, x, inputs, weights, outputs, outputs);
    out += outputs;
    x += inputs;
  }
}

void convolution(float *out, const float *x, int height, int width, int channels, const float *weights,
                 const float *bias, int outputs) {
  static const float zeros[64];
  if (channels > 64) fail("a convolution of %d channels", channels);
  for (int at = 0; at < height * width; at++) {
    int y = at / width;
    float *to = out + (size_t)at * (size_t)outputs;
    memcpy(to, bias, (size_t)outputs * sizeof *to);
    for (int tap = 0; tap < 9; tap++) {
      int row = y + tap / 3 - 1, column = at % width + tap % 3 - 1;
      int inside = row >= 0 && row < height && column >= 0 && column < width;
      const float *from = inside ? x + (row * width + column) * channels : zeros;
      add_product(to, from, channels, weights + tap * channels * outputs, outputs, outputs);
    }
  }
}

/* The tensors of a plane's parameters in their order, and the number of their values. */
struct part {
  char name[32];
  int size;
};

static int parts_of(const struct learner *l, int plane, struct part *parts) {
  int count = 0, from = l->inputs, units[3];
  units[0] = l->units1;
  units[1] = l->units2 > 0 ? l->units2 : OUTPUTS;
  units[2] = OUTPUTS;
  for (int layer = 0; layer < (l->units2 > 0 ? 3 : 2); layer++) {
    snprintf(parts[count].name, sizeof parts[count].name, "plane%d.layer%d.weights", plane, layer + 1);
    parts[count++].size = from * units[layer];
    snprintf(parts[count].name, sizeof parts[count].name, "plane%d.layer%d.bias", plane, layer + 1);
    parts[count++].size = units[layer];
    from = layer == 0 && l->units2 == 0 ? units[0] - 4 : units[layer];
  }
  return count;
}

static void gather(float *to, const struct weights *weights, const struct part *part, const char *suffix) {
  char name[64];
  snprintf(name, sizeof name, "%.31s%s", part->name, suffix);
  memcpy(to, tensor(weights, name, (size_t)part->size), (size_t)part->size * sizeof *to);
}

static float *floats(int count) { return take((size_t)count, sizeof(float)); }

void open_learner(struct learner *l, const struct weights *weights, int plane, int inputs, int units1, int units2) {
  struct part parts[6];
  const char *rate = meta(weights, "rate");
  l->inputs = inputs;
  l->units1 = units1;
  l->units2 = units2;
  int count = parts_of(l, plane, parts);
  l->size = l->filled = l->seen = 0;
  for (int i = 0; i < count; i++) l->size += parts[i].size;
  if (!rate) fail("the weights' file tells no rate");
  l->rate = (float)strtod(rate, NULL);
  l->parameters = floats(l->size);
  l->preconditioner = floats(l->size);
  l->direction = floats(l->size);
  l->transposed = floats(units2 > 0 ? units2 * (units1 > OUTPUTS ? units1 : OUTPUTS) : units1 * OUTPUTS);
  l->x = floats(BATCH * inputs);
  l->h1 = floats(BATCH * units1);
  l->d1 = floats(BATCH * units1);
  l->h2 = floats(BATCH * units2);
  l->d2 = floats(BATCH * units2);
  l->gradients = floats(BATCH * OUTPUTS);
  for (int i = 0, at = 0; i < count; at += parts[i++].size) {
    gather(l->parameters + at, weights, &parts[i], "");
    gather(l->preconditioner + at, weights, &parts[i], ".preconditioner");
  }
}

void move_learner(struct learner *l, const struct weights *weights, int plane, int latent, int latents, float z) {
  struct part parts[6];
  int count = parts_of(l, plane, parts);
  for (int i = 0, at = 0; i < count; at += parts[i++].size) {
    char name[64];
    snprintf(name, sizeof name, "%.31s.basis", parts[i].name);
    const float *basis = tensor(weights, name, (size_t)latents * (size_t)parts[i].size) + latent * parts[i].size;
    for (int k = 0; k < parts[i].size; k++) l->parameters[at + k] += z * basis[k];
  }
}

/* A hidden layer of two. Returns what lies behind its parameters. */
static const float *hidden_layer(float *out, const float *x, int inputs, const float *weights, int outputs) {
  const float *bias = weights + inputs * outputs;
  int in_order = outputs & ~31;
  memset(out, 0, (size_t)in_order * sizeof *out);
  add_product(out, x, inputs, weights, outputs, in_order);
  product_even_odd(out + in_order, x, inputs, weights + in_order, outputs, outputs - in_order);
  for (int o = 0; o < outputs; o++) out[o] = leaky(out[o] + bias[o]);
  return bias + outputs;
}

void deep_forward(struct learner *l, float *outputs, const float *offsets) {
  float *h1 = l->h1 + l->filled * l->units1, *h2 = l->h2 + l->filled * l->units2;
  const float *weights = hidden_layer(h1, next_inputs(l), l->inputs, l->parameters, l->units1);
  weights = hidden_layer(h2, h1, l->units1, weights, l->units2);
  product_even_odd(outputs, h2, l->units2, weights, OUTPUTS, OUTPUTS);
  add_bias(outputs, weights + l->units2 * OUTPUTS, OUTPUTS);
  add_bias(outputs, offsets, OUTPUTS);
}

void skip_forward(struct learner *l, float *outputs, const float *offsets) {
  const float *x = next_inputs(l), *bias1 = l->parameters + l->inputs * l->units1, *weights2 = bias1 + l->units1;
  const float *bias2 = weights2 + (l->units1 - 4) * OUTPUTS;
  float *h = l->h1 + l->filled * l->units1;
  lanes even[3], odd[3];
  product_even_odd(h + 12, x, l->inputs, l->parameters + 12, l->units1, l->units1 - 12);
  add_bias(h + 12, bias1 + 12, l->units1 - 12);
  /* The linear combinations and the first eight units: their sums over even inputs start from the bias. */
  for (int k = 0; k < 3; k++) {
    even[k] = load4(bias1 + 4 * k);
    odd[k] = splat4(0.0f);
  }
  const float *w = l->parameters;
  for (int i = 0; i < l->inputs; i += 2, w += 2 * l->units1)
    for (int k = 0; k < 3; k++) {
      even[k] = add4(even[k], mul4(splat4(x[i]), load4(w + 4 * k)));
      odd[k] = add4(odd[k], mul4(splat4(x[i + 1]), load4(w + l->units1 + 4 * k)));
    }
  for (int k = 0; k < 3; k++) store4(h + 4 * k, add4(even[k], odd[k]));
  leaky_all(h + 4, l->units1 - 4);
  /* Outputs: biases, offsets and the linear combinations, then even units; odd ones apart. */
  lanes skips[3] = {splat4(h[0]), splat4(h[1]), lanes4(h[2], h[3], 0.0f, 0.0f)};
  for (int k = 0; k < 3; k++) {
    even[k] = add4(add4(load4(bias2 + 4 * k), load4(offsets + 4 * k)), skips[k]);
    odd[k] = splat4(0.0f);
  }
  w = weights2;
  for (int u = 4; u < l->units1; u += 2, w += 2 * OUTPUTS)
    for (int k = 0; k < 3; k++) {
      even[k] = add4(even[k], mul4(splat4(h[u]), load4(w + 4 * k)));
      odd[k] = add4(odd[k], mul4(splat4(h[u + 1]), load4(w + OUTPUTS + 4 * k)));
    }
  for (int k = 0; k < 3; k++) store4(outputs + 4 * k, add4(even[k], odd[k]));
}

/* Takes the gradients of four parameters; returns the squares of their direction. */
static inline lanes set_direction(struct learner *l, int at, lanes gradient) {
  lanes direction = mul4(gradient, load4(l->preconditioner + at));
  store4(l->direction + at, direction);
  return mul4(direction, direction);
}

/* Directions of the weights from input i to `fours` fours of outputs; returns the sum of their squares. */
static inline lanes input_directions(struct learner *l, int at, const float *x, int x_step, const float *d,
                                     int outputs, int fours) {
  lanes sums[3];
  for (int k = 0; k < fours; k++) sums[k] = splat4(0.0f);
  for (int sample = 0; sample < BATCH; sample++) {
    lanes value = splat4(*x);
    for (int k = 0; k < fours; k++) sums[k] = add4(sums[k], mul4(value, load4(d + 4 * k)));
    x += x_step;
    d += outputs;
  }
  lanes first = set_direction(l, at, sums[0]);
  if (fours == 1) return first;
  lanes second = set_direction(l, at + 4, sums[1]);
  if (fours == 2) return add4(first, second);
  return add4(first, add4(second, set_direction(l, at + 8, sums[2])));
}

/* Directions of the parameters of a layer, `at` the number of its first one: x' d for the weights, the sums of d for
 * biases. Each four of inputs and block of outputs is one term of the norm. */
static void layer_direction(struct learner *l, int at, const float *x, int x_step, int inputs, const float *d,
                            int outputs) {
  for (int i = 0; i < inputs; i += 4, x += 4, at += 4 * outputs)
    for (int o = 0, fours; o < outputs; o += 4 * fours) {
      fours = (outputs - o) % 8 != 0 && o + 12 <= outputs ? 3 : o + 8 <= outputs ? 2 : 1;
      lanes squares[4];
      for (int k = 0; k < 4; k++) {
        int weight = at + k * outputs + o;
        if (fours == 3) squares[k] = input_directions(l, weight, x + k, x_step, d + o, outputs, 3);
        else if (fours == 2) squares[k] = input_directions(l, weight, x + k, x_step, d + o, outputs, 2);
        else squares[k] = input_directions(l, weight, x + k, x_step, d + o, outputs, 1);
      }
      l->norm = add4(l->norm, add4(add4(squares[0], squares[1]), add4(squares[2], squares[3])));
    }
  for (int o = 0; o < outputs; o += 4) {
    lanes sum = splat4(0.0f);
    for (int sample = 0; sample < BATCH; sample++) sum = add4(sum, load4(d + sample * outputs + o));
    l->norm = add4(l->norm, set_direction(l, at + o, sum));
  }
}

/* Gradients with respect to a layer's inputs, before their leaky ReLU: d W', times its slope. Of the inputs, the first
 * `skipped` of each sample are left alone. */
static void propagate(struct learner *l, float *out, const float *d, int outputs, const float *weights,
                      const float *x, int inputs, int skipped) {
  int units = inputs - skipped;
  for (int i = 0; i < units; i++)
    for (int o = 0; o < outputs; o++) l->transposed[o * units + i] = weights[i * outputs + o];
  memset(out, 0, (size_t)(BATCH * inputs) * sizeof *out);
  for (int sample = 0; sample < BATCH; sample++, out += inputs, x += inputs, d += outputs) {
    add_product(out + skipped, d, outputs, l->transposed, units, units);
    for (int i = skipped; i < inputs; i++) out[i] = x[i] > 0 ? out[i] : out[i] * 0.1f;
  }
}

/* The batch's direction: the gradient of its mean code length times the preconditioner, from the last layer on. */
static void backward(struct learner *l) {
  int layer2 = (l->inputs + 1) * l->units1, layer3 = layer2 + (l->units1 + 1) * l->units2;
  l->norm = splat4(0.0f);
  if (l->units2 > 0) {
    layer_direction(l, layer3, l->h2, l->units2, l->units2, l->gradients, OUTPUTS);
    propagate(l, l->d2, l->gradients, OUTPUTS, l->parameters + layer3, l->h2, l->units2, 0);
    layer_direction(l, layer2, l->h1, l->units1, l->units1, l->d2, l->units2);
    propagate(l, l->d1, l->d2, l->units2, l->parameters + layer2, l->h1, l->units1, 0);
  } else {
    layer_direction(l, layer2, l->h1 + 4, l->units1, l->units1 - 4, l->gradients, OUTPUTS);
    propagate(l, l->d1, l->gradients, OUTPUTS, l->parameters + layer2, l->h1, l->units1, 4);
    for (int sample = 0; sample < BATCH; sample++) {
      const float *gradient = l->gradients + sample * OUTPUTS;
      float *d = l->d1 + sample * l->units1;
      d[0] = sum4(load4(gradient));
      d[1] = sum4(load4(gradient + 4));
      d[2] = gradient[8];
      d[3] = gradient[9];
    }
  }
  layer_direction(l, 0, l->x, l->inputs, l->inputs, l->d1, l->units1);
}

void learn(struct learner *l) {
  /* A surprise must not undo what was learnt: a sample's share of the batch is at most 4 nats a unit. */
  float *gradients = next_gradients(l);
  for (int i = 0; i < OUTPUTS; i++) gradients[i] = min1(0.25f, max1(-0.25f, gradients[i]));
  l->seen++;
  if (++l->filled < BATCH) return;
  l->filled = 0;
  backward(l);
  float rms = sqrtf(sum4(l->norm) / (float)l->size);
  if (!(rms < 1e6f)) return;
  float boost = 1.0f + 1.5f / (1.0f + (float)l->seen * 0.001f);
  float clip = 1.5f / (rms > 1e-20f ? rms : 1e-20f);
  float rate = l->rate * boost * (clip < 1.0f ? clip : 1.0f);
  for (int i = 0; i < l->size; i += 4)
    store4(l->parameters + i, sub4(load4(l->parameters + i), mul4(splat4(rate), load4(l->direction + i))));
}
