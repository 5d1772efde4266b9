/* Weights: safetensors files (docs/FORMAT.md, groups of photo models), found in the models' folder by their
 * SHA-256. The folder's SHA256SUMS lists them, a line each: 64 hexadecimal digits, two spaces, the name. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vz.h"

static const char ARITHMETIC[] = "1"; /* the revision of all arithmetic that this decoder has */
static const char *folder = "models";

struct weights {
  const char *header; /* JSON: "__metadata__" holds strings, each other entry tells where a tensor lies */
  struct bytes data;
  float *values; /* what has been asked for: of a tensor that lies at byte n, from number n / 2 on */
};

void set_models(const char *path) { folder = path; }
static char *text_of(const void *bytes, size_t length) { return memcpy(take(length + 1, 1), bytes, length); }

const char *model_path(const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2; char *path = take(size, 1);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

const struct weights *find_weights(struct bytes id) {
  struct bytes file = read_file(model_path("SHA256SUMS")); struct weights *weights = take(1, sizeof *weights);
  char digits[17] = "", *line = strtok(text_of(file.at, file.left), "\n");
  for (size_t i = 0; i < id.left && i < 8; i++) snprintf(digits + 2 * i, 3, "%02x", id.at[i]);
  while (line && (strlen(line) < 67 || strncmp(line, digits, strlen(digits)) != 0)) line = strtok(NULL, "\n");
  if (!line) fail("there are no weights of the model %s in %s", digits, folder);
  weights->data = read_file(model_path(line + 66)); uint64_t length = u32(&weights->data);
  length |= (uint64_t)u32(&weights->data) << 32; struct bytes header = span(&weights->data, length);
  weights->header = text_of(header.at, header.left);
  weights->values = take(weights->data.left / 2 + 1, sizeof(float));
  const char *text = meta(weights, "arithmetic");
  if (!text || strcmp(text, ARITHMETIC) != 0) fail("%s has another arithmetic than is known here", line + 66);
  return weights;
}

/* What follows on a name, a colon and the next letter, or NULL. In strings quotes have backslashes. */
static const char *after(const struct weights *weights, const char *name, char next) {
  char key[80]; int length = snprintf(key, sizeof key, "\"%s\":%c", name, next);
  const char *found = strstr(weights->header, key);
  return found ? found + length : NULL;
}

const char *meta(const struct weights *weights, const char *key) {
  const char *value = after(weights, key, '"');
  return value ? text_of(value, strcspn(value, "\"")) : NULL;
}

long meta_number(const struct weights *weights, const char *key, long least, long most) {
  const char *text = meta(weights, key); char *rest = NULL;
  long value = text ? strtol(text, &rest, 10) : LONG_MIN;
  if (!text || rest == text || *rest || value < least || value > most) fail("weights lack a fitting %s", key);
  return value;
}

/* Where a tensor's bytes lie, if there is one, and how many a value has: 2 for the upper halves of floats. */
static struct bytes find(const struct weights *weights, const char *name, size_t *value_bytes) {
  const char *entry = after(weights, name, '{');
  *value_bytes = 4;
  if (!entry) return (struct bytes){NULL, 0};
  const char *place = strstr(entry, "\"data_offsets\":["), *end = strchr(entry, '}');
  const char *half = strstr(entry, "\"dtype\":\"BF16\""); unsigned long from = 1, to = 0;
  if (half && end && half < end) *value_bytes = 2;
  if (place && end && place < end) sscanf(place, "\"data_offsets\":[%lu,%lu", &from, &to);
  if (from > to || to > weights->data.left) fail("weights are damaged: %s does not lie in them", name);
  return (struct bytes){weights->data.at + from, to - from};
}

size_t tensor_size(const struct weights *weights, const char *name) {
  size_t value_bytes;
  return find(weights, name, &value_bytes).left / value_bytes;
}

const float *tensor(const struct weights *weights, const char *name, size_t count) {
  size_t value_bytes; struct bytes in = find(weights, name, &value_bytes);
  if (!in.at || in.left != count * value_bytes) fail("weights lack a tensor %s of %zu values", name, count);
  float *values = weights->values + (size_t)(in.at - weights->data.at) / 2;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = value_bytes == 2 ? (uint32_t)u16(&in) << 16 : u32(&in);
    memcpy(&values[i], &bits, sizeof bits);
    if ((bits & 0x7F800000) == 0x7F800000) fail("weights are damaged: %s is not finite", name);
  }
  return values;
}
