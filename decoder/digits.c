/* The family `vaezip-digits`: docs/FORMAT.md, digits; docs/arithmetic/base.md. */
#include "chain.h"
#include "network.h"

enum { CHANNELS = 32, SEEN = 192, FIRST = 48, SECOND = 32, INK = 52, BOTTOM = 16, TOP = 8, NEIGHBOURS = 14 };
enum { FULL = 250, MOST_SAMPLES_PER_BIT = 11352 };
static const float SHARE = (float)(1.0 / 255.0);

struct digits {
  struct layer encoder[3], encoder_top[2], decoder_bottom[2], ink[2], decoder_hidden, patch[2], pixel[2];
  const float *ink_cells, *ink_channels;
  float context[NEIGHBOURS][3][FIRST]; /* slopes and offsets of levels, offsets of full ink */
  float edges[256]; /* of levels: their lower ends */
  struct latents bottom, top;
  float patches[CELLS][16 * FIRST]; /* what the latents say of each pixel */
  uint8_t has_ink[CELLS];
};

/* Two layers, the last ones of a network. */
static void apply_two(const struct layer *layers, float *out, const float *x) {
  float units[96]; apply(&layers[0], units, x, 1, leaky_all); apply(&layers[1], out, units, 1, NULL);
}

/* q(z1 | x). */
static void see_image(const struct digits *d, const uint16_t *samples, float *gaussians) {
  float seen[SEEN]; memcpy(seen, d->encoder[0].bias, sizeof seen);
  for (int i = 0; i < PIXELS; i++) {
    float x = samples[i] * SHARE;
    if (samples[i] > 0) add_product(seen, &x, 1, d->encoder[0].weights + i * SEEN, SEEN, SEEN);
  }
  leaky_all(seen, SEEN); apply_two(&d->encoder[1], gaussians, seen);
}

/* Which cells have ink: each of them tells those behind it. */
static void pop_ink(struct digits *d, struct message *message) {
  float logits[INK]; apply_two(d->ink, logits, d->bottom.values);
  for (int cell = 0; cell < CELLS; cell++) {
    int ink = integer_of(65536.0f / (1.0f + exp1(-logits[cell])));
    uint32_t none = (uint32_t)(65536 - (ink < 64 ? 64 : ink > 65536 - 64 ? 65536 - 64 : ink));
    int has_ink = d->has_ink[cell] = peek(message, 16) >= none;
    pop(message, has_ink ? none : 0, has_ink ? 65536 - none : none, 16);
    for (int k = 0; has_ink && k < INK; k++) logits[k] += d->ink_cells[cell * INK + k];
  }
}

/* What the latents and the ink say of the pixels of each cell with ink. */
static void see_latents(struct digits *d) {
  float grid[CELLS * CHANNELS], cells[GRID + 2][GRID + 2][CHANNELS] = {{{0}}}, window[9 * CHANNELS];
  apply(&d->decoder_hidden, grid, d->bottom.values, 1, NULL);
  for (int i = 0; i < CELLS * CHANNELS; i++) {
    int cell = i / CHANNELS, k = i % CHANNELS;
    cells[cell / GRID + 1][cell % GRID + 1][k] = leaky(grid[i] + (d->has_ink[cell] ? d->ink_channels[k] : 0));
  }
  for (int cell = 0; cell < CELLS; cell++) {
    for (int row = 0; row < 3; row++)
      memcpy(window + row * 3 * CHANNELS, cells[cell / GRID + row][cell % GRID], 3 * sizeof cells[0][0]);
    if (d->has_ink[cell]) apply_two(d->patch, d->patches[cell], window);
  }
}

/* A level, by what the latents say of its pixel and by its neighbours. */
static void pop_pixel(const struct digits *d, struct message *message, uint16_t *samples, int y, int x) {
  float first[FIRST], second[SECOND], outputs[OUTPUTS]; struct mixture m;
  memcpy(first, d->patches[cell_of(y, x)] + within_cell(y, x) * FIRST, sizeof first);
  for (int n = 0; n < NEIGHBOURS; n++) {
    int level = neighbour_of(samples, y, x, n);
    if (level == 0) continue;
    float share = (float)level * SHARE;
    const float *slopes = d->context[n][0], *offsets = d->context[n][level < FULL ? 1 : 2];
    for (int k = 0; k < FIRST; k++) first[k] += share * slopes[k] + offsets[k];
  }
  leaky_all(first, FIRST); apply(&d->pixel[0], second, first, 1, leaky_all);
  product_even_odd(outputs, second, SECOND, d->pixel[1].weights, OUTPUTS, OUTPUTS);
  add_bias(outputs, d->pixel[1].bias, OUTPUTS); mixture_set(&m, outputs, 128, 24, 40);
  /* Most levels are 0, or of full ink: these are tried first. */
  uint32_t position = peek(message, MIXTURE_BITS), start = 0, past = MIXTURE_TOTAL;
  int low = 0, high = 256;
  for (int t = 1; high - low > 1; t = low == 1 && high == 256 ? FULL : (low + high) / 2) {
    lanes shares;
    for (int k = 0; k < 4; k++) {
      float z = (m.means.at[k] - d->edges[t]) * (m.inverses.at[k] * 1.442695f);
      shares.at[k] = m.weights.at[k] * (1.0f / (1.0f + cubic_exp2(clamp1(z, -57, 57))));
    }
    uint32_t edge = count_of((double)sum4(shares) * SHARED) + (uint32_t)(RESERVED * t);
    if (position < edge) high = t, past = edge;
    else low = t, start = edge;
  }
  pop(message, start, past - start, MIXTURE_BITS); samples[y * SIDE + x] = (uint16_t)low;
}

static void decode_image(void *model, struct message *message, uint16_t *samples) {
  struct digits *d = model; float gaussians[2 * BOTTOM];
  pop_latents(message, &d->top, NULL); apply_two(d->decoder_bottom, gaussians, d->top.values);
  pop_latents(message, &d->bottom, gaussians); apply_two(d->encoder_top, gaussians, d->bottom.values);
  push_latents(message, &d->top, gaussians); pop_ink(d, message); see_latents(d);
  for (int i = 0; i < PIXELS; i++)
    if (d->has_ink[cell_of(i / SIDE, i % SIDE)]) pop_pixel(d, message, samples, i / SIDE, i % SIDE);
  see_image(d, samples, gaussians); push_latents(message, &d->bottom, gaussians);
}

void decode_digits(struct coded *coded) {
  const struct weights *w = coded->weights;
  if (coded->width != SIDE || coded->height != SIDE) fail("digits are not 28x28");
  struct digits *d = take(1, sizeof *d); d->encoder[0] = layer_of(w, PIXELS, SEEN, "encoder.image");
  d->encoder[1] = layer_of(w, SEEN, 96, "encoder.hidden");
  d->encoder[2] = layer_of(w, 96, 2 * BOTTOM, "encoder.bottom");
  d->encoder_top[0] = layer_of(w, BOTTOM, 64, "encoder.middle");
  d->encoder_top[1] = layer_of(w, 64, 2 * TOP, "encoder.top");
  d->decoder_bottom[0] = layer_of(w, TOP, 64, "decoder.top");
  d->decoder_bottom[1] = layer_of(w, 64, 2 * BOTTOM, "decoder.bottom");
  d->ink[0] = layer_of(w, BOTTOM, 64, "ink.hidden"); d->ink[1] = layer_of(w, 64, INK, "ink.output");
  d->decoder_hidden = layer_of(w, BOTTOM, CELLS * CHANNELS, "decoder.hidden");
  d->patch[0] = layer_of(w, 9 * CHANNELS, CHANNELS, "decoder.convolution");
  d->patch[1] = layer_of(w, CHANNELS, 16 * FIRST, "decoder.patch");
  d->pixel[0] = layer_of(w, FIRST, SECOND, "pixel.hidden");
  d->pixel[1] = layer_of(w, SECOND, OUTPUTS, "pixel.output");
  d->ink_cells = tensor(w, "ink.cells.weight", CELLS * INK);
  d->ink_channels = tensor(w, "decoder.ink.weight", CHANNELS);
  memcpy(d->context, tensor(w, "pixel.context.weight", 3 * NEIGHBOURS * FIRST), sizeof d->context);
  for (int i = 0; i < NEIGHBOURS * FIRST; i++)
    d->context[i / FIRST][2][i % FIRST] += d->context[i / FIRST][1][i % FIRST];
  const float *widths = tensor(w, "level.width", 256); d->edges[1] = 0.5f;
  for (int t = 1; t < 255; t++) d->edges[t + 1] = d->edges[t] + exp1(clamp1(widths[t], -5, 5));
  d->bottom = open_latents(BOTTOM, 12, 2), d->top = open_latents(TOP, 12, 1);
  decode_chain(coded, MOST_SAMPLES_PER_BIT, decode_image, d);
}
