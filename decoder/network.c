/* Products, layers and networks that learn: docs/FORMAT.md, steps 4 and 5 of the learning models,
 * docs/arithmetic/photos.md, products, and batches and steps. */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>

/* Sums are variables of their own, not arrays, so that they stay in registers. */
static inline void add_term(lanes *sum, float x, const float *weights) {
  *sum = add4(*sum, mul4(splat4(x), load4(weights)));
}

void add_product(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  int o = 0;
  for (; o + 16 <= outputs; o += 16) {
    lanes a = load4(out + o), b = load4(out + o + 4), c = load4(out + o + 8), d = load4(out + o + 12);
    const float *w = weights + o;
    for (int i = 0; i < inputs; i++, w += row) {
      add_term(&a, x[i], w);
      add_term(&b, x[i], w + 4);
      add_term(&c, x[i], w + 8);
      add_term(&d, x[i], w + 12);
    }
    store4(out + o, a);
    store4(out + o + 4, b);
    store4(out + o + 8, c);
    store4(out + o + 12, d);
  }
  for (; o < outputs; o += 4) {
    lanes a = load4(out + o);
    for (int i = 0; i < inputs; i++) add_term(&a, x[i], weights + i * row + o);
    store4(out + o, a);
  }
}

/* The same of 12 outputs, even and odd inputs apart; sums over even ones start from what is in `out`. */
static inline void add_even_odd12(float *out, const float *x, int inputs, const float *w, int row) {
  lanes a = load4(out), b = load4(out + 4), c = load4(out + 8), d = splat4(0.0f), e = d, f = d;
  for (int i = 0; i < inputs; i += 2, w += 2 * row) {
    add_term(&a, x[i], w);
    add_term(&b, x[i], w + 4);
    add_term(&c, x[i], w + 8);
    add_term(&d, x[i + 1], w + row);
    add_term(&e, x[i + 1], w + row + 4);
    add_term(&f, x[i + 1], w + row + 8);
  }
  store4(out, add4(a, d));
  store4(out + 4, add4(b, e));
  store4(out + 8, add4(c, f));
}

void product_even_odd(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  int o = 0;
  memset(out, 0, (size_t)outputs * sizeof *out);
  for (; o + 12 <= outputs; o += 12) add_even_odd12(out + o, x, inputs, weights + o, row);
  for (; o < outputs; o += 4) {
    lanes even = splat4(0.0f), odd = even;
    for (int i = 0; i < inputs; i += 2) {
      add_term(&even, x[i], weights + i * row + o);
      add_term(&odd, x[i + 1], weights + (i + 1) * row + o);
    }
    store4(out + o, add4(even, odd));
  }
}

void add_bias(float *x, const float *bias, int n) {
  for (int i = 0; i < n; i += 4) store4(x + i, add4(load4(x + i), load4(bias + i)));
}

void leaky_all(float *x, int n) {
  for (int i = 0; i < n; i += 4) {
    lanes a = load4(x + i);
    for (int k = 0; k < 4; k++) a.at[k] = leaky(a.at[k]);
    store4(x + i, a);
  }
}

void elu_all(float *x, int n) {
  for (int i = 0; i < n; i++) x[i] = (x[i] > 0 ? x[i] : 0.0f) + (exp1(x[i] < 0 ? x[i] : 0.0f) - 1.0f);
}

void dense(float *out, const float *x, int rows, int inputs, const float *weights, const float *bias,
           int outputs) {
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

void open_learner(struct learner *l, const struct weights *w, int plane, int inputs, int units1, int units2) {
  struct part parts[6];
  const char *rate = meta(w, "rate");
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
  l->transposed = floats(BATCH * (units2 > OUTPUTS ? units2 : OUTPUTS));
  l->x = floats(BATCH * inputs);
  l->h1 = floats(BATCH * units1);
  l->d1 = floats(BATCH * units1);
  l->h2 = floats(BATCH * units2);
  l->d2 = floats(BATCH * units2);
  l->gradients = floats(BATCH * OUTPUTS);
  for (int i = 0, at = 0; i < count; at += parts[i++].size) {
    gather(l->parameters + at, w, &parts[i], "");
    gather(l->preconditioner + at, w, &parts[i], ".preconditioner");
  }
}

void move_learner(struct learner *l, const struct weights *w, int plane, int latent, int latents, float z) {
  struct part parts[6];
  int count = parts_of(l, plane, parts);
  for (int i = 0, at = 0; i < count; at += parts[i++].size) {
    char name[64];
    snprintf(name, sizeof name, "%.31s.basis", parts[i].name);
    const float *basis = tensor(w, name, (size_t)(latents * parts[i].size)) + latent * parts[i].size;
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
  add_bias(out, bias, outputs);
  leaky_all(out, outputs);
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
  const float *x = next_inputs(l), *bias1 = l->parameters + l->inputs * l->units1;
  const float *weights2 = bias1 + l->units1, *bias2 = weights2 + (l->units1 - 4) * OUTPUTS;
  float *h = l->h1 + l->filled * l->units1;
  product_even_odd(h + 12, x, l->inputs, l->parameters + 12, l->units1, l->units1 - 12);
  add_bias(h + 12, bias1 + 12, l->units1 - 12);
  /* The linear combinations and the first eight units: their sums over even inputs start from the bias. */
  memcpy(h, bias1, 12 * sizeof *h);
  add_even_odd12(h, x, l->inputs, l->parameters, l->units1);
  leaky_all(h + 4, l->units1 - 4);
  /* Outputs start from biases, offsets and the linear combinations. */
  const lanes skips[3] = {splat4(h[0]), splat4(h[1]), lanes4(h[2], h[3], 0.0f, 0.0f)};
  for (int i = 0; i < OUTPUTS; i++) outputs[i] = (bias2[i] + offsets[i]) + skips[i / 4].at[i % 4];
  add_even_odd12(outputs, h + 4, l->units1 - 4, weights2, OUTPUTS);
}

/* Directions of the weights from four inputs to eight outputs, the first of which is number `at`. */
static inline void set_directions(struct learner *l, int at, const float *x, int x_step, const float *d,
                                  int outputs) {
  lanes a = splat4(0.0f), b = a, c = a, e = a, f = a, g = a, h = a, i = a;
  for (int sample = 0; sample < BATCH; sample++, x += x_step, d += outputs) {
    add_term(&a, x[0], d);
    add_term(&b, x[0], d + 4);
    add_term(&c, x[1], d);
    add_term(&e, x[1], d + 4);
    add_term(&f, x[2], d);
    add_term(&g, x[2], d + 4);
    add_term(&h, x[3], d);
    add_term(&i, x[3], d + 4);
  }
  const lanes sums[8] = {a, b, c, e, f, g, h, i};
  for (int k = 0; k < 8; k++) {
    int to = at + k / 2 * outputs + k % 2 * 4;
    store4(l->direction + to, mul4(sums[k], load4(l->preconditioner + to)));
  }
}

static inline lanes square(const float *x) { return mul4(load4(x), load4(x)); }

/* Directions of a layer's parameters from number `at` on: x' d for weights, sums of d for biases, times the
 * preconditioner. Of each four inputs, blocks of 12 or 8 or 4 outputs are a term of the norm. */
static void layer_direction(struct learner *l, int at, const float *x, int x_step, int inputs, const float *d,
                            int outputs) {
  for (int i = 0; i < inputs; i += 4, x += 4, at += 4 * outputs) {
    for (int o = 0; o < outputs; o += 8) {
      int from = o + 8 <= outputs ? o : outputs - 8;
      set_directions(l, at + from, x, x_step, d + from, outputs);
    }
    for (int o = 0, width; o < outputs; o += width) {
      lanes rows[4];
      width = (outputs - o) % 8 != 0 && o + 12 <= outputs ? 12 : o + 8 <= outputs ? 8 : 4;
      for (int k = 0; k < 4; k++) {
        const float *row = l->direction + at + k * outputs + o;
        rows[k] = square(row);
        if (width == 8) rows[k] = add4(rows[k], square(row + 4));
        if (width == 12) rows[k] = add4(rows[k], add4(square(row + 4), square(row + 8)));
      }
      l->norm = add4(l->norm, add4(add4(rows[0], rows[1]), add4(rows[2], rows[3])));
    }
  }
  for (int o = 0; o < outputs; o += 4) {
    lanes sum = splat4(0.0f);
    for (int sample = 0; sample < BATCH; sample++) sum = add4(sum, load4(d + sample * outputs + o));
    store4(l->direction + at + o, mul4(sum, load4(l->preconditioner + at + o)));
    l->norm = add4(l->norm, square(l->direction + at + o));
  }
}

/* Gradients with respect to a layer's inputs, before their leaky ReLU: d W', times its slope. The first
 * `skipped` of each sample are left alone. */
static void propagate(struct learner *l, float *out, const float *d, int outputs, const float *weights,
                      const float *x, int inputs, int skipped) {
  for (int sample = 0; sample < BATCH; sample++)
    for (int o = 0; o < outputs; o++) l->transposed[o * BATCH + sample] = d[sample * outputs + o];
  for (int i = skipped; i < inputs; i++, weights += outputs) {
    float sums[BATCH] = {0};
    add_product(sums, weights, outputs, l->transposed, BATCH, BATCH);
    for (int sample = 0, at = i; sample < BATCH; sample++, at += inputs)
      out[at] = x[at] > 0 ? sums[sample] : sums[sample] * 0.1f;
  }
}

/* The batch's direction: the gradient of its mean code length, times the preconditioner. */
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
