/* Messages: docs/MATH.md, rANS, and docs/FORMAT.md, groups of photo models. The rest is in vz.h, to be
 * inlined. */
#include <string.h>

#include "vz.h"

static const uint64_t EMPTY = (uint64_t)1 << 32;

/* Splitmix64 of n, from seed 0: the high half. */
uint32_t seed_word(uint32_t n) {
  uint64_t z = ((uint64_t)n + 1) * 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return (uint32_t)((z ^ z >> 31) >> 32);
}

static void open_with(struct message *message, struct bytes stream, size_t state_bytes) {
  struct bytes low = span(&stream, state_bytes);
  message->state = 0;
  for (size_t i = 0; i < state_bytes; i++) message->state |= (uint64_t)low.at[i] << 8 * i;
  if (message->state < EMPTY) fail("the file is damaged: a stream starts with an impossible state");
  if (stream.left % 4 != 0) fail("the file is damaged: a stream ends within a word");
  message->seeds = 0;
  message->top = stream.left / 4;
  message->capacity = message->top + 64;
  message->words = take(message->capacity, sizeof *message->words);
  for (size_t i = message->top; i > 0; i--) message->words[i - 1] = u32(&stream);
}

void open_message(struct message *message, struct bytes stream) {
  size_t state_bytes = 5 + (stream.left + 3) % 4;
  if (stream.left >= state_bytes && state_bytes > 5 && stream.at[state_bytes - 1] == 0)
    fail("the file is damaged: a state has bytes too many");
  open_with(message, stream, state_bytes);
}

void open_whole_message(struct message *message, struct bytes stream) {
  open_with(message, stream, 8);
}

uint32_t close_message(const struct message *message, int has_start) {
  uint64_t start = message->state - EMPTY;
  if (message->seeds > 0 || start >> (has_start ? 24 : 0) != 0)
    fail("the file is damaged: a stream does not end where it began");
  for (size_t i = 0; i < message->top; i++)
    if (message->words[message->top - 1 - i] != seed_word((uint32_t)i))
      fail("the file is damaged: a stream does not end where it began");
  return (uint32_t)start;
}

void split_streams(struct bytes group, int count, struct bytes *streams) {
  uint64_t lengths[2] = {0, 0};
  for (int i = 0; i < count - 1; i++) lengths[i] = varint(&group, group.left, "the length of a stream");
  for (int i = 0; i < count - 1; i++) streams[i] = span(&group, lengths[i]);
  streams[count - 1] = span(&group, group.left);
}

void grow_message(struct message *message) {
  uint32_t *larger = take(2 * message->capacity, sizeof *larger);
  memcpy(larger, message->words, message->top * sizeof *larger);
  message->words = larger;
  message->capacity *= 2;
}
