/* Images that are coded one after the other on one message, each by bits back (docs/MATH.md), and what the
 * families of such images have in common: layers by the names of their tensors, and vectors of Gaussian
 * latents. */
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
void apply(const struct layer *layer, float *out, const float *x, int rows);
void apply_elu(const struct layer *layer, float *out, const float *x, int rows);

/* Latents whose bins are of equal mass under N(0, scale): 2^bits of them. */
struct bins {
  int count, bits;
  double scale;
  uint32_t *at;  /* the bins */
  float *values; /* what they stand for */
};

struct bins bins_of(int count, int bits, double scale);
/* By their prior, where that is N(0, scale) itself. */
void pop_uniform(struct message *message, struct bins *bins);
/* By Gaussians of such means and logarithms of scales; popped from the first on, pushed from the last. */
void pop_gaussians(struct message *message, struct bins *bins, const float *means, const float *logs);
void push_gaussians(struct message *message, const struct bins *bins, const float *means, const float *logs);

#endif
