/* The family `vaezip-digits`: docs/FORMAT.md, digits; docs/arithmetic/base.md. */
#include <string.h>

#include "chain.h"
#include "mixture.h"

enum { SIDE = 28, PIXELS = 784, GRID = 7, CELLS = 49, CHANNELS = 32, MOST_SAMPLES_PER_BIT = 11352 };
enum { SEEN = 192, FIRST = 48, SECOND = 32, INK = 52, BOTTOM = 16, TOP = 8, NEIGHBOURS = 14, FULL = 250 };

/* As the format has it, 1 / 255 in binary32. */
static const float SHARE = (float)(1.0 / 255.0);

/* Rows down, columns right. */
static const int AROUND[NEIGHBOURS][2] = {{0, -1}, {-1, 0},  {-1, -1}, {-1, 1},  {0, -2}, {-2, 0}, {-1, -2},
                                          {-1, 2}, {-2, -1}, {-2, 1},  {-2, -2}, {-2, 2}, {0, -3}, {-3, 0}};

enum { SEE, ENCODER_HIDDEN, ENCODER_BOTTOM, ENCODER_MIDDLE, ENCODER_TOP, DECODER_TOP, DECODER_BOTTOM };
enum { INK_HIDDEN = 7, INK_OUTPUT, DECODER_HIDDEN, CONVOLUTION, PATCH, PIXEL_HIDDEN, PIXEL_OUTPUT, LAYERS };

static const struct {
  const char *name;
  int inputs, outputs;
} SHAPES[LAYERS] = {{"encoder.image", PIXELS, SEEN},       {"encoder.hidden", SEEN, 96},
                    {"encoder.bottom", 96, 2 * BOTTOM},    {"encoder.middle", BOTTOM, 64},
                    {"encoder.top", 64, 2 * TOP},          {"decoder.top", TOP, 64},
                    {"decoder.bottom", 64, 2 * BOTTOM},    {"ink.hidden", BOTTOM, 64},
                    {"ink.output", 64, INK},               {"decoder.hidden", BOTTOM, CELLS * CHANNELS},
                    {"decoder.convolution", 9 * CHANNELS, CHANNELS}, {"decoder.patch", CHANNELS, 16 * FIRST},
                    {"pixel.hidden", FIRST, SECOND},       {"pixel.output", SECOND, OUTPUTS}};

struct digits {
  struct layer layers[LAYERS];
  const float *ink_cells, *ink_channels;
  /* Of each neighbour, what its value is multiplied with, and what is added; of full ink. */
  float slopes[NEIGHBOURS][FIRST], offsets[NEIGHBOURS][2][FIRST];
  float edges[256]; /* of levels: their lower ends */
  struct latents bottom, top;
  float patches[CELLS][16 * FIRST]; /* what the latents say of each pixel */
  uint8_t has_ink[CELLS];
};

/* A layer and the next one, which ends a network. */
static void apply_two(const struct layer *layers, float *out, const float *x) {
  float units[96];
  apply(&layers[0], units, x, 1, leaky_all);
  apply(&layers[1], out, units, 1, NULL);
}

/* q(z1 | x). */
static void see_image(const struct digits *d, const uint16_t *samples, float *gaussians) {
  float seen[SEEN];
  memcpy(seen, d->layers[SEE].bias, sizeof seen);
  for (int i = 0; i < PIXELS; i++) {
    float x = samples[i] * SHARE;
    if (samples[i] > 0) add_product(seen, &x, 1, d->layers[SEE].weights + i * SEEN, SEEN, SEEN);
  }
  leaky_all(seen, SEEN);
  apply_two(&d->layers[ENCODER_HIDDEN], gaussians, seen);
}

/* Which cells have ink: each of them tells those behind it. */
static void pop_ink(struct digits *d, struct message *message) {
  float logits[INK];
  apply_two(&d->layers[INK_HIDDEN], logits, d->bottom.values);
  for (int cell = 0; cell < CELLS; cell++) {
    int ink = integer_of(65536.0f / (1.0f + exp1(-logits[cell])));
    ink = ink < 64 ? 64 : ink > 65536 - 64 ? 65536 - 64 : ink;
    uint32_t none = (uint32_t)(65536 - ink);
    d->has_ink[cell] = peek(message, 16) >= none;
    if (d->has_ink[cell]) pop(message, none, (uint32_t)ink, 16);
    else pop(message, 0, none, 16);
    for (int k = 0; d->has_ink[cell] && k < INK; k++) logits[k] += d->ink_cells[cell * INK + k];
  }
}

/* What the latents and the ink say of the pixels of each cell with ink. */
static void see_latents(struct digits *d) {
  float grid[CELLS * CHANNELS], cells[GRID + 2][GRID + 2][CHANNELS] = {{{0}}}, window[9 * CHANNELS];
  apply(&d->layers[DECODER_HIDDEN], grid, d->bottom.values, 1, NULL);
  for (int i = 0; i < CELLS * CHANNELS; i++) {
    int cell = i / CHANNELS, k = i % CHANNELS;
    cells[cell / GRID + 1][cell % GRID + 1][k] = leaky(grid[i] + (d->has_ink[cell] ? d->ink_channels[k] : 0));
  }
  for (int cell = 0; cell < CELLS; cell++) {
    for (int row = 0; row < 3; row++)
      memcpy(window + row * 3 * CHANNELS, cells[cell / GRID + row][cell % GRID], 3 * sizeof cells[0][0]);
    if (d->has_ink[cell]) apply_two(&d->layers[CONVOLUTION], d->patches[cell], window);
  }
}

/* The mixture of the pixel's level, by what the latents say of it and by its neighbours. */
static void see_pixel(const struct digits *d, const uint16_t *samples, int cell, int y, int x, struct mixture *mixture) {
  float first[FIRST], second[SECOND], outputs[OUTPUTS];
  memcpy(first, d->patches[cell] + (y % 4 * 4 + x % 4) * FIRST, sizeof first);
  for (int n = 0; n < NEIGHBOURS; n++) {
    int row = y + AROUND[n][0], column = x + AROUND[n][1];
    if (row < 0 || column < 0 || column >= SIDE || samples[row * SIDE + column] == 0) continue;
    int level = samples[row * SIDE + column];
    float share = (float)level * SHARE;
    const float *slopes = d->slopes[n], *offsets = d->offsets[n][level >= FULL];
    for (int k = 0; k < FIRST; k++) first[k] += share * slopes[k] + offsets[k];
  }
  leaky_all(first, FIRST);
  apply(&d->layers[PIXEL_HIDDEN], second, first, 1, leaky_all);
  product_even_odd(outputs, second, SECOND, d->layers[PIXEL_OUTPUT].weights, OUTPUTS, OUTPUTS);
  add_bias(outputs, d->layers[PIXEL_OUTPUT].bias, OUTPUTS);
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

/* Most levels are 0, or of full ink: these are tried first. */
static uint16_t pop_pixel(const struct digits *d, const struct mixture *mixture, struct message *message) {
  uint32_t position = peek(message, MIXTURE_BITS), start = 0, past = MIXTURE_TOTAL;
  int low = 0, high = 256;
  for (int t = 1; high - low > 1; t = low == 1 && high == 256 ? FULL : (low + high) / 2) {
    uint32_t edge = cumulative(d, mixture, t);
    if (position < edge) high = t, past = edge;
    else low = t, start = edge;
  }
  pop(message, start, past - start, MIXTURE_BITS);
  return (uint16_t)low;
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct digits *d = model;
  float gaussians[2 * BOTTOM];
  pop_latents(message, &d->top, NULL);
  apply_two(&d->layers[DECODER_TOP], gaussians, d->top.values);
  pop_latents(message, &d->bottom, gaussians);
  apply_two(&d->layers[ENCODER_MIDDLE], gaussians, d->bottom.values);
  push_latents(message, &d->top, gaussians);
  pop_ink(d, message);
  see_latents(d);
  for (int i = 0; i < PIXELS; i++) {
    int y = i / SIDE, x = i % SIDE, cell = y / 4 * GRID + x / 4;
    if (!d->has_ink[cell]) continue;
    struct mixture mixture;
    see_pixel(d, samples, cell, y, x, &mixture);
    samples[i] = pop_pixel(d, &mixture, message);
  }
  see_image(d, samples, gaussians);
  push_latents(message, &d->bottom, gaussians);
}

void decode_digits(struct coded *coded) {
  const struct weights *weights = coded->weights;
  if (coded->width != SIDE || coded->height != SIDE) fail("digits are not 28x28");
  struct digits *d = take(1, sizeof *d);
  for (int i = 0; i < LAYERS; i++)
    d->layers[i] = layer_of(weights, SHAPES[i].name, SHAPES[i].inputs, SHAPES[i].outputs);
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
  d->bottom = open_latents(BOTTOM, 12, 2);
  d->top = open_latents(TOP, 12, 1);
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, d);
}
