/* Chains of images: docs/FORMAT.md, digits, start and end; docs/arithmetic/base.md. */
#include <stdarg.h>
#include <stdio.h>
#include "chain.h"
#include "gaussian.h"

enum { LUCK = 256 }; /* by so many words bits back may have made the message shorter than it was in between */

void decode_chain(struct coded *coded, uint64_t samples_per_bit, decode_one *decode_image, void *model) {
  static const char EARLY[] = "the file is damaged: its images end too early";
  struct message message; size_t size = coded->width * coded->height * (size_t)coded->channels;
  open_stream(&message, coded->groups[0], 8); size_t longest = message.top + LUCK;
  for (size_t image = 0; image < coded->images; image++) {
    uint64_t samples = (coded->images - image) * size, words = message.top + 1 + LUCK;
    if (samples / 32 / samples_per_bit > words || samples > samples_per_bit * 32 * words) fail(EARLY);
    decode_image(model, &message, coded->samples + image * size);
    if (message.top > longest) fail("the file is damaged: its stream grows while it is read");
    if (message.seeds > 0) fail(EARLY);
  }
  push(&message, 0, 1, 32); close_message(&message, 0);
}

struct layer layer_of(const struct weights *weights, int inputs, int outputs, const char *name, ...) {
  char full[64]; va_list values; va_start(values, name);
  size_t length = (size_t)vsnprintf(full, sizeof full - 8, name, values); va_end(values);
  const float *bias = tensor(weights, strcpy(full + length, ".bias") - length, (size_t)outputs);
  const float *own = tensor(weights, strcpy(full + length, ".weight") - length, (size_t)(inputs * outputs));
  return (struct layer){own, bias, inputs, outputs};
}

void apply(const struct layer *layer, float *out, const float *x, int rows, void activation(float *, int)) {
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
    if (gaussians) {
      double mu = gaussians[i] / l->scale, sigma = exp1(gaussians[l->count + i]) / l->scale;
      bin = gaussian_pop(message, mu, sigma, l->bits);
    } else pop(message, bin, 1, l->bits);
    l->bins[i] = bin, l->values[i] = (float)(l->scale * gaussian_centre(bin, l->bits));
  }
}

void push_latents(struct message *message, const struct latents *l, const float *gaussians) {
  for (int i = l->count - 1; i >= 0; i--) {
    double mu = gaussians[i] / l->scale, sigma = exp1(gaussians[l->count + i]) / l->scale;
    gaussian_push(message, l->bins[i], mu, sigma, l->bits);
  }
}

int neighbour_of(const uint16_t *samples, int y, int x, int number) {
  static const int around[MOST_NEIGHBOURS][2] = {/* rows down, columns right */
      {0, -1},  {-1, 0},  {-1, -1}, {-1, 1},  {0, -2}, {-2, 0}, {-1, -2}, {-1, 2}, {-2, -1}, {-2, 1},
      {-2, -2}, {-2, 2},  {0, -3},  {-3, 0},  {-1, -3}, {-1, 3}, {-3, -1}, {-3, 1}, {-2, -3}, {-2, 3},
      {-3, -2}, {-3, 2},  {0, -4},  {-4, 0}};
  y += around[number][0], x += around[number][1];
  return y < 0 || x < 0 || x >= SIDE ? 0 : samples[y * SIDE + x];
}
