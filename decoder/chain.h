/* Images that are coded one after the other on one message, each by bits back (docs/MATH.md), and what the
 * families of such images have in common: layers, vectors of latents, the order of neighbours. */
#ifndef CHAIN_H
#define CHAIN_H

#include "network.h"

/* Decodes all images: `decode_image` pops one, and pushes its latents. */
typedef void decode_one(void *model, struct message *message, uint16_t *samples);
void decode_chain(struct coded *coded, uint64_t samples_per_bit, decode_one *decode_image, void *model);

/* Tensors NAME.weight and NAME.bias; names are formats of printf. Convolutions have 9 inputs a channel. */
struct layer { const float *weights, *bias; int inputs, outputs; };
struct layer layer_of(const struct weights *weights, int inputs, int outputs, const char *name, ...);
/* What it gives of so many rows; then `activation` of all, where there is one. */
void apply(const struct layer *layer, float *out, const float *x, int rows, void activation(float *, int));

/* Latents: their bins, which have equal mass under N(0, scale), 2^bits of them, and the bins' values. */
struct latents { int count, bits; double scale; uint32_t *bins; float *values; };
struct latents open_latents(int count, int bits, double scale);
/* By Gaussians, their means and then the logarithms of their scales, or where these are NULL by the prior,
 * N(0, scale) itself. Popped from the first on, pushed from the last. */
void pop_latents(struct message *message, struct latents *latents, const float *gaussians);
void push_latents(struct message *message, const struct latents *latents, const float *gaussians);

/* Digits: 28x28 pixels, in 7x7 cells of 4x4. */
enum { SIDE = 28, PIXELS = SIDE * SIDE, GRID = 7, CELLS = GRID * GRID, MOST_NEIGHBOURS = 24 };
static inline int cell_of(int y, int x) { return y / 4 * GRID + x / 4; }
static inline int within_cell(int y, int x) { return y % 4 * 4 + x % 4; }
/* The level of a pixel's neighbour, the nearest ones first; 0 outside the image. */
int neighbour_of(const uint16_t *samples, int y, int x, int number);

#endif
