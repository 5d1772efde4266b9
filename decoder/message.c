/* Messages: docs/MATH.md, rANS, and docs/arithmetic/base.md. What pops is in vz.h, to be inlined. */
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

void push(struct message *message, uint32_t start, uint32_t frequency, int precision) {
  uint64_t state = message->state;
  if (state >> (64 - precision) >= frequency) {
    if (message->top == message->capacity) {
      uint32_t *larger = take(message->capacity *= 2, sizeof *larger);
      message->words = memcpy(larger, message->words, message->top * sizeof *larger);
    }
    message->words[message->top++] = (uint32_t)state;
    state >>= 32;
  }
  message->state = ((state / frequency) << precision) + state % frequency + start;
}

void open_stream(struct message *message, struct bytes stream, size_t state_bytes) {
  message->state = 0;
  for (size_t i = 0; i < state_bytes; i++) message->state |= (uint64_t)u8(&stream) << 8 * i;
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
  open_stream(message, stream, state_bytes);
}

uint32_t close_message(const struct message *message, int has_start) {
  uint64_t start = message->state - EMPTY;
  int is_whole = message->seeds == 0 && start >> (has_start ? 24 : 0) == 0;
  for (size_t i = 0; is_whole && i < message->top; i++)
    is_whole = message->words[message->top - 1 - i] == seed_word((uint32_t)i);
  if (!is_whole) fail("the file is damaged: a stream does not end where it began");
  return (uint32_t)start;
}

void split_streams(struct bytes group, int count, struct bytes *streams) {
  uint64_t lengths[2] = {0, 0};
  for (int i = 0; i < count - 1; i++) lengths[i] = varint(&group, group.left, "the length of a stream");
  for (int i = 0; i < count - 1; i++) streams[i] = span(&group, lengths[i]);
  streams[count - 1] = group;
}
