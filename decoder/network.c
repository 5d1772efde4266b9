/* Products, layers and networks that learn: docs/FORMAT.md, steps 4 and 5 of the learning models;
 * docs/arithmetic/photos.md, Products, and Learning: batches and steps. */
#include "network.h"

#include <stdio.h>
#include <stdlib.h>

static inline void add_term(lanes *sum, float x, const float *weights) {
  *sum = add4(*sum, mul4(splat4(x), load4(weights)));
}

/* Sums are variables of their own, not arrays, so that they stay in registers. */
void add_product(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  int o = 0;
  for (; o + 16 <= outputs; o += 16) {
    lanes a = load4(out + o), b = load4(out + o + 4), c = load4(out + o + 8), d = load4(out + o + 12);
    const float *w = weights + o;
    for (int i = 0; i < inputs; i++, w += row) {
      add_term(&a, x[i], w), add_term(&b, x[i], w + 4);
      add_term(&c, x[i], w + 8), add_term(&d, x[i], w + 12);
    }
    store4(out + o, a), store4(out + o + 4, b), store4(out + o + 8, c), store4(out + o + 12, d);
  }
  for (; o < outputs; o += 4) {
    lanes a = load4(out + o);
    for (int i = 0; i < inputs; i++) add_term(&a, x[i], weights + i * row + o);
    store4(out + o, a);
  }
}

/* Sums over even inputs start from what is in `out`. */
static void add_even_odd(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  for (int o = 0; o < outputs; o += 4) {
    const float *w = weights + o;
    lanes even = load4(out + o), odd = splat4(0.0f);
    for (int i = 0; i < inputs; i += 2, w += 2 * row)
      add_term(&even, x[i], w), add_term(&odd, x[i + 1], w + row);
    store4(out + o, add4(even, odd));
  }
}

void product_even_odd(float *out, const float *x, int inputs, const float *weights, int row, int outputs) {
  memset(out, 0, (size_t)outputs * sizeof *out);
  add_even_odd(out, x, inputs, weights, row, outputs);
}

void add_bias(float *x, const float *bias, int n) {
  for (int i = 0; i < n; i += 4) store4(x + i, add4(load4(x + i), load4(bias + i)));
}

void leaky_all(float *x, int n) { for (int i = 0; i < n; i++) x[i] = leaky(x[i]); }

void elu_all(float *x, int n) {
  for (int i = 0; i < n; i++) x[i] = (x[i] > 0 ? x[i] : 0.0f) + (exp1(x[i] < 0 ? x[i] : 0.0f) - 1.0f);
}

void dense(float *out, const float *x, int rows, int inputs, const float *weights, const float *bias,
           int outputs) {
  for (int r = 0; r < rows; r++, out += outputs, x += inputs) {
    memcpy(out, bias, (size_t)outputs * sizeof *out);
    add_product(out, x, inputs, weights, outputs, outputs);
  }
}

void convolution(float *out, const float *x, int height, int width, int channels, const float *weights,
                 const float *bias, int outputs) {
  static const float zeros[64];
  if (channels > 64) fail("a convolution of %d channels", channels);
  for (int at = 0; at < height * width; at++, out += outputs) {
    memcpy(out, bias, (size_t)outputs * sizeof *out);
    for (int tap = 0; tap < 9; tap++) {
      int row = at / width + tap / 3 - 1, column = at % width + tap % 3 - 1;
      int inside = row >= 0 && row < height && column >= 0 && column < width;
      const float *from = inside ? x + (row * width + column) * channels : zeros;
      add_product(out, from, channels, weights + tap * channels * outputs, outputs, outputs);
    }
  }
}

static float *floats(int count) { return take((size_t)count, sizeof(float)); }

void add_tensors(const struct learner *l, const struct weights *w, int plane, const char *suffix, float *to,
                 int latent, int latents, float z) {
  for (int part = 0; part < 2 * l->layers; part++) {
    int layer = part / 2, is_bias = part % 2, count = (is_bias ? 1 : l->in[layer]) * l->out[layer];
    char name[64];
    const char *kind = is_bias ? "bias" : "weights";
    snprintf(name, sizeof name, "plane%d.layer%d.%s%s", plane, layer + 1, kind, suffix);
    const float *from = tensor(w, name, (size_t)(latents * count)) + latent * count;
    for (int i = 0; i < count; i++) *to++ += z * from[i];
  }
}

void open_learner(struct learner *l, const struct weights *w, int plane, int inputs, int units1, int units2) {
  const char *rate = meta(w, "rate");
  int skips = units2 > 0 ? 0 : 4, most = 0;
  if (!rate) fail("the weights' file tells no rate");
  *l = (struct learner){.layers = skips ? 2 : 3, .rate = (float)strtod(rate, NULL)};
  for (int layer = 0; layer < l->layers; layer++) {
    l->row[layer] = layer == 0 ? inputs : l->out[layer - 1];
    l->in[layer] = l->row[layer] - (layer == 0 ? 0 : skips);
    l->out[layer] = layer == l->layers - 1 ? OUTPUTS : layer == 0 ? units1 : units2;
    l->x[layer] = floats(BATCH * l->row[layer]) + (l->row[layer] - l->in[layer]);
    l->d[layer] = floats(BATCH * l->out[layer]);
    l->size += (l->in[layer] + 1) * l->out[layer];
    most = most > l->row[layer] ? most : l->row[layer];
  }
  l->transposed = floats(BATCH * (most > OUTPUTS ? most + 1 : OUTPUTS));
  l->parameters = floats(l->size), l->preconditioner = floats(l->size), l->direction = floats(l->size);
  add_tensors(l, w, plane, "", l->parameters, 0, 1, 1.0f);
  add_tensors(l, w, plane, ".preconditioner", l->preconditioner, 0, 1, 1.0f);
}

/* Of 32 outputs at a time sums are in order, of the others even and odd. */
void deep_forward(struct learner *l, float *outputs, const float *offsets) {
  const float *weights = l->parameters;
  for (int layer = 0; layer < 3; layer++) {
    int in = l->in[layer], out = l->out[layer], in_order = out & ~31;
    const float *x = l->x[layer] + l->filled * in;
    float *to = layer < 2 ? l->x[layer + 1] + l->filled * out : outputs;
    memset(to, 0, (size_t)out * sizeof *to);
    add_product(to, x, in, weights, out, in_order);
    add_even_odd(to + in_order, x, in, weights + in_order, out, out - in_order);
    add_bias(to, weights + in * out, out);
    if (layer < 2) leaky_all(to, out);
    weights += (in + 1) * out;
  }
  add_bias(outputs, offsets, OUTPUTS);
}

/* Of the linear combinations and the first eight units, sums over even inputs start from the bias; of outputs
 * from biases, offsets and the linear combinations. */
void skip_forward(struct learner *l, float *outputs, const float *offsets) {
  int units = l->out[0];
  const float *x = next_inputs(l), *bias1 = l->parameters + l->in[0] * units, *weights2 = bias1 + units;
  const float *bias2 = weights2 + l->in[1] * OUTPUTS;
  float *h = l->x[1] - 4 + l->filled * units;
  memcpy(h, bias1, 12 * sizeof *h);
  memset(h + 12, 0, (size_t)(units - 12) * sizeof *h);
  add_even_odd(h, x, l->in[0], l->parameters, units, units);
  add_bias(h + 12, bias1 + 12, units - 12);
  leaky_all(h + 4, units - 4);
  const float skipped[OUTPUTS] = {h[0], h[0], h[0], h[0], h[1], h[1], h[1], h[1], h[2], h[3]};
  for (int i = 0; i < OUTPUTS; i++) outputs[i] = (bias2[i] + offsets[i]) + skipped[i];
  add_even_odd(outputs, h + 4, l->in[1], weights2, OUTPUTS, OUTPUTS);
}

/* [BATCH][count] to [count][BATCH]. */
static void transpose(float *to, const float *from, int count, int row) {
  for (int i = 0; i < count; i++)
    for (int sample = 0; sample < BATCH; sample++) *to++ = from[sample * row + i];
}

static inline lanes square(const float *x) { return mul4(load4(x), load4(x)); }

/* The direction of a layer's parameters from number `at` on: x' d, where the bias is the weight of a 1, times
 * the preconditioner. Of each four inputs, blocks of 12 or 8 or 4 outputs are a term of the norm. */
static void set_direction(struct learner *l, int layer, int at, lanes *norm) {
  int inputs = l->in[layer], outputs = l->out[layer];
  float *to = l->direction + at;
  transpose(l->transposed, l->x[layer], inputs, l->row[layer]);
  for (int sample = 0; sample < BATCH; sample++) l->transposed[inputs * BATCH + sample] = 1.0f;
  memset(to, 0, (size_t)((inputs + 1) * outputs) * sizeof *to);
  for (int i = 0; i <= inputs; i++)
    add_product(to + i * outputs, l->transposed + i * BATCH, BATCH, l->d[layer], outputs, outputs);
  for (int i = 0; i < (inputs + 1) * outputs; i += 4)
    store4(to + i, mul4(load4(to + i), load4(l->preconditioner + at + i)));
  for (int i = 0; i < inputs; i += 4, to += 4 * outputs)
    for (int o = 0, width; o < outputs; o += width) {
      lanes rows[4];
      width = (outputs - o) % 8 != 0 && o + 12 <= outputs ? 12 : o + 8 <= outputs ? 8 : 4;
      for (int k = 0; k < 4; k++) {
        const float *row = to + k * outputs + o;
        lanes second = width > 4 ? square(row + 4) : splat4(0.0f);
        rows[k] = add4(square(row), width > 8 ? add4(second, square(row + 8)) : second);
      }
      *norm = add4(*norm, add4(add4(rows[0], rows[1]), add4(rows[2], rows[3])));
    }
  for (int o = 0; o < outputs; o += 4) *norm = add4(*norm, square(to + o));
}

/* Gradients with respect to a layer's inputs, before their leaky ReLU: d W', times its slope; of networks
 * with one hidden layer, with respect to the linear combinations too. */
static void propagate(struct learner *l, int layer, const float *weights) {
  int outputs = l->out[layer], row = l->row[layer], skipped = row - l->in[layer];
  float *to = l->d[layer - 1];
  transpose(l->transposed, l->d[layer], outputs, outputs);
  for (int i = 0; i < l->in[layer]; i++, weights += outputs) {
    float sums[BATCH] = {0};
    add_product(sums, weights, outputs, l->transposed, BATCH, BATCH);
    for (int sample = 0, at = i; sample < BATCH; sample++, at += row)
      to[at + skipped] = l->x[layer][at] > 0 ? sums[sample] : sums[sample] * 0.1f;
  }
  for (int sample = 0; sample < BATCH && skipped > 0; sample++) {
    const float *d = l->d[layer] + sample * OUTPUTS;
    store4(to + sample * row, lanes4(sum4(load4(d)), sum4(load4(d + 4)), d[8], d[9]));
  }
}

/* A surprise must not undo what was learnt: a sample's share of the batch is at most 4 nats a unit. */
void learn(struct learner *l) {
  float *gradients = next_gradients(l);
  lanes norm = splat4(0.0f);
  for (int i = 0; i < OUTPUTS; i++) gradients[i] = min1(0.25f, max1(-0.25f, gradients[i]));
  l->seen++;
  if (++l->filled < BATCH) return;
  l->filled = 0;
  for (int layer = l->layers - 1, at = l->size; layer >= 0; layer--) {
    at -= (l->in[layer] + 1) * l->out[layer];
    set_direction(l, layer, at, &norm);
    if (layer > 0) propagate(l, layer, l->parameters + at);
  }
  float rms = sqrtf(sum4(norm) / (float)l->size);
  if (!(rms < 1e6f)) return;
  float boost = 1.0f + 1.5f / (1.0f + (float)l->seen * 0.001f), clip = 1.5f / (rms > 1e-20f ? rms : 1e-20f);
  float rate = l->rate * boost * (clip < 1.0f ? clip : 1.0f);
  for (int i = 0; i < l->size; i += 4)
    store4(l->parameters + i, sub4(load4(l->parameters + i), mul4(splat4(rate), load4(l->direction + i))));
}
