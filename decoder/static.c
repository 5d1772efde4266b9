/* Static photo models: networks that latents of tiles modulate. docs/FORMAT.md and docs/arithmetic/photos.md,
 * photo-static. */
#include <stdio.h>

#include "gaussian.h"
#include "planes.h"

/* Rows and columns of a tile, rows of the strip without latents; numbers of a plane's modulation; units. */
enum { TILE = 16, STRIP = 8, LATENTS = 16, LATENT_BITS = 10, MODULATION = 112, MODULATION_UNITS = 32 };
enum { PRIOR_INPUTS = 2 * LATENTS + 2, HIDDEN1 = 32, HIDDEN2 = 16, POOLED = 24, POOLED_INPUTS = 48 };
enum { POSTERIOR = 48 };

struct tile {
  float modulation[3 * MODULATION];
  float pools[3][POOLED], counts[3]; /* sums of the pooled network's outputs */
  float posterior[2 * LATENTS];      /* means, logs of scales; until the tile is complete, of the one above */
  double means[LATENTS], scales[LATENTS]; /* of the prior */
  float values[LATENTS];
  uint32_t bins[LATENTS];
};

struct still {
  int across, tile_rows;
  struct tile *tiles, strip; /* the strip's latents are 0 */
  const float *layers[3][3], *pooled[3], *pooled_bias[3];
};

/* A dense layer of the weights. */
static void apply(const struct group *g, const char *name, float *out, const float *x, int inputs,
                  int outputs) {
  char full[64];
  snprintf(full, sizeof full, "%s.weights", name);
  const float *weights = tensor(g->coded->weights, full, (size_t)(inputs * outputs));
  product_even_odd(out, x, inputs, weights, outputs, outputs);
  snprintf(full, sizeof full, "%s.bias", name);
  add_bias(out, tensor(g->coded->weights, full, (size_t)outputs), outputs);
}

static void modulate(const struct group *g, struct tile *tile) {
  float hidden[MODULATION_UNITS];
  apply(g, "modulation.hidden", hidden, tile->values, LATENTS, MODULATION_UNITS);
  leaky_all(hidden, MODULATION_UNITS);
  apply(g, "modulation.output", tile->modulation, hidden, MODULATION_UNITS, 3 * MODULATION);
}

static void open(struct group *g) {
  const struct weights *w = g->coded->weights;
  struct still *s = g->state = take(1, sizeof *s);
  int has_latents = tensor_size(w, "prior.bias") > 0 && g->width >= TILE && g->height >= STRIP + TILE;
  s->across = g->width < TILE ? 1 : g->width / TILE;
  s->tile_rows = has_latents ? (g->height - STRIP) / TILE : 0;
  s->tiles = take((size_t)s->across, sizeof *s->tiles);
  for (int p = 0; p < 3; p++) {
    const int inputs = OWN_FEATURES + p * CODED_FEATURES + (2 - p) * LATER_FEATURES;
    const int sizes[4] = {inputs, HIDDEN1, HIDDEN2, OUTPUTS};
    char name[64];
    for (int layer = 0; layer < 3; layer++) {
      snprintf(name, sizeof name, "plane%d.layer%d", p, layer + 1);
      s->layers[p][layer] = tensor(w, name, (size_t)(sizes[layer] * sizes[layer + 1]));
    }
    if (!has_latents) continue;
    snprintf(name, sizeof name, "plane%d.pooled.weights", p);
    s->pooled[p] = tensor(w, name, POOLED_INPUTS * POOLED);
    snprintf(name, sizeof name, "plane%d.pooled.bias", p);
    s->pooled_bias[p] = tensor(w, name, POOLED);
  }
  modulate(g, &s->strip);
}

/* Pops the latents of a row of tiles, tile by tile by their priors, and modulates the networks by them. */
static void open_tiles(struct group *g, int tile_row) {
  struct still *s = g->state;
  for (int t = 0; t < s->across; t++) {
    struct tile *tile = &s->tiles[t];
    float inputs[PRIOR_INPUTS] = {0}, prior[2 * LATENTS];
    if (t > 0) memcpy(inputs, s->tiles[t - 1].values, sizeof tile->values);
    for (int j = 0; j < LATENTS && tile_row > 0; j++)
      inputs[LATENTS + j] = clamp1(tile->posterior[j], -16.0f, 16.0f);
    inputs[2 * LATENTS] = (float)(t == 0), inputs[2 * LATENTS + 1] = (float)(tile_row == 0);
    apply(g, "prior", prior, inputs, PRIOR_INPUTS, 2 * LATENTS);
    for (int j = 0; j < LATENTS; j++) {
      uint32_t bin = tile->bins[j] = peek(&g->plane[2].message, LATENT_BITS);
      double centre = (double)(float)gaussian_centre(bin, LATENT_BITS);
      pop(&g->plane[2].message, bin, 1, LATENT_BITS);
      tile->means[j] = (double)clamp1(prior[j], -16.0f, 16.0f);
      tile->scales[j] = exp64((double)clamp1(prior[LATENTS + j], -3.0f, 1.0f));
      tile->values[j] = (float)(tile->means[j] + tile->scales[j] * centre);
    }
    modulate(g, tile);
    memset(tile->pools, 0, sizeof tile->pools);
    memset(tile->counts, 0, sizeof tile->counts);
  }
}

/* Pushes the latents of a row of tiles by their posteriors, the last one first. */
static void close_tiles(struct group *g) {
  struct still *s = g->state;
  for (int t = s->across; t-- > 0;) {
    struct tile *tile = &s->tiles[t];
    float means[3 * POOLED], hidden[POSTERIOR];
    for (int i = 0; i < 3 * POOLED; i++)
      means[i] = tile->pools[i / POOLED][i % POOLED] * (1.0f / tile->counts[i / POOLED]);
    apply(g, "posterior.hidden", hidden, means, 3 * POOLED, POSTERIOR);
    leaky_all(hidden, POSTERIOR);
    apply(g, "posterior.output", tile->posterior, hidden, POSTERIOR, 2 * LATENTS);
    for (int j = LATENTS; j-- > 0;) {
      double scale = exp64((double)clamp1(tile->posterior[LATENTS + j], -6.0f, 2.0f)) / tile->scales[j];
      double mean = ((double)clamp1(tile->posterior[j], -16.0f, 16.0f) - tile->means[j]) / tile->scales[j];
      gaussian_push(&g->plane[2].message, tile->bins[j], mean, scale, LATENT_BITS);
    }
  }
}

/* A plane's outputs, as its modulation has them: scales and biases of hidden units, biases of outputs. */
static void forward(const float *const layers[3], int inputs, const float *features, const float *modulation,
                    float *outputs) {
  const float *m1 = modulation, *m2 = m1 + 2 * HIDDEN1;
  float h1[HIDDEN1] = {0}, h2[HIDDEN2];
  add_product(h1, features, inputs, layers[0], HIDDEN1, HIDDEN1);
  for (int i = 0; i < HIDDEN1; i++) h1[i] = leaky(h1[i] * m1[i] + m1[HIDDEN1 + i]);
  product_even_odd(h2, h1, HIDDEN1, layers[1], HIDDEN2, HIDDEN2);
  for (int i = 0; i < HIDDEN2; i++) h2[i] = leaky(h2[i] * m2[i] + m2[HIDDEN2 + i]);
  product_even_odd(outputs, h2, HIDDEN2, layers[2], OUTPUTS, OUTPUTS);
  add_bias(outputs, m2 + 2 * HIDDEN2, OUTPUTS);
}

/* Adds what a sample says to its tile's pool. f are its features, those of the next plane from 48 on. */
static void add_to_pool(const struct still *s, struct tile *tile, int plane, const float *f, float error,
                        float scale) {
  const float *last = plane == 0 ? f + 8 : f + 60;
  const float *parts[8] = {f + 24, f + 28, f + 16, f, f + 4, f + 48, last, last + 4};
  float x[POOLED_INPUTS], hidden[POOLED] = {0}, d = clamp1(error / scale, -8.0f, 8.0f);
  store4(x, lanes4(d, fabsf(d), log2_1(fabsf(d) + 0.1f), log2_1(scale) * 0.5f));
  for (int i = 0; i < 32; i++) x[i < 24 ? 4 + i : 16 + i] = d * 0.125f * parts[i / 4][i % 4];
  memcpy(x + 28, f + 20, 4 * sizeof *x);
  memcpy(x + 32, f + 40, 8 * sizeof *x);
  add_product(hidden, x, POOLED_INPUTS, s->pooled[plane], POOLED, POOLED);
  for (int i = 0; i < POOLED; i++) tile->pools[plane][i] += leaky(hidden[i] + s->pooled_bias[plane][i]);
  tile->counts[plane] += 1.0f;
}

static float median(float w, float n, float nw) { return max1(min1(w, n), min1(max1(w, n), w + n - nw)); }

/* From neighbours, and from the planes coded just before (q) and first (f). */
static lanes predictions_of(const struct group *g, int plane, int x) {
  const float *row0 = g->plane[plane].samples[0] + x, *row1 = g->plane[plane].samples[1] + x;
  float w = row0[-1], n = row1[0], nw = row1[-1], ne = row1[1];
  if (plane == 0)
    return clamp_levels(lanes4(
        median(w, n, nw), (w + n) * 0.5f + (ne - nw) * 0.25f, n + (w - nw) * 0.6f + (ne - n) * 0.15f,
        w + (ne - n) * 0.4f + (n - nw) * 0.3f));
  const float *q0 = g->plane[plane - 1].samples[0] + x, *q1 = g->plane[plane - 1].samples[1] + x;
  const float *f0 = g->plane[0].samples[0] + x, *f1 = g->plane[0].samples[1] + x;
  float q = q0[0], dw = w - q0[-1], dn = n - q1[0], dnw = nw - q1[-1], dne = ne - q1[1], last;
  if (plane == 1) last = local_mean(row0, row1) + 0.7f * (q - local_mean(q0, q1));
  else last = f0[0] + (w - f0[-1] + n - f1[0]) * 0.375f + (nw - f1[-1] + ne - f1[1]) * 0.125f;
  return clamp_levels(lanes4(q + median(dw, dn, dnw), q + (dw + dn) * 0.375f + (dnw + dne) * 0.125f,
                             median(w, n, nw), last));
}

static void decode_row(struct group *g, int plane, int y) {
  struct still *s = g->state;
  struct plane *own = &g->plane[plane];
  int tile_row = y / TILE < s->tile_rows ? y / TILE : s->tile_rows - 1;
  int end = tile_row == s->tile_rows - 1 ? g->height - STRIP : (tile_row + 1) * TILE;
  int has_latents = s->tile_rows > 0 && y < end;
  if (has_latents && plane == 0 && y == tile_row * TILE) open_tiles(g, tile_row);
  for (int x = 0; x < g->width; x++) {
    float features[OWN_FEATURES + 2 * CODED_FEATURES], outputs[OUTPUTS];
    struct mixture mixture;
    struct seen seen;
    if (y == 0) fill_above(own, x);
    seen.predictions = predictions_of(g, plane, x);
    seen.recent = recent_errors(own, x);
    see_centre(&seen, 0);
    see_scale(own, x, &seen);
    int inputs = (int)(set_features(g, plane, x, &seen, features) - features);
    int across = x / TILE < s->across ? x / TILE : s->across - 1;
    struct tile *tile = has_latents ? &s->tiles[across] : &s->strip;
    forward(s->layers[plane], inputs, features, tile->modulation + plane * MODULATION, outputs);
    mixture_set(&mixture, outputs, seen.centre, seen.scale, NARROWEST);
    int level = pop_level(&own->message, &mixture);
    *sample_at(g, plane, x, y) = (uint16_t)level;
    /* The posterior of a tile sees every second sample, as on a checkerboard. */
    if (has_latents && ((x ^ y) & 1) == 0)
      add_to_pool(s, tile, plane, features, (float)level - seen.centre, seen.scale);
    keep_sample(own, x, (float)level, &seen);
  }
  if (has_latents && plane == 2 && y == end - 1) close_tiles(g);
}

void decode_static(struct coded *coded) { decode_groups(coded, open, decode_row, -1); }
