/* The family `vaezip-thumbs`: docs/FORMAT.md, thumbs. */
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "mixture.h"

enum { LAYERS = 3, CHANNELS = 32, FEATURES = 32, CONTEXT = 20, BITS = 10, MOST_SAMPLES_PER_BIT = 2850 };

/* Latents of a cell, from the bottom; in front of them the values of a pixel. */
static const int VALUES[LAYERS + 1] = {3, 4, 8, 8};

/* A layer of latents: its grid, the networks between it and what lies below, and what these compute with. */
struct grid {
  int width, height;
  struct layer cell, encoder_convolution, encoder_output;  /* q of it, given what lies below */
  struct layer input, decoder_convolution, decoder_output; /* p of what lies below, given it */
  struct bins bins;
  float *gathered; /* of each cell the values of the four below it */
  float *units, *mixed, *outputs, *means, *logs;
};

/* The networks of a channel of a pixel, of which so many are known before it. */
struct channel {
  struct layer hidden, output;
  const float *direct;
};

struct thumbs {
  int width, height;
  struct grid grids[LAYERS];
  struct channel channels[3]; /* green, red, blue */
  const float *context;
};

static int cells_of(const struct grid *grid) {
  return grid->width * grid->height;
}

/* elu convolution, added to what went in. */
static void residual(const struct grid *grid, const struct layer *layer) {
  int count = cells_of(grid) * CHANNELS;
  convolution(grid->mixed, grid->units, grid->height, grid->width, CHANNELS, layer->weights, layer->bias,
              CHANNELS);
  elu_all(grid->mixed, count);
  for (int i = 0; i < count; i++) grid->units[i] += grid->mixed[i];
}

/* q of a layer, of the values gathered below it: of each cell means, then logarithms of scales. */
static void encode(struct grid *grid) {
  int count = cells_of(grid), latents = grid->bins.count / count;
  apply_elu(&grid->cell, grid->units, grid->gathered, count);
  residual(grid, &grid->encoder_convolution);
  apply(&grid->encoder_output, grid->outputs, grid->units, count);
  for (int i = 0; i < grid->bins.count; i++) {
    const float *of_cell = grid->outputs + i / latents * 2 * latents + i % latents;
    grid->means[i] = of_cell[0];
    grid->logs[i] = of_cell[latents];
  }
}

/* What a layer says of the four places of each of its cells, left in its outputs. */
static void decode(struct grid *grid) {
  const struct layer *input = &grid->input;
  convolution(grid->units, grid->bins.values, grid->height, grid->width, input->inputs / 9, input->weights,
              input->bias, CHANNELS);
  elu_all(grid->units, cells_of(grid) * CHANNELS);
  residual(grid, &grid->decoder_convolution);
  apply(&grid->decoder_output, grid->outputs, grid->units, cells_of(grid));
}

/* The place below in raster order, of one that cells hold in their order: upper left, upper right, lower
 * ones. */
static int place_below(const struct grid *grid, int place) {
  int cell = place / 4, y = cell / grid->width * 2 + place % 4 / 2, x = cell % grid->width * 2 + place % 2;
  return y * 2 * grid->width + x;
}

/* Values of the layer below, for q of this one. */
static void gather(struct grid *grid, const struct grid *below) {
  int latents = below->bins.count / cells_of(below);
  for (int place = 0; place < 4 * cells_of(grid); place++)
    memcpy(grid->gathered + place * latents, below->bins.values + place_below(grid, place) * latents,
           (size_t)latents * sizeof(float));
}

/* Pops the latents below by what this layer says of them. */
static void pop_below(struct message *message, struct grid *grid, struct grid *below) {
  int latents = below->bins.count / cells_of(below);
  decode(grid);
  for (int place = 0; place < 4 * cells_of(grid); place++) {
    int at = place_below(grid, place) * latents;
    memcpy(below->means + at, grid->outputs + place * 2 * latents, (size_t)latents * sizeof(float));
    memcpy(below->logs + at, grid->outputs + place * 2 * latents + latents, (size_t)latents * sizeof(float));
  }
  pop_gaussians(message, &below->bins, below->means, below->logs);
}

/* What the lowest layer's q sees of the image, whose last row and column are repeated where its grid goes on.
 */
static void gather_pixels(const struct thumbs *t, const uint16_t *samples) {
  const struct grid *grid = &t->grids[0];
  float *to = grid->gathered;
  for (int place = 0; place < 4 * cells_of(grid); place++) {
    int below = place_below(grid, place), y = below / (2 * grid->width), x = below % (2 * grid->width);
    const uint16_t *pixel =
        samples + ((y < t->height ? y : t->height - 1) * t->width + (x < t->width ? x : t->width - 1)) * 3;
    for (int c = 0; c < 3; c++) *to++ = (float)(pixel[c] - 128) / 64;
  }
}

/* The levels around a pixel: what lies to the left of a row is above its first pixel, and so on. */
static float level_at(const struct thumbs *t, const uint16_t *samples, int y, int x, int c) {
  if (y < 0) return 128;
  if (x < 0) return level_at(t, samples, y - 1, 0, c);
  return samples[(y * t->width + (x < t->width ? x : t->width - 1)) * 3 + c];
}

/* The context of a pixel, and its channels' centres. */
static void see_around(const struct thumbs *t, const uint16_t *samples, int y, int x, float *context,
                       float *centres) {
  for (int c = 0; c < 3; c++) {
    float w = level_at(t, samples, y, x - 1, c), n = level_at(t, samples, y - 1, x, c);
    float nw = level_at(t, samples, y - 1, x - 1, c), ne = level_at(t, samples, y - 1, x + 1, c);
    float centre = 0.375f * (w + n) + 0.125f * (nw + ne);
    const float around[4] = {w, n, nw, ne};
    for (int k = 0; k < 4; k++) context[4 * c + k] = (around[k] - centre) / 32;
    context[12 + c] = (centre - 128) / 64;
    context[15 + c] = log2_1(fabsf(w - nw) + fabsf(n - nw) + fabsf(n - ne) + 1) * 0.25f;
    centres[c] = centre;
  }
  context[18] = x == 0 ? 1 : 0;
  context[19] = y == 0 ? 1 : 0;
}

static void pop_pixel(const struct thumbs *t, struct message *message, const float *latents,
                      uint16_t *samples, int y, int x) {
  static const int order[3] = {1, 0, 2};
  float context[CONTEXT], centres[3], first[FEATURES], known[3], second[FEATURES], outputs[OUTPUTS];
  see_around(t, samples, y, x, context, centres);
  memcpy(first, latents, sizeof first);
  add_product(first, context, CONTEXT, t->context, FEATURES, FEATURES);
  elu_all(first, FEATURES);
  for (int k = 0; k < 3; k++) {
    const struct channel *channel = &t->channels[k];
    int c = order[k];
    memcpy(second, channel->hidden.bias, sizeof second);
    add_product(second, first, FEATURES, channel->hidden.weights, FEATURES, FEATURES);
    add_product(second, known, k, channel->hidden.weights + FEATURES * FEATURES, FEATURES, FEATURES);
    elu_all(second, FEATURES);
    memcpy(outputs, channel->output.bias, sizeof outputs);
    add_product(outputs, context, CONTEXT, channel->direct, OUTPUTS, OUTPUTS);
    add_product(outputs, known, k, channel->direct + CONTEXT * OUTPUTS, OUTPUTS, OUTPUTS);
    add_product(outputs, second, FEATURES, channel->output.weights, OUTPUTS, OUTPUTS);
    struct mixture mixture = {0};
    mixture_set(&mixture, outputs, centres[c], 16, 40);
    int level = pop_level(message, &mixture);
    samples[(y * t->width + x) * 3 + c] = (uint16_t)level;
    known[k] = ((float)level - centres[c]) / 32;
  }
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct thumbs *t = model;
  struct grid *bottom = &t->grids[0], *middle = &t->grids[1], *top = &t->grids[2];
  pop_uniform(message, &top->bins);
  pop_below(message, top, middle);
  gather(top, middle);
  encode(top);
  push_gaussians(message, &top->bins, top->means, top->logs);
  pop_below(message, middle, bottom);
  gather(middle, bottom);
  encode(middle);
  push_gaussians(message, &middle->bins, middle->means, middle->logs);
  decode(bottom);
  for (int y = 0; y < t->height; y++)
    for (int x = 0; x < t->width; x++) {
      int place = (y / 2 * bottom->width + x / 2) * 4 + y % 2 * 2 + x % 2;
      pop_pixel(t, message, bottom->outputs + place * FEATURES, samples, y, x);
    }
  gather_pixels(t, samples);
  encode(bottom);
  push_gaussians(message, &bottom->bins, bottom->means, bottom->logs);
}

static struct layer part(const struct weights *weights, const char *kind, int number, const char *name,
                         int inputs, int outputs) {
  char full[32];
  snprintf(full, sizeof full, "%s%d.%s", kind, number, name);
  return layer_of(weights, full, inputs, outputs);
}

static void open_grid(struct grid *grid, const struct weights *weights, int layer) {
  int latents = VALUES[layer], below = VALUES[layer - 1], outputs = layer == 1 ? 4 * FEATURES : 8 * below;
  size_t cells = (size_t)cells_of(grid);
  grid->cell = part(weights, "encoder", layer, "cell", 4 * below, CHANNELS);
  grid->encoder_convolution = part(weights, "encoder", layer, "convolution", 9 * CHANNELS, CHANNELS);
  grid->encoder_output = part(weights, "encoder", layer, "output", CHANNELS, 2 * latents);
  grid->input = part(weights, "decoder", layer, "input", 9 * latents, CHANNELS);
  grid->decoder_convolution = part(weights, "decoder", layer, "convolution", 9 * CHANNELS, CHANNELS);
  grid->decoder_output = part(weights, "decoder", layer, "output", CHANNELS, outputs);
  grid->bins = bins_of(cells_of(grid) * latents, BITS, layer == LAYERS ? 1 : 2);
  grid->gathered = take(cells * 4 * (size_t)below, sizeof(float));
  grid->units = take(cells * CHANNELS, sizeof(float));
  grid->mixed = take(cells * CHANNELS, sizeof(float));
  grid->outputs = take(cells * 4 * FEATURES, sizeof(float));
  grid->means = take(cells * (size_t)latents, sizeof(float));
  grid->logs = take(cells * (size_t)latents, sizeof(float));
}

void decode_thumbs(struct coded *coded) {
  static const char *const names[3] = {"green", "red", "blue"};
  const struct weights *weights = coded->weights;
  if (coded->width < 32 || coded->width > 64 || coded->height < 32 || coded->height > 64 ||
      coded->channels != 3)
    fail("the sides of thumbs have 32 to 64 pixels");
  struct thumbs *t = take(1, sizeof *t);
  t->width = (int)coded->width;
  t->height = (int)coded->height;
  for (int layer = 1; layer <= LAYERS; layer++) {
    struct grid *grid = &t->grids[layer - 1];
    grid->width = (t->width + 7) / 8 << (LAYERS - layer);
    grid->height = (t->height + 7) / 8 << (LAYERS - layer);
    open_grid(grid, weights, layer);
  }
  t->context = tensor(weights, "pixel.context.weight", CONTEXT * FEATURES);
  for (int k = 0; k < 3; k++) {
    char name[48];
    struct channel *channel = &t->channels[k];
    snprintf(name, sizeof name, "pixel.%s.hidden.weight", names[k]);
    channel->hidden.weights = tensor(weights, name, (size_t)((FEATURES + k) * FEATURES));
    snprintf(name, sizeof name, "pixel.%s.hidden.bias", names[k]);
    channel->hidden.bias = tensor(weights, name, FEATURES);
    snprintf(name, sizeof name, "pixel.%s.direct.weight", names[k]);
    channel->direct = tensor(weights, name, (size_t)((CONTEXT + k) * OUTPUTS));
    snprintf(name, sizeof name, "pixel.%s.output", names[k]);
    channel->output = layer_of(weights, name, FEATURES, OUTPUTS);
  }
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, t);
}
