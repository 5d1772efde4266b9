/* Images that are coded one after the other on one message, each by bits back (docs/MATH.md), and what the
 * families of such images have in common: layers by the names of their tensors, and vectors of latents. */
#ifndef CHAIN_H
#define CHAIN_H

#include "network.h"

/* Decodes all images: `decode_image` pops one, and pushes its latents. */
void decode_chain(struct coded *coded, uint64_t samples_per_bit,
                  void (*decode_image)(void *model, struct message *message, uint16_t *samples), void *model);

struct layer {
  const float *weights, *bias;
  int inputs, outputs;
};

/* Tensors NAME.weight and NAME.bias. A convolution has 3x3 times its channels for inputs. */
struct layer layer_of(const struct weights *weights, const char *name, int inputs, int outputs);
/* What it gives of so many rows; then `activation` of all, where there is one. */
void apply(const struct layer *layer, float *out, const float *x, int rows, void (*activation)(float *, int));

/* Latents whose bins are of equal mass under N(0, scale): 2^bits of them. */
struct latents {
  int count, bits;
  double scale;
  uint32_t *bins;
  float *values; /* what they stand for */
};

struct latents open_latents(int count, int bits, double scale);
/* By Gaussians, their means and then the logarithms of their scales; or by the prior, N(0, scale) itself, where
 * these are NULL. Popped from the first on, pushed from the last. */
void pop_latents(struct message *message, struct latents *latents, const float *gaussians);
void push_latents(struct message *message, const struct latents *latents, const float *gaussians);

#endif
