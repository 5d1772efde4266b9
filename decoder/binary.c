/* The family `vaezip-binary`: docs/FORMAT.md, binary. */
#include <string.h>

#include "chain.h"
#include "gaussian.h"

enum {
  SIDE = 28,
  PIXELS = 784,
  GRID = 7,
  CELLS = 49,
  NARROW = 8,
  WIDE = 32,
  CELL = 64,
  MOST_NEIGHBOURS = 24
};
enum { MOST_FEATURES = 64, BITS = 24, MOST_SAMPLES_PER_BIT = 45426 };

/* Rows down, columns right, the nearest first. */
static const int AROUND[MOST_NEIGHBOURS][2] = {{0, -1},  {-1, 0}, {-1, -1}, {-1, 1}, {0, -2},  {-2, 0},
                                               {-1, -2}, {-1, 2}, {-2, -1}, {-2, 1}, {-2, -2}, {-2, 2},
                                               {0, -3},  {-3, 0}, {-1, -3}, {-1, 3}, {-3, -1}, {-3, 1},
                                               {-2, -3}, {-2, 3}, {-3, -2}, {-3, 2}, {0, -4},  {-4, 0}};

struct binary {
  int neighbours, features, window;
  struct layer encoder_patch, encoder_narrow, encoder_hidden, encoder_latents;
  struct layer decoder_hidden, decoder_narrow, decoder_convolution, decoder_cell, decoder_patch;
  struct layer pixel_hidden;
  const float *context, *output, *output_bias;
  struct bins bins;
  float *windows, *window_units, *codes, *hidden,
      *gaussian;                         /* of the encoder; the last two of the decoder too */
  float *narrow, *wide, *cells, *pixels; /* of the decoder */
};

/* q(z | x). */
static void see_image(struct binary *b, const uint16_t *samples) {
  float *to = b->windows;
  int margin = (b->window - 4) / 2;
  for (int cell = 0; cell < CELLS; cell++)
    for (int i = 0; i < b->window; i++)
      for (int j = 0; j < b->window; j++) {
        int y = cell / GRID * 4 + i - margin, x = cell % GRID * 4 + j - margin;
        *to++ = y >= 0 && y < SIDE && x >= 0 && x < SIDE && samples[y * SIDE + x] ? 1 : 0;
      }
  apply_elu(&b->encoder_patch, b->window_units, b->windows, CELLS);
  apply_elu(&b->encoder_narrow, b->codes, b->window_units, CELLS);
  apply_elu(&b->encoder_hidden, b->hidden, b->codes, 1);
  apply(&b->encoder_latents, b->gaussian, b->hidden, 1);
}

/* What z says of each pixel, cell by cell. */
static void see_latents(struct binary *b) {
  const struct layer *around = &b->decoder_convolution;
  apply_elu(&b->decoder_hidden, b->hidden, b->bins.values, 1);
  apply_elu(&b->decoder_narrow, b->narrow, b->hidden, 1);
  convolution(b->wide, b->narrow, GRID, GRID, NARROW, around->weights, around->bias, WIDE);
  elu_all(b->wide, CELLS * WIDE);
  apply_elu(&b->decoder_cell, b->cells, b->wide, CELLS);
  apply(&b->decoder_patch, b->pixels, b->cells, CELLS);
}

/* Of 2^24 positions, how many are white's. */
static uint32_t white_of(const struct binary *b, const uint16_t *samples, int y, int x) {
  float first[MOST_FEATURES], second[MOST_FEATURES];
  int pixel = (y / 4 * GRID + x / 4) * 16 + y % 4 * 4 + x % 4;
  memcpy(first, b->pixels + pixel * b->features, (size_t)b->features * sizeof *first);
  for (int n = 0; n < b->neighbours; n++) {
    int row = y + AROUND[n][0], column = x + AROUND[n][1];
    if (row < 0 || column < 0 || column >= SIDE || !samples[row * SIDE + column]) continue;
    add_bias(first, b->context + n * b->features, b->features);
  }
  elu_all(first, b->features);
  apply_elu(&b->pixel_hidden, second, first, 1);
  lanes sum = splat4(0);
  for (int k = 0; k < b->features; k += 4) sum = add4(sum, mul4(load4(second + k), load4(b->output + k)));
  double logit = sum4(sum) + *b->output_bias;
  double p = 0.0000152587890625 + (1 - 2 * 0.0000152587890625) * (1 / (1 + exp64(-logit)));
  return (uint32_t)(p * 16777216.0);
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct binary *b = model;
  pop_uniform(message, &b->bins);
  see_latents(b);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      uint32_t white = white_of(b, samples, y, x);
      int is_white = peek(message, BITS) < white;
      if (is_white) pop(message, 0, white, BITS);
      else pop(message, white, ((uint32_t)1 << BITS) - white, BITS);
      samples[y * SIDE + x] = is_white ? 255 : 0;
    }
  see_image(b, samples);
  push_gaussians(message, &b->bins, b->gaussian, b->gaussian + b->bins.count);
}

/* How many rows a tensor has, of so many columns: a size of the model. */
static int rows_of(const struct weights *weights, const char *name, int columns, int most) {
  size_t size = tensor_size(weights, name);
  if (columns == 0 || size % (size_t)columns != 0 || size / (size_t)columns > (size_t)most)
    fail("weights of the kind vaezip-binary have no such sizes");
  return (int)(size / (size_t)columns);
}

void decode_binary(struct coded *coded) {
  const struct weights *w = coded->weights;
  if (coded->width != SIDE || coded->height != SIDE || coded->channels != 1)
    fail("digits are not 28x28 and grey");
  struct binary *b = take(1, sizeof *b);
  int hidden = rows_of(w, "decoder.hidden.bias", 1, 512),
      latents = rows_of(w, "decoder.hidden.weight", hidden, 128);
  int units = rows_of(w, "encoder.patch.bias", 1, MOST_FEATURES),
      code = rows_of(w, "encoder.narrow.bias", 1, 64);
  b->features = rows_of(w, "pixel.hidden.bias", 1, MOST_FEATURES);
  b->neighbours = rows_of(w, "pixel.context.weight", b->features, MOST_NEIGHBOURS);
  int samples = rows_of(w, "encoder.patch.weight", units, PIXELS);
  while (b->window * b->window < samples) b->window++;
  if (hidden % 4 || latents % 2 || units % 4 || code % 4 || b->features % 4 || b->window % 2 || b->window < 4)
    fail("weights of the kind vaezip-binary have no such sizes");
  b->encoder_patch = layer_of(w, "encoder.patch", b->window * b->window, units);
  b->encoder_narrow = layer_of(w, "encoder.narrow", units, code);
  b->encoder_hidden = layer_of(w, "encoder.hidden", CELLS * code, hidden);
  b->encoder_latents = layer_of(w, "encoder.latents", hidden, 2 * latents);
  b->decoder_hidden = layer_of(w, "decoder.hidden", latents, hidden);
  b->decoder_narrow = layer_of(w, "decoder.narrow", hidden, CELLS * NARROW);
  b->decoder_convolution = layer_of(w, "decoder.convolution", 9 * NARROW, WIDE);
  b->decoder_cell = layer_of(w, "decoder.cell", WIDE, CELL);
  b->decoder_patch = layer_of(w, "decoder.patch", CELL, 16 * b->features);
  b->pixel_hidden = layer_of(w, "pixel.hidden", b->features, b->features);
  if (b->neighbours) b->context = tensor(w, "pixel.context.weight", (size_t)(b->neighbours * b->features));
  b->output = tensor(w, "pixel.output.weight", (size_t)b->features);
  b->output_bias = tensor(w, "pixel.output.bias", 1);
  b->bins = bins_of(latents, 12, 1);
  b->windows = take((size_t)(CELLS * b->window * b->window), sizeof(float));
  b->window_units = take((size_t)(CELLS * units), sizeof(float));
  b->codes = take((size_t)(CELLS * code), sizeof(float));
  b->hidden = take((size_t)hidden, sizeof(float));
  b->gaussian = take(2 * (size_t)latents, sizeof(float));
  b->narrow = take(CELLS * NARROW, sizeof(float));
  b->wide = take(CELLS * WIDE, sizeof(float));
  b->cells = take(CELLS * CELL, sizeof(float));
  b->pixels = take((size_t)(PIXELS * b->features), sizeof(float));
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, b);
}
