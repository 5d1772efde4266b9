/* The family `vaezip-digits`: docs/FORMAT.md, digits. */
#include <string.h>

#include "chain.h"
#include "mixture.h"

enum { SIDE = 28, PIXELS = 784, GRID = 7, CELLS = 49, CELL_PIXELS = 16, CHANNELS = 32, PADDED = 9 };
enum { SEEN = 192, FIRST = 48, SECOND = 32, INK = 52, BOTTOM = 16, TOP = 8, NEIGHBOURS = 14, FULL = 250 };
enum { WINDOW = 9 * CHANNELS, PATCH = CELL_PIXELS * FIRST, MOST_SAMPLES_PER_BIT = 11352 };

/* As the format has it, 1 / 255 in binary32. */
static const float SHARE = (float)(1.0 / 255.0);

/* Rows down, columns right. */
static const int AROUND[NEIGHBOURS][2] = {{0, -1}, {-1, 0},  {-1, -1}, {-1, 1},  {0, -2}, {-2, 0}, {-1, -2},
                                          {-1, 2}, {-2, -1}, {-2, 1},  {-2, -2}, {-2, 2}, {0, -3}, {-3, 0}};

struct digits {
  struct layer see, encoder_hidden, encoder_bottom, encoder_middle, encoder_top, decoder_top, decoder_bottom;
  struct layer ink_hidden, ink_output, decoder_hidden, convolution, patch, hidden, output;
  const float *ink_cells, *ink_channels;
  /* Of each neighbour, what its value is multiplied with, and what is added; of full ink. */
  float slopes[NEIGHBOURS][FIRST], offsets[NEIGHBOURS][2][FIRST];
  float edges[256]; /* of levels: their lower ends */
  struct bins bottom, top;
  float patches[CELLS][PATCH]; /* what the latents say of each pixel */
  uint8_t has_ink[CELLS];
};

static void dense_leaky(const struct layer *layer, float *out, const float *x) {
  apply(layer, out, x, 1);
  leaky_all(out, layer->outputs);
}

/* Both layers of a network that ends in a Gaussian: means, then logarithms of scales. */
static void gaussian_of(const struct layer *hidden, const struct layer *output, float *out, const float *x) {
  float units[96];
  dense_leaky(hidden, units, x);
  apply(output, out, units, 1);
}

/* q(z1 | x). */
static void see_image(const struct digits *d, const uint16_t *samples, float *gaussian) {
  float seen[SEEN];
  memcpy(seen, d->see.bias, sizeof seen);
  for (int i = 0; i < PIXELS; i++) {
    if (samples[i] == 0) continue;
    float x = samples[i] * SHARE;
    const float *weights = d->see.weights + i * SEEN;
    for (int k = 0; k < SEEN; k++) seen[k] += x * weights[k];
  }
  leaky_all(seen, SEEN);
  gaussian_of(&d->encoder_hidden, &d->encoder_bottom, gaussian, seen);
}

/* Which cells have ink: each of them tells those behind it. */
static void pop_ink(struct digits *d, struct message *message) {
  float units[64], logits[INK];
  dense_leaky(&d->ink_hidden, units, d->bottom.values);
  apply(&d->ink_output, logits, units, 1);
  for (int cell = 0; cell < CELLS; cell++) {
    int ink = integer_of(65536.0f / (1.0f + exp1(-logits[cell])));
    ink = ink < 64 ? 64 : ink > 65536 - 64 ? 65536 - 64 : ink;
    uint32_t none = (uint32_t)(65536 - ink);
    d->has_ink[cell] = peek(message, 16) >= none;
    if (d->has_ink[cell]) pop(message, none, (uint32_t)ink, 16);
    else pop(message, 0, none, 16);
    if (d->has_ink[cell])
      for (int k = 0; k < INK; k++) logits[k] += d->ink_cells[cell * INK + k];
  }
}

/* What the latents and the ink say of the pixels of each cell with ink. */
static void see_latents(struct digits *d) {
  static const float zeros[CHANNELS];
  float grid[CELLS * CHANNELS], cells[PADDED][PADDED][CHANNELS], window[WINDOW], units[CHANNELS];
  apply(&d->decoder_hidden, grid, d->bottom.values, 1);
  memset(cells, 0, sizeof cells);
  for (int cell = 0; cell < CELLS; cell++) {
    float *to = cells[cell / GRID + 1][cell % GRID + 1];
    const float *ink = d->has_ink[cell] ? d->ink_channels : zeros;
    for (int k = 0; k < CHANNELS; k++) to[k] = leaky(grid[cell * CHANNELS + k] + ink[k]);
  }
  for (int cell = 0; cell < CELLS; cell++) {
    if (!d->has_ink[cell]) continue;
    for (int row = 0; row < 3; row++)
      memcpy(window + row * 3 * CHANNELS, cells[cell / GRID + row][cell % GRID],
             3 * CHANNELS * sizeof(float));
    dense_leaky(&d->convolution, units, window);
    apply(&d->patch, d->patches[cell], units, 1);
  }
}

/* The mixture of the pixel's level, by what the latents say of it and by its neighbours. */
static void see_pixel(const struct digits *d, const float *latents, const uint16_t *samples, int y, int x,
                      struct mixture *mixture) {
  float first[FIRST], second[SECOND], outputs[OUTPUTS];
  memcpy(first, latents, sizeof first);
  for (int n = 0; n < NEIGHBOURS; n++) {
    int row = y + AROUND[n][0], column = x + AROUND[n][1];
    if (row < 0 || column < 0 || column >= SIDE) continue;
    int level = samples[row * SIDE + column];
    if (level == 0) continue;
    float share = (float)level * SHARE;
    const float *slopes = d->slopes[n], *offsets = d->offsets[n][level >= FULL];
    for (int k = 0; k < FIRST; k++) first[k] += share * slopes[k] + offsets[k];
  }
  leaky_all(first, FIRST);
  dense_leaky(&d->hidden, second, first);
  product_even_odd(outputs, second, SECOND, d->output.weights, OUTPUTS, OUTPUTS);
  add_bias(outputs, d->output.bias, OUTPUTS);
  mixture_set(mixture, outputs, 128, 24, 40);
}

/* The first position of level t. */
static uint32_t cumulative(const struct digits *d, const struct mixture *mixture, int t) {
  if (t == 0) return 0;
  if (t == 256) return MIXTURE_TOTAL;
  lanes shares;
  for (int k = 0; k < 4; k++) {
    float x = (mixture->means.at[k] - d->edges[t]) * (mixture->inverses.at[k] * 1.442695f);
    shares.at[k] = mixture->weights.at[k] * (1.0f / (1.0f + cubic_exp2(clamp1(x, -57, 57))));
  }
  return count_of((double)sum4(shares) * SHARED) + (uint32_t)(RESERVED * t);
}

/* Most levels are 0, or of full ink. */
static uint16_t pop_pixel(const struct digits *d, const struct mixture *mixture, struct message *message) {
  uint32_t position = peek(message, MIXTURE_BITS), start = 0, past = MIXTURE_TOTAL;
  int low = 0, high = 256;
  for (int t = 1; high - low > 1; t = low == 1 && high == 256 ? FULL : (low + high) / 2) {
    uint32_t edge = cumulative(d, mixture, t);
    if (position < edge) {
      high = t;
      past = edge;
    } else {
      low = t;
      start = edge;
    }
  }
  pop(message, start, past - start, MIXTURE_BITS);
  return (uint16_t)low;
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct digits *d = model;
  float gaussian[2 * BOTTOM];
  pop_uniform(message, &d->top);
  gaussian_of(&d->decoder_top, &d->decoder_bottom, gaussian, d->top.values);
  pop_gaussians(message, &d->bottom, gaussian, gaussian + BOTTOM);
  gaussian_of(&d->encoder_middle, &d->encoder_top, gaussian, d->bottom.values);
  push_gaussians(message, &d->top, gaussian, gaussian + TOP);
  pop_ink(d, message);
  see_latents(d);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      struct mixture mixture;
      int cell = y / 4 * GRID + x / 4;
      if (!d->has_ink[cell]) continue;
      see_pixel(d, d->patches[cell] + (y % 4 * 4 + x % 4) * FIRST, samples, y, x, &mixture);
      samples[y * SIDE + x] = pop_pixel(d, &mixture, message);
    }
  see_image(d, samples, gaussian);
  push_gaussians(message, &d->bottom, gaussian, gaussian + BOTTOM);
}

void decode_digits(struct coded *coded) {
  const struct weights *weights = coded->weights;
  if (coded->width != SIDE || coded->height != SIDE || coded->channels != 1)
    fail("digits are not 28x28 and grey");
  struct digits *d = take(1, sizeof *d);
  d->see = layer_of(weights, "encoder.image", PIXELS, SEEN);
  d->encoder_hidden = layer_of(weights, "encoder.hidden", SEEN, 96);
  d->encoder_bottom = layer_of(weights, "encoder.bottom", 96, 2 * BOTTOM);
  d->encoder_middle = layer_of(weights, "encoder.middle", BOTTOM, 64);
  d->encoder_top = layer_of(weights, "encoder.top", 64, 2 * TOP);
  d->decoder_top = layer_of(weights, "decoder.top", TOP, 64);
  d->decoder_bottom = layer_of(weights, "decoder.bottom", 64, 2 * BOTTOM);
  d->ink_hidden = layer_of(weights, "ink.hidden", BOTTOM, 64);
  d->ink_output = layer_of(weights, "ink.output", 64, INK);
  d->decoder_hidden = layer_of(weights, "decoder.hidden", BOTTOM, CELLS * CHANNELS);
  d->convolution = layer_of(weights, "decoder.convolution", WINDOW, CHANNELS);
  d->patch = layer_of(weights, "decoder.patch", CHANNELS, PATCH);
  d->hidden = layer_of(weights, "pixel.hidden", FIRST, SECOND);
  d->output = layer_of(weights, "pixel.output", SECOND, OUTPUTS);
  d->ink_cells = tensor(weights, "ink.cells.weight", CELLS * INK);
  d->ink_channels = tensor(weights, "decoder.ink.weight", CHANNELS);
  const float *context = tensor(weights, "pixel.context.weight", 3 * NEIGHBOURS * FIRST);
  for (int n = 0; n < NEIGHBOURS; n++, context += 3 * FIRST)
    for (int k = 0; k < FIRST; k++) {
      d->slopes[n][k] = context[k];
      d->offsets[n][0][k] = context[FIRST + k];
      d->offsets[n][1][k] = context[FIRST + k] + context[2 * FIRST + k];
    }
  const float *widths = tensor(weights, "level.width", 256);
  d->edges[1] = 0.5f;
  for (int t = 1; t < 255; t++) d->edges[t + 1] = d->edges[t] + exp1(clamp1(widths[t], -5, 5));
  d->bottom = bins_of(BOTTOM, 12, 2);
  d->top = bins_of(TOP, 12, 1);
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, d);
}
