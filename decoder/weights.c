/* Weights: safetensors files (docs/FORMAT.md, groups of photo models), found in the models' folder by their SHA-256.
 * The folder's SHA256SUMS lists them, a line each: 64 hexadecimal digits, two spaces, the name. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vz.h"

/* The revision of all arithmetic that this decoder has. */
static const char ARITHMETIC[] = "1";

struct entry {
  struct entry *next;
  const char *name;
  const char *value;   /* of metadata, else NULL */
  int is_half;         /* BF16 */
  size_t count;
  const uint8_t *from; /* in the file */
  float *values;       /* once they have been asked for */
};

struct weights {
  struct entry *entries;
};

static const char *folder = "models";

void set_models(const char *path) {
  folder = path;
}

const char *model_path(const char *name) {
  size_t size = strlen(folder) + strlen(name) + 2;
  char *path = take(size, 1);
  snprintf(path, size, "%s/%s", folder, name);
  return path;
}

/* The JSON of the header, as much of it as safetensors files have. */

static void skip_space(struct bytes *in) {
  while (in->left > 0 && strchr(" \t\r\n", *in->at) && *in->at) u8(in);
}

static int next_is(struct bytes *in, char letter) {
  skip_space(in);
  if (in->left == 0 || *in->at != letter) return 0;
  u8(in);
  return 1;
}

static void expect(struct bytes *in, char letter) {
  if (!next_is(in, letter)) fail("weights are damaged: their header lacks a '%c'", letter);
}

static const char *string(struct bytes *in) {
  expect(in, '"');
  size_t length = 0;
  while (length < in->left && in->at[length] != '"') length += in->at[length] == '\\' ? 2 : 1;
  char *text = take(length + 1, 1);
  for (size_t i = 0;;) {
    uint8_t byte = u8(in);
    if (byte == '"') return text;
    text[i++] = (char)(byte == '\\' ? u8(in) : byte);
  }
}

static uint64_t number(struct bytes *in) {
  skip_space(in);
  uint64_t value = 0;
  if (in->left == 0 || *in->at < '0' || *in->at > '9') fail("weights are damaged: their header lacks a number");
  while (in->left > 0 && *in->at >= '0' && *in->at <= '9' && value < UINT64_MAX / 16)
    value = 10 * value + (uint64_t)(u8(in) - '0');
  return value;
}

static void read_metadata(struct bytes *in, struct weights *weights) {
  expect(in, '{');
  if (next_is(in, '}')) return;
  do {
    struct entry *entry = take(1, sizeof *entry);
    entry->name = string(in);
    expect(in, ':');
    entry->value = string(in);
    entry->next = weights->entries;
    weights->entries = entry;
  } while (next_is(in, ','));
  expect(in, '}');
}

static void read_tensor(struct bytes *in, const char *name, struct bytes data, struct weights *weights) {
  struct entry *entry = take(1, sizeof *entry);
  uint64_t from = 0, to = 0, count = 1;
  expect(in, '{');
  do {
    const char *key = string(in);
    expect(in, ':');
    if (strcmp(key, "dtype") == 0) {
      const char *type = string(in);
      entry->is_half = strcmp(type, "BF16") == 0;
      if (!entry->is_half && strcmp(type, "F32") != 0) fail("weights are damaged: %s has type %s", name, type);
    } else if (strcmp(key, "shape") == 0) {
      expect(in, '[');
      if (!next_is(in, ']')) {
        do count = (count > data.left ? data.left + 1 : count) * number(in);
        while (next_is(in, ','));
        expect(in, ']');
      }
    } else {
      expect(in, '[');
      from = number(in);
      expect(in, ',');
      to = number(in);
      expect(in, ']');
    }
  } while (next_is(in, ','));
  expect(in, '}');
  if (to > data.left || from > to || to - from != count * (entry->is_half ? 2 : 4))
    fail("weights are damaged: %s does not lie where its shape says", name);
  entry->name = name;
  entry->count = (size_t)count;
  entry->from = data.at + from;
  entry->next = weights->entries;
  weights->entries = entry;
}

static const struct weights *read_weights(const char *path) {
  struct weights *weights = take(1, sizeof *weights);
  struct bytes data = read_file(path);
  uint64_t length = u32(&data);
  length |= (uint64_t)u32(&data) << 32;
  struct bytes in = span(&data, length);
  expect(&in, '{');
  do {
    const char *name = string(&in);
    expect(&in, ':');
    if (strcmp(name, "__metadata__") == 0) read_metadata(&in, weights);
    else read_tensor(&in, name, data, weights);
  } while (next_is(&in, ','));
  expect(&in, '}');
  const char *arithmetic = meta(weights, "arithmetic");
  if (!arithmetic || strcmp(arithmetic, ARITHMETIC) != 0) fail("%s has another arithmetic than is known here", path);
  return weights;
}

const struct weights *find_weights(struct bytes id) {
  struct bytes list = read_file(model_path("SHA256SUMS"));
  char digits[17] = "", line[256];
  for (size_t i = 0; i < id.left && i < 8; i++) snprintf(digits + 2 * i, 3, "%02x", id.at[i]);
  while (list.left > 0) {
    size_t length = 0;
    for (uint8_t byte; list.left > 0 && (byte = u8(&list)) != '\n';)
      if (length < sizeof line - 1) line[length++] = (char)byte;
    line[length] = '\0';
    if (length > 66 && strncmp(line, digits, strlen(digits)) == 0) return read_weights(model_path(line + 66));
  }
  fail("there are no weights of the model %s in %s", digits, folder);
}

static struct entry *find(const struct weights *weights, const char *name, int is_meta) {
  for (struct entry *entry = weights->entries; entry; entry = entry->next)
    if ((entry->value != NULL) == is_meta && strcmp(entry->name, name) == 0) return entry;
  return NULL;
}

const char *meta(const struct weights *weights, const char *key) {
  const struct entry *entry = find(weights, key, 1);
  return entry ? entry->value : NULL;
}

long meta_number(const struct weights *weights, const char *key, long least, long most) {
  const char *text = meta(weights, key);
  char *rest = NULL;
  long value = text ? strtol(text, &rest, 10) : LONG_MIN;
  if (!text || rest == text || *rest != '\0' || value < least || value > most) fail("weights lack a fitting %s", key);
  return value;
}

size_t tensor_size(const struct weights *weights, const char *name) {
  const struct entry *entry = find(weights, name, 0);
  return entry ? entry->count : 0;
}

const float *tensor(const struct weights *weights, const char *name, size_t count) {
  struct entry *entry = find(weights, name, 0);
  if (!entry || entry->count != count) fail("weights lack a tensor %s of %zu values", name, count);
  if (entry->values) return entry->values;
  entry->values = take(count, sizeof(float));
  struct bytes in = {entry->from, count * (entry->is_half ? 2 : 4)};
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = entry->is_half ? (uint32_t)u16(&in) << 16 : u32(&in);
    memcpy(&entry->values[i], &bits, sizeof bits);
    if ((bits & 0x7F800000) == 0x7F800000) fail("weights are damaged: %s is not finite", name);
  }
  return entry->values;
}
