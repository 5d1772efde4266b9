/* Chains of images: docs/FORMAT.md, digits, start and end. */
#include <stdio.h>
#include <string.h>

#include "chain.h"
#include "gaussian.h"

/* By so many words bits back may have made the message shorter than it was in between. */
enum { LUCK = 256 };

static void check_room(const struct message *message, uint64_t samples, uint64_t samples_per_bit) {
  if (samples / 32 / samples_per_bit > message->top + 1 + LUCK ||
      samples > samples_per_bit * 32 * (message->top + 1 + LUCK))
    fail("the file is damaged: its images end too early");
}

void decode_chain(struct coded *coded, uint64_t samples_per_bit,
                  void (*decode_image)(void *model, struct message *message, uint16_t *samples),
                  void *model) {
  struct message message;
  size_t size = coded->width * coded->height * (size_t)coded->channels;
  open_whole_message(&message, coded->groups[0]);
  size_t longest = message.top + LUCK;
  for (size_t image = 0; image < coded->images; image++) {
    check_room(&message, (coded->images - image) * size, samples_per_bit);
    decode_image(model, &message, coded->samples + image * size);
    if (message.top > longest) fail("the file is damaged: its stream grows while it is read");
    if (message.seeds > 0) fail("the file is damaged: its images end too early");
  }
  push(&message, 0, 1, 32);
  close_message(&message, 0);
}

static const float *part_of(const struct weights *weights, const char *name, const char *part, int count) {
  char full[64];
  snprintf(full, sizeof full, "%s.%s", name, part);
  return tensor(weights, full, (size_t)count);
}

struct layer layer_of(const struct weights *weights, const char *name, int inputs, int outputs) {
  struct layer layer = {part_of(weights, name, "weight", inputs * outputs),
                        part_of(weights, name, "bias", outputs), inputs, outputs};
  return layer;
}

void apply(const struct layer *layer, float *out, const float *x, int rows) {
  dense(out, x, rows, layer->inputs, layer->weights, layer->bias, layer->outputs);
}

void apply_elu(const struct layer *layer, float *out, const float *x, int rows) {
  apply(layer, out, x, rows);
  elu_all(out, rows * layer->outputs);
}

struct bins bins_of(int count, int bits, double scale) {
  struct bins bins = {count, bits, scale, take((size_t)count, sizeof *bins.at),
                      take((size_t)count, sizeof(float))};
  return bins;
}

static void set_value(struct bins *bins, int i) {
  bins->values[i] = (float)(bins->scale * gaussian_centre(bins->at[i], bins->bits));
}

void pop_uniform(struct message *message, struct bins *bins) {
  for (int i = 0; i < bins->count; i++) {
    bins->at[i] = peek(message, bins->bits);
    pop(message, bins->at[i], 1, bins->bits);
    set_value(bins, i);
  }
}

void pop_gaussians(struct message *message, struct bins *bins, const float *means, const float *logs) {
  for (int i = 0; i < bins->count; i++) {
    double mu = means[i] / bins->scale, sigma = exp1(logs[i]) / bins->scale;
    bins->at[i] = gaussian_pop(message, mu, sigma, bins->bits);
    set_value(bins, i);
  }
}

void push_gaussians(struct message *message, const struct bins *bins, const float *means, const float *logs) {
  for (int i = bins->count - 1; i >= 0; i--)
    gaussian_push(message, bins->at[i], means[i] / bins->scale, exp1(logs[i]) / bins->scale, bins->bits);
}
