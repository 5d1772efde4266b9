/* The family `vaezip-binary`: docs/FORMAT.md, binary; docs/arithmetic/base.md. */
#include "chain.h"
#include "gaussian.h"

enum { NARROW = 8, WIDE = 32, CELL = 64, BITS = 24, MOST_SAMPLES_PER_BIT = 45426 };
enum { MOST_HIDDEN = 512, MOST_FEATURES = 64, MOST_CODE = 64, MOST_LATENTS = 128 };

struct binary {
  int neighbours, features, window;
  struct layer encoder_patch, encoder_narrow, encoder_hidden, encoder_latents;
  struct layer decoder_hidden, decoder_narrow, decoder_convolution, decoder_cell, decoder_patch, pixel_hidden;
  const float *context, *output, *output_bias; struct latents latents;
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
  elu_all(b->one, CELLS * WIDE); apply(&b->decoder_cell, b->other, b->one, CELLS, elu_all);
  apply(&b->decoder_patch, b->pixels, b->other, CELLS, NULL);
}

/* Of 2^24 positions, how many are white's. */
static uint32_t white_of(const struct binary *b, const uint16_t *samples, int y, int x) {
  float first[MOST_FEATURES], second[MOST_FEATURES]; int n = b->features;
  memcpy(first, b->pixels + (cell_of(y, x) * 16 + within_cell(y, x)) * n, (size_t)n * sizeof *first);
  for (int i = 0; i < b->neighbours; i++)
    if (neighbour_of(samples, y, x, i)) add_bias(first, b->context + i * n, n);
  elu_all(first, n); apply(&b->pixel_hidden, second, first, 1, elu_all); lanes sum = splat4(0);
  for (int k = 0; k < n; k += 4) sum = add4(sum, mul4(load4(second + k), load4(b->output + k)));
  double logit = sum4(sum) + *b->output_bias;
  double p = 0.0000152587890625 + (1 - 2 * 0.0000152587890625) * (1 / (1 + exp64(-logit)));
  return (uint32_t)(p * 16777216.0);
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct binary *b = model; float gaussians[2 * MOST_LATENTS];
  pop_latents(message, &b->latents, NULL); see_latents(b);
  for (int i = 0; i < PIXELS; i++) {
    uint32_t white = white_of(b, samples, i / SIDE, i % SIDE); int is_white = peek(message, BITS) < white;
    pop(message, is_white ? 0 : white, is_white ? white : ((uint32_t)1 << BITS) - white, BITS);
    samples[i] = is_white ? 255 : 0;
  }
  see_image(b, samples, gaussians); push_latents(message, &b->latents, gaussians);
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
  int hidden = rows_of(w, "decoder.hidden.bias", 1, MOST_HIDDEN, 4);
  int latents = rows_of(w, "decoder.hidden.weight", hidden, MOST_LATENTS, 2);
  int units = rows_of(w, "encoder.patch.bias", 1, MOST_FEATURES, 4);
  int code = rows_of(w, "encoder.narrow.bias", 1, MOST_CODE, 4);
  int samples = rows_of(w, "encoder.patch.weight", units, PIXELS, 1);
  int features = b->features = rows_of(w, "pixel.hidden.bias", 1, MOST_FEATURES, 4);
  b->neighbours = rows_of(w, "pixel.context.weight", features, MOST_NEIGHBOURS, 1);
  for (b->window = 4; b->window * b->window < samples;) b->window += 2;
  b->encoder_patch = layer_of(w, b->window * b->window, units, "encoder.patch");
  b->encoder_narrow = layer_of(w, units, code, "encoder.narrow");
  b->encoder_hidden = layer_of(w, CELLS * code, hidden, "encoder.hidden");
  b->encoder_latents = layer_of(w, hidden, 2 * latents, "encoder.latents");
  b->decoder_hidden = layer_of(w, latents, hidden, "decoder.hidden");
  b->decoder_narrow = layer_of(w, hidden, CELLS * NARROW, "decoder.narrow");
  b->decoder_convolution = layer_of(w, 9 * NARROW, WIDE, "decoder.convolution");
  b->decoder_cell = layer_of(w, WIDE, CELL, "decoder.cell");
  b->decoder_patch = layer_of(w, CELL, 16 * features, "decoder.patch");
  b->pixel_hidden = layer_of(w, features, features, "pixel.hidden");
  if (b->neighbours) b->context = tensor(w, "pixel.context.weight", (size_t)(b->neighbours * features));
  b->output = tensor(w, "pixel.output.weight", (size_t)features);
  b->output_bias = tensor(w, "pixel.output.bias", 1); b->latents = open_latents(latents, 12, 1);
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, b);
}
