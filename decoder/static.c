/* Static photo models: networks that latents of tiles modulate. docs/FORMAT.md, photo-static. */
#include <stdio.h>

#include "gaussian.h"
#include "planes.h"

/* Rows and columns of a tile, rows of the strip without latents; numbers of a plane's modulation; units. */
enum { TILE = 16, STRIP = 8, LATENTS = 16, LATENT_BITS = 10, MODULATION = 112 };
enum { PRIOR_INPUTS = 2 * LATENTS + 2, HIDDEN1 = 32, HIDDEN2 = 16, POOLED = 24, POOLED_INPUTS = 48 };
enum { POSTERIOR = 48 };

struct tile {
  float modulation[3 * MODULATION];
  float pools[3][POOLED], counts[3];            /* sums of the pooled network's outputs */
  float prior[2 * LATENTS];                     /* means, logs of scales */
  float posterior[2 * LATENTS]; /* the same; until the tile is complete, of the one above */
  float values[LATENTS];
  uint32_t bins[LATENTS];
};

struct layer {
  const float *weights, *bias;
  int inputs, outputs;
};

struct still {
  int across, tile_rows;
  struct tile *tiles, neutral; /* `neutral`: of the strip, where latents are 0 */
  const float *layers[3][3];
  struct layer pooled[3], posterior_hidden, posterior_output, prior, modulation_hidden, modulation_output;
  struct plane *last; /* on whose message the latents are */
};

static struct layer layer_of(const struct weights *w, const char *name, int inputs, int outputs) {
  char full[64];
  struct layer layer = {.inputs = inputs, .outputs = outputs};
  snprintf(full, sizeof full, "%s.weights", name);
  layer.weights = tensor(w, full, (size_t)(inputs * outputs));
  snprintf(full, sizeof full, "%s.bias", name);
  layer.bias = tensor(w, full, (size_t)outputs);
  return layer;
}

static void apply(const struct layer *layer, float *out, const float *x, int is_leaky) {
  product_even_odd(out, x, layer->inputs, layer->weights, layer->outputs, layer->outputs);
  add_bias(out, layer->bias, layer->outputs);
  if (is_leaky) leaky_all(out, layer->outputs);
}

static void modulate(const struct still *s, struct tile *tile) {
  float hidden[32];
  apply(&s->modulation_hidden, hidden, tile->values, 1);
  apply(&s->modulation_output, tile->modulation, hidden, 0);
}

static void open(struct group *g) {
  const struct weights *w = g->coded->weights;
  struct still *s = g->state = take(1, sizeof *s);
  int has_latents = tensor_size(w, "prior.bias") > 0 && g->width >= TILE && g->height >= STRIP + TILE;
  s->across = g->width < TILE ? 1 : g->width / TILE;
  s->tile_rows = has_latents ? (g->height - STRIP) / TILE : 0;
  s->tiles = take((size_t)s->across, sizeof *s->tiles);
  s->last = &g->plane[2];
  for (int p = 0; p < 3; p++) {
    const int inputs = OWN_FEATURES + p * CODED_FEATURES + (2 - p) * LATER_FEATURES;
    const int sizes[4] = {inputs, HIDDEN1, HIDDEN2, OUTPUTS};
    char name[64];
    for (int layer = 0; layer < 3; layer++) {
      snprintf(name, sizeof name, "plane%d.layer%d", p, layer + 1);
      s->layers[p][layer] = tensor(w, name, (size_t)(sizes[layer] * sizes[layer + 1]));
    }
    snprintf(name, sizeof name, "plane%d.pooled", p);
    if (has_latents) s->pooled[p] = layer_of(w, name, POOLED_INPUTS, POOLED);
  }
  if (has_latents) {
    s->posterior_hidden = layer_of(w, "posterior.hidden", 3 * POOLED, POSTERIOR);
    s->posterior_output = layer_of(w, "posterior.output", POSTERIOR, 2 * LATENTS);
    s->prior = layer_of(w, "prior", PRIOR_INPUTS, 2 * LATENTS);
  }
  s->modulation_hidden = layer_of(w, "modulation.hidden", LATENTS, 32);
  s->modulation_output = layer_of(w, "modulation.output", 32, 3 * MODULATION);
  modulate(s, &s->neutral);
}

static double bounded(float x, float low, float high) { return (double)clamp1(x, low, high); }

static double prior_mean(const struct tile *tile, int j) { return bounded(tile->prior[j], -16.0f, 16.0f); }

static double prior_scale(const struct tile *tile, int j) {
  return exp64(bounded(tile->prior[LATENTS + j], -3.0f, 1.0f));
}

/* Pops the latents of a row of tiles, tile by tile by their priors, and modulates the networks by them. */
static void open_tiles(struct still *s, int tile_row) {
  for (int t = 0; t < s->across; t++) {
    struct tile *tile = &s->tiles[t];
    float inputs[PRIOR_INPUTS] = {0};
    if (t > 0) memcpy(inputs, s->tiles[t - 1].values, sizeof tile->values);
    for (int j = 0; j < LATENTS && tile_row > 0; j++)
      inputs[LATENTS + j] = clamp1(tile->posterior[j], -16.0f, 16.0f);
    inputs[2 * LATENTS] = t == 0 ? 1.0f : 0.0f;
    inputs[2 * LATENTS + 1] = tile_row == 0 ? 1.0f : 0.0f;
    apply(&s->prior, tile->prior, inputs, 0);
    for (int j = 0; j < LATENTS; j++) {
      uint32_t bin = peek(&s->last->message, LATENT_BITS);
      double centre = (double)(float)gaussian_centre(bin, LATENT_BITS);
      pop(&s->last->message, bin, 1, LATENT_BITS);
      tile->bins[j] = bin;
      tile->values[j] = (float)(prior_mean(tile, j) + prior_scale(tile, j) * centre);
    }
    modulate(s, tile);
    memset(tile->pools, 0, sizeof tile->pools);
    memset(tile->counts, 0, sizeof tile->counts);
  }
}

/* Pushes the latents of a row of tiles by their posteriors, the last one first. */
static void close_tiles(struct still *s) {
  for (int t = s->across; t-- > 0;) {
    struct tile *tile = &s->tiles[t];
    float means[3 * POOLED], hidden[POSTERIOR];
    for (int i = 0; i < 3 * POOLED; i++)
      means[i] = tile->pools[i / POOLED][i % POOLED] * (1.0f / tile->counts[i / POOLED]);
    apply(&s->posterior_hidden, hidden, means, 1);
    apply(&s->posterior_output, tile->posterior, hidden, 0);
    for (int j = LATENTS; j-- > 0;) {
      double unit = prior_scale(tile, j), scale = exp64(bounded(tile->posterior[LATENTS + j], -6.0f, 2.0f));
      double mean = (bounded(tile->posterior[j], -16.0f, 16.0f) - prior_mean(tile, j)) / unit;
      gaussian_push(&s->last->message, tile->bins[j], mean, scale / unit, LATENT_BITS);
    }
  }
}

static void scale_and_shift(float *x, const float *scale, const float *bias, int n) {
  for (int i = 0; i < n; i++) x[i] = leaky(x[i] * scale[i] + bias[i]);
}

/* A plane's outputs, as its modulation has them. */
static void forward(const float *const layers[3], int inputs, const float *features, const float *m,
                    float *outputs) {
  float h1[HIDDEN1] = {0}, h2[HIDDEN2];
  add_product(h1, features, inputs, layers[0], HIDDEN1, HIDDEN1);
  scale_and_shift(h1, m, m + HIDDEN1, HIDDEN1);
  m += 2 * HIDDEN1;
  product_even_odd(h2, h1, HIDDEN1, layers[1], HIDDEN2, HIDDEN2);
  scale_and_shift(h2, m, m + HIDDEN2, HIDDEN2);
  product_even_odd(outputs, h2, HIDDEN2, layers[2], OUTPUTS, OUTPUTS);
  add_bias(outputs, m + 2 * HIDDEN2, OUTPUTS);
}

/* Adds what a sample says to its tile's pool. `other`: features of the plane coded just before. */
static void add_to_pool(struct still *s, struct tile *tile, int plane, const float *f, const float *other,
                        float error, float scale) {
  const float *parts[8] = {f + 24, f + 28, f + 16, f, f + 4, other, plane == 0 ? f + 8 : other + 12, NULL};
  float x[POOLED_INPUTS], hidden[POOLED] = {0}, d = clamp1(error / scale, -8.0f, 8.0f);
  parts[7] = parts[6] + 4;
  x[0] = d;
  x[1] = fabsf(d);
  x[2] = log2_1(fabsf(d) + 0.1f);
  x[3] = log2_1(scale) * 0.5f;
  for (int i = 0; i < 32; i++) x[i < 24 ? 4 + i : 16 + i] = d * 0.125f * parts[i / 4][i % 4];
  memcpy(x + 28, f + 20, 4 * sizeof *x);
  memcpy(x + 32, f + 40, 8 * sizeof *x);
  add_product(hidden, x, POOLED_INPUTS, s->pooled[plane].weights, POOLED, POOLED);
  for (int i = 0; i < POOLED; i++) tile->pools[plane][i] += leaky(hidden[i] + s->pooled[plane].bias[i]);
  tile->counts[plane] += 1.0f;
}

static float median(float w, float n, float nw) {
  return max1(min1(w, n), min1(max1(w, n), w + n - nw));
}

static lanes predict_first(const float *row0, const float *row1) {
  float w = row0[-1], n = row1[0], nw = row1[-1], ne = row1[1];
  return clamp_levels(lanes4(median(w, n, nw), (w + n) * 0.5f + (ne - nw) * 0.25f,
                             n + (w - nw) * 0.6f + (ne - n) * 0.15f, w + (ne - n) * 0.4f + (n - nw) * 0.3f));
}

/* From neighbours and the plane coded just before (q), the last one for blue from green. */
static lanes predict_later(int plane, const float *row0, const float *row1, const float *q0, const float *q1,
                           const float *first0, const float *first1) {
  float w = row0[-1], n = row1[0], nw = row1[-1], ne = row1[1], q = q0[0];
  float dw = w - q0[-1], dn = n - q1[0], dnw = nw - q1[-1], dne = ne - q1[1], last;
  if (plane == 1) last = local_mean(row0, row1) + 0.7f * (q - local_mean(q0, q1));
  else last = first0[0] + (w - first0[-1] + n - first1[0]) * 0.375f +
              (nw - first1[-1] + ne - first1[1]) * 0.125f;
  return clamp_levels(lanes4(q + median(dw, dn, dnw), q + (dw + dn) * 0.375f + (dnw + dne) * 0.125f,
                             median(w, n, nw), last));
}

static void decode_row(struct group *g, int plane, int y) {
  struct still *s = g->state;
  struct plane *base = &g->plane[plane];
  const struct rows_of *r = &base->rows, *first = &g->plane[0].rows;
  const struct rows_of *near = &g->plane[near_plane(plane)].rows;
  int tile_row = y / TILE < s->tile_rows ? y / TILE : s->tile_rows - 1;
  int end = tile_row == s->tile_rows - 1 ? g->height - STRIP : (tile_row + 1) * TILE;
  int has_latents = s->tile_rows > 0 && y < end;
  if (has_latents && plane == 0 && y == tile_row * TILE) open_tiles(s, tile_row);
  for (int x = 0; x < g->width; x++) {
    const float *s0 = r->samples[0] + x, *s1 = r->samples[1] + x;
    float features[OWN_FEATURES + 2 * CODED_FEATURES], outputs[OUTPUTS];
    struct mixture mixture;
    struct seen seen;
    if (y == 0) fill_above(g, plane, x, y);
    if (plane == 0) seen.predictions = predict_first(s0, s1);
    else seen.predictions = predict_later(plane, s0, s1, near->samples[0] + x, near->samples[1] + x,
                                          first->samples[0] + x, first->samples[1] + x);
    seen.recent = recent_errors(r, x);
    see_centre(&seen, 0);
    see_scale(base, x, &seen);
    int inputs = (int)(set_features(g, plane, x, &seen, features) - features);
    int across = x / TILE < s->across ? x / TILE : s->across - 1;
    struct tile *tile = has_latents ? &s->tiles[across] : &s->neutral;
    forward(s->layers[plane], inputs, features, tile->modulation + plane * MODULATION, outputs);
    mixture_set(&mixture, outputs, seen.centre, seen.scale, NARROWEST);
    int level = pop_level(&base->message, &mixture);
    *sample_at(g, plane, x, y) = (uint16_t)level;
    /* The posterior of a tile sees every second sample, as on a checkerboard. */
    if (has_latents && ((x ^ y) & 1) == 0)
      add_to_pool(s, tile, plane, features, features + OWN_FEATURES, (float)level - seen.centre, seen.scale);
    keep_sample(base, x, (float)level, &seen);
  }
  if (has_latents && plane == 2 && y == end - 1) close_tiles(s);
}

void decode_static(struct coded *coded) {
  static const struct photo_family family = {open, decode_row};
  decode_groups(coded, &family, -1);
}
