/* The family `vaezip-binary`: docs/FORMAT.md, binary; docs/arithmetic/base.md. */
#include <string.h>

#include "chain.h"
#include "gaussian.h"

enum { SIDE = 28, PIXELS = 784, GRID = 7, CELLS = 49, NARROW = 8, WIDE = 32, CELL = 64 };
enum { MOST_NEIGHBOURS = 24, MOST_FEATURES = 64, MOST_LATENTS = 128, BITS = 24, MOST_SAMPLES_PER_BIT = 45426 };

/* Rows down, columns right, the nearest first. */
static const int AROUND[MOST_NEIGHBOURS][2] = {{0, -1},  {-1, 0}, {-1, -1}, {-1, 1}, {0, -2},  {-2, 0},
                                               {-1, -2}, {-1, 2}, {-2, -1}, {-2, 1}, {-2, -2}, {-2, 2},
                                               {0, -3},  {-3, 0}, {-1, -3}, {-1, 3}, {-3, -1}, {-3, 1},
                                               {-2, -3}, {-2, 3}, {-3, -2}, {-3, 2}, {0, -4},  {-4, 0}};

struct binary {
  int neighbours, features, window;
  struct layer encoder_patch, encoder_narrow, encoder_hidden, encoder_latents;
  struct layer decoder_hidden, decoder_narrow, decoder_convolution, decoder_cell, decoder_patch, pixel_hidden;
  const float *context, *output, *output_bias;
  struct latents latents;
  float one[CELLS * PIXELS], other[CELLS * PIXELS]; /* what layers give, by turns */
  float pixels[PIXELS * MOST_FEATURES];             /* what the latents say of each */
};

/* q(z | x). */
static void see_image(struct binary *b, const uint16_t *samples, float *gaussians) {
  int margin = (b->window - 4) / 2, size = b->window * b->window;
  for (int i = 0; i < CELLS * size; i++) {
    int cell = i / size, y = cell / GRID * 4 + i % size / b->window - margin;
    int x = cell % GRID * 4 + i % b->window - margin;
    b->one[i] = y >= 0 && y < SIDE && x >= 0 && x < SIDE && samples[y * SIDE + x] ? 1 : 0;
  }
  apply(&b->encoder_patch, b->other, b->one, CELLS, elu_all);
  apply(&b->encoder_narrow, b->one, b->other, CELLS, elu_all);
  apply(&b->encoder_hidden, b->other, b->one, 1, elu_all);
  apply(&b->encoder_latents, gaussians, b->other, 1, NULL);
}

/* What z says of each pixel, cell by cell. */
static void see_latents(struct binary *b) {
  const struct layer *around = &b->decoder_convolution;
  apply(&b->decoder_hidden, b->one, b->latents.values, 1, elu_all);
  apply(&b->decoder_narrow, b->other, b->one, 1, elu_all);
  convolution(b->one, b->other, GRID, GRID, NARROW, around->weights, around->bias, WIDE);
  elu_all(b->one, CELLS * WIDE);
  apply(&b->decoder_cell, b->other, b->one, CELLS, elu_all);
  apply(&b->decoder_patch, b->pixels, b->other, CELLS, NULL);
}

/* Of 2^24 positions, how many are white's. */
static uint32_t white_of(const struct binary *b, const uint16_t *samples, int y, int x) {
  float first[MOST_FEATURES], second[MOST_FEATURES];
  int pixel = (y / 4 * GRID + x / 4) * 16 + y % 4 * 4 + x % 4;
  memcpy(first, b->pixels + pixel * b->features, (size_t)b->features * sizeof *first);
  for (int n = 0; n < b->neighbours; n++) {
    int row = y + AROUND[n][0], column = x + AROUND[n][1];
    if (row >= 0 && column >= 0 && column < SIDE && samples[row * SIDE + column])
      add_bias(first, b->context + n * b->features, b->features);
  }
  elu_all(first, b->features);
  apply(&b->pixel_hidden, second, first, 1, elu_all);
  lanes sum = splat4(0);
  for (int k = 0; k < b->features; k += 4) sum = add4(sum, mul4(load4(second + k), load4(b->output + k)));
  double logit = sum4(sum) + *b->output_bias;
  double p = 0.0000152587890625 + (1 - 2 * 0.0000152587890625) * (1 / (1 + exp64(-logit)));
  return (uint32_t)(p * 16777216.0);
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct binary *b = model;
  float gaussians[2 * MOST_LATENTS];
  pop_latents(message, &b->latents, NULL);
  see_latents(b);
  for (int i = 0; i < PIXELS; i++) {
    uint32_t white = white_of(b, samples, i / SIDE, i % SIDE);
    samples[i] = peek(message, BITS) < white ? 255 : 0;
    if (samples[i]) pop(message, 0, white, BITS);
    else pop(message, white, ((uint32_t)1 << BITS) - white, BITS);
  }
  see_image(b, samples, gaussians);
  push_latents(message, &b->latents, gaussians);
}

/* How many rows a tensor has, of so many columns: a size of the model, a multiple of `unit`. */
static int rows_of(const struct weights *weights, const char *name, int columns, int most, int unit) {
  int size = (int)tensor_size(weights, name);
  if (columns == 0 || size % columns != 0 || size / columns > most || size / columns % unit != 0)
    fail("weights of the kind vaezip-binary have no such sizes");
  return size / columns;
}

void decode_binary(struct coded *coded) {
  const struct weights *w = coded->weights;
  if (coded->width != SIDE || coded->height != SIDE) fail("digits are not 28x28");
  struct binary *b = take(1, sizeof *b);
  int hidden = rows_of(w, "decoder.hidden.bias", 1, 512, 4);
  int latents = rows_of(w, "decoder.hidden.weight", hidden, MOST_LATENTS, 2);
  int units = rows_of(w, "encoder.patch.bias", 1, MOST_FEATURES, 4);
  int code = rows_of(w, "encoder.narrow.bias", 1, 64, 4);
  int samples = rows_of(w, "encoder.patch.weight", units, PIXELS, 1);
  b->features = rows_of(w, "pixel.hidden.bias", 1, MOST_FEATURES, 4);
  b->neighbours = rows_of(w, "pixel.context.weight", b->features, MOST_NEIGHBOURS, 1);
  while (b->window * b->window < samples) b->window += 2;
  if (b->window < 4) fail("weights of the kind vaezip-binary have no such sizes");
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
  b->latents = open_latents(latents, 12, 1);
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, b);
}
