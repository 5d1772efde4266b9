/* The family `vaezip-thumbs`: docs/FORMAT.md, thumbs; docs/arithmetic/base.md. */
#include <stdio.h>
#include "chain.h"
#include "network.h"

enum { LAYERS = 3, CHANNELS = 32, FEATURES = 32, CONTEXT = 20, BITS = 10, MOST_PLACES = 32 * 32 };
enum { MOST_SAMPLES_PER_BIT = 2850 };

/* A layer of latents, so many a cell of its grid, and the networks between it and what lies below: so many
 * latents, or the three values of a pixel, at each of the four places below a cell. */
struct grid {
  int width, height, cells, own, below;
  struct layer cell, encoder_convolution, encoder_output;  /* q of it, given what lies below */
  struct layer input, decoder_convolution, decoder_output; /* p of what lies below, given it */
  struct latents latents;
};

struct thumbs {
  int width, height; struct grid grids[LAYERS];
  struct layer hidden[3], output[3]; /* of the channels of a pixel: green, red, blue */
  const float *direct[3], *context;
  /* What networks compute with: of each cell the values of the four places below it, and so on. */
  float gathered[MOST_PLACES * 12], units[MOST_PLACES * CHANNELS], mixed[MOST_PLACES * CHANNELS];
  float outputs[MOST_PLACES * 4 * FEATURES], gaussians[MOST_PLACES * 8];
};

/* Units: ELU of a convolution of x; where x is the units, this is added to them. */
static void convolve(struct thumbs *t, const struct grid *grid, const struct layer *layer, const float *x) {
  int count = grid->cells * CHANNELS, channels = layer->inputs / 9;
  convolution(t->mixed, x, grid->height, grid->width, channels, layer->weights, layer->bias, CHANNELS);
  elu_all(t->mixed, count);
  for (int i = 0; i < count; i++) t->units[i] = x == t->units ? t->units[i] + t->mixed[i] : t->mixed[i];
}

/* Pushes a layer by q of it, of the values gathered below it. */
static void push_layer(struct thumbs *t, struct message *message, const struct grid *grid) {
  int count = grid->latents.count, own = grid->own;
  apply(&grid->cell, t->units, t->gathered, grid->cells, elu_all);
  convolve(t, grid, &grid->encoder_convolution, t->units);
  apply(&grid->encoder_output, t->outputs, t->units, grid->cells, NULL);
  for (int i = 0; i < count; i++)
    for (int k = 0; k < 2; k++) t->gaussians[k * count + i] = t->outputs[(2 * (i / own) + k) * own + i % own];
  push_latents(message, &grid->latents, t->gaussians);
}

/* The place below in raster order, of one in the order of cells: the upper left one of a cell first. */
static int place_below(const struct grid *grid, int place) {
  int cell = place / 4, y = cell / grid->width * 2 + place % 4 / 2, x = cell % grid->width * 2 + place % 2;
  return y * 2 * grid->width + x;
}

/* Pops the latents below by what a layer's outputs say of them, and gathers them. */
static void pop_below(struct thumbs *t, struct message *message, const struct grid *grid) {
  struct latents *below = &t->grids[grid - t->grids - 1].latents; int n = grid->below;
  size_t size = (size_t)n * sizeof(float);
  for (int place = 0; place < 4 * grid->cells; place++) {
    int at = place_below(grid, place) * n; memcpy(t->gaussians + at, t->outputs + place * 2 * n, size);
    memcpy(t->gaussians + below->count + at, t->outputs + place * 2 * n + n, size);
  }
  pop_latents(message, below, t->gaussians);
  for (int place = 0; place < 4 * grid->cells; place++)
    memcpy(t->gathered + place * n, below->values + place_below(grid, place) * n, size);
}

/* A level; what lies to the left of a row is above its first pixel, and so on. */
static float level_at(const struct thumbs *t, const uint16_t *samples, int y, int x, int c) {
  if (y < 0) return 128;
  if (x < 0) return level_at(t, samples, y - 1, 0, c);
  return samples[(y * t->width + (x < t->width ? x : t->width - 1)) * 3 + c];
}

/* A pixel by its context, which has its channels' centres, and by what the latents say. */
static void pop_pixel(const struct thumbs *t, struct message *message, uint16_t *samples, int y, int x) {
  static const int order[3] = {1, 0, 2};
  float context[CONTEXT], centres[3], first[FEATURES], known[3], second[FEATURES], outputs[OUTPUTS];
  int place = (y / 2 * t->grids[0].width + x / 2) * 4 + y % 2 * 2 + x % 2;
  for (int c = 0; c < 3; c++) {
    float w = level_at(t, samples, y, x - 1, c), n = level_at(t, samples, y - 1, x, c);
    float nw = level_at(t, samples, y - 1, x - 1, c), ne = level_at(t, samples, y - 1, x + 1, c);
    const float around[4] = {w, n, nw, ne}, centre = 0.375f * (w + n) + 0.125f * (nw + ne);
    for (int k = 0; k < 4; k++) context[4 * c + k] = (around[k] - centre) / 32;
    context[12 + c] = (centre - 128) / 64;
    context[15 + c] = log2_1(fabsf(w - nw) + fabsf(n - nw) + fabsf(n - ne) + 1) * 0.25f;
    centres[c] = centre;
  }
  context[18] = x == 0, context[19] = y == 0; memcpy(first, t->outputs + place * FEATURES, sizeof first);
  add_product(first, context, CONTEXT, t->context, FEATURES, FEATURES); elu_all(first, FEATURES);
  for (int k = 0; k < 3; k++) {
    const struct layer *hidden = &t->hidden[k], *output = &t->output[k];
    int c = order[k]; memcpy(second, hidden->bias, sizeof second);
    add_product(second, first, FEATURES, hidden->weights, FEATURES, FEATURES);
    add_product(second, known, k, hidden->weights + FEATURES * FEATURES, FEATURES, FEATURES);
    elu_all(second, FEATURES); memcpy(outputs, output->bias, sizeof outputs);
    add_product(outputs, context, CONTEXT, t->direct[k], OUTPUTS, OUTPUTS);
    add_product(outputs, known, k, t->direct[k] + CONTEXT * OUTPUTS, OUTPUTS, OUTPUTS);
    add_product(outputs, second, FEATURES, output->weights, OUTPUTS, OUTPUTS);
    struct mixture mixture = {0}; mixture_set(&mixture, outputs, centres[c], 16, 40);
    int level = pop_level(message, &mixture); samples[(y * t->width + x) * 3 + c] = (uint16_t)level;
    known[k] = ((float)level - centres[c]) / 32;
  }
}

/* The image; then what the lowest layer's q sees of it, its last row and column repeated where the grid goes
 * on. */
static void pop_pixels(struct thumbs *t, struct message *message, uint16_t *samples) {
  const struct grid *grid = &t->grids[0];
  for (int i = 0; i < t->height * t->width; i++) pop_pixel(t, message, samples, i / t->width, i % t->width);
  for (int i = 0; i < 12 * grid->cells; i++) {
    int below = place_below(grid, i / 3), y = below / (2 * grid->width), x = below % (2 * grid->width);
    int row = y < t->height ? y : t->height - 1, column = x < t->width ? x : t->width - 1;
    t->gathered[i] = (float)(samples[(row * t->width + column) * 3 + i % 3] - 128) / 64;
  }
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct thumbs *t = model; pop_latents(message, &t->grids[LAYERS - 1].latents, NULL);
  for (int layer = LAYERS - 1; layer >= 0; layer--) {
    struct grid *grid = &t->grids[layer]; convolve(t, grid, &grid->input, grid->latents.values);
    convolve(t, grid, &grid->decoder_convolution, t->units);
    apply(&grid->decoder_output, t->outputs, t->units, grid->cells, NULL);
    if (layer > 0) pop_below(t, message, grid);
    else pop_pixels(t, message, samples);
    push_layer(t, message, grid);
  }
}

void decode_thumbs(struct coded *coded) {
  static const char *const names[3] = {"green", "red", "blue"};
  const struct weights *w = coded->weights;
  if (coded->width < 32 || coded->width > 64 || coded->height < 32 || coded->height > 64)
    fail("the sides of thumbs have 32 to 64 pixels");
  struct thumbs *t = take(1, sizeof *t); t->width = (int)coded->width, t->height = (int)coded->height;
  for (int layer = 1; layer <= LAYERS; layer++) {
    static const int values[LAYERS + 1] = {3, 4, 8, 8};
    struct grid *grid = &t->grids[layer - 1];
    int own = grid->own = values[layer], below = grid->below = values[layer - 1];
    grid->width = (t->width + 7) / 8 << (LAYERS - layer);
    grid->height = (t->height + 7) / 8 << (LAYERS - layer); grid->cells = grid->width * grid->height;
    grid->cell = layer_of(w, 4 * below, CHANNELS, "encoder%d.cell", layer);
    grid->encoder_convolution = layer_of(w, 9 * CHANNELS, CHANNELS, "encoder%d.convolution", layer);
    grid->encoder_output = layer_of(w, CHANNELS, 2 * own, "encoder%d.output", layer);
    grid->input = layer_of(w, 9 * own, CHANNELS, "decoder%d.input", layer);
    grid->decoder_convolution = layer_of(w, 9 * CHANNELS, CHANNELS, "decoder%d.convolution", layer);
    int outputs = layer == 1 ? 4 * FEATURES : 8 * below;
    grid->decoder_output = layer_of(w, CHANNELS, outputs, "decoder%d.output", layer);
    grid->latents = open_latents(grid->cells * own, BITS, layer == LAYERS ? 1 : 2);
  }
  t->context = tensor(w, "pixel.context.weight", CONTEXT * FEATURES);
  for (int k = 0; k < 3; k++) {
    char direct[48]; snprintf(direct, sizeof direct, "pixel.%s.direct.weight", names[k]);
    t->direct[k] = tensor(w, direct, (size_t)((CONTEXT + k) * OUTPUTS));
    t->hidden[k] = layer_of(w, FEATURES + k, FEATURES, "pixel.%s.hidden", names[k]);
    t->output[k] = layer_of(w, FEATURES, OUTPUTS, "pixel.%s.output", names[k]);
  }
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, t);
}
