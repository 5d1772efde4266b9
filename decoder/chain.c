/* Chains of images: docs/FORMAT.md, digits, start and end; docs/arithmetic/base.md. */
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "gaussian.h"

/* By so many words bits back may have made the message shorter than it was in between. */
enum { LUCK = 256 };

void decode_chain(struct coded *coded, uint64_t samples_per_bit,
                  void (*decode_image)(void *model, struct message *message, uint16_t *samples), void *model) {
  static const char EARLY[] = "the file is damaged: its images end too early";
  struct message message;
  size_t size = coded->width * coded->height * (size_t)coded->channels;
  open_stream(&message, coded->groups[0], 8);
  size_t longest = message.top + LUCK;
  for (size_t image = 0; image < coded->images; image++) {
    uint64_t samples = (coded->images - image) * size, words = message.top + 1 + LUCK;
    if (samples / 32 / samples_per_bit > words || samples > samples_per_bit * 32 * words) fail(EARLY);
    decode_image(model, &message, coded->samples + image * size);
    if (message.top > longest) fail("the file is damaged: its stream grows while it is read");
    if (message.seeds > 0) fail(EARLY);
  }
  push(&message, 0, 1, 32);
  close_message(&message, 0);
}

struct layer layer_of(const struct weights *weights, const char *name, int inputs, int outputs) {
  struct layer layer = {NULL, NULL, inputs, outputs};
  char full[64];
  snprintf(full, sizeof full, "%s.weight", name);
  layer.weights = tensor(weights, full, (size_t)(inputs * outputs));
  snprintf(full, sizeof full, "%s.bias", name);
  layer.bias = tensor(weights, full, (size_t)outputs);
  return layer;
}

void apply(const struct layer *layer, float *out, const float *x, int rows, void (*activation)(float *, int)) {
  dense(out, x, rows, layer->inputs, layer->weights, layer->bias, layer->outputs);
  if (activation) activation(out, rows * layer->outputs);
}

struct latents open_latents(int count, int bits, double scale) {
  size_t size = (size_t)count;
  return (struct latents){count, bits, scale, take(size, sizeof(uint32_t)), take(size, sizeof(float))};
}

void pop_latents(struct message *message, struct latents *l, const float *gaussians) {
  for (int i = 0; i < l->count; i++) {
    uint32_t bin = peek(message, l->bits);
    if (gaussians)
      bin = gaussian_pop(message, gaussians[i] / l->scale, exp1(gaussians[l->count + i]) / l->scale, l->bits);
    else pop(message, bin, 1, l->bits);
    l->bins[i] = bin;
    l->values[i] = (float)(l->scale * gaussian_centre(bin, l->bits));
  }
}

void push_latents(struct message *message, const struct latents *l, const float *gaussians) {
  for (int i = l->count - 1; i >= 0; i--) {
    double mu = gaussians[i] / l->scale, sigma = exp1(gaussians[l->count + i]) / l->scale;
    gaussian_push(message, l->bins[i], mu, sigma, l->bits);
  }
}
