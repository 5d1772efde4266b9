/* Messages: docs/MATH.md, rANS, and docs/arithmetic/base.md. What pops is in vz.h, to be inlined. */
#include <string.h>
#include "vz.h"

static const uint64_t EMPTY = (uint64_t)1 << 32;

/* Splitmix64 of n, from seed 0: the high half. */
uint32_t seed_word(uint32_t n) {
  uint64_t z = ((uint64_t)n + 1) * 0x9E3779B97F4A7C15; z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return (uint32_t)((z ^ z >> 31) >> 32);
}

void push(struct message *m, uint32_t start, uint32_t frequency, int precision) {
  if (m->state >> (64 - precision) >= frequency) {
    if (m->top == m->capacity) {
      uint32_t *larger = take(m->capacity *= 2, sizeof *larger);
      m->words = memcpy(larger, m->words, m->top * sizeof *larger);
    }
    m->words[m->top++] = (uint32_t)m->state; m->state >>= 32;
  }
  m->state = ((m->state / frequency) << precision) + m->state % frequency + start;
}

void open_stream(struct message *m, struct bytes stream, size_t state_bytes) {
  m->state = m->seeds = 0;
  for (size_t i = 0; i < state_bytes; i++) m->state |= (uint64_t)u8(&stream) << 8 * i;
  if (m->state < EMPTY) fail("the file is damaged: a stream starts with an impossible state");
  if (stream.left % 4 != 0) fail("the file is damaged: a stream ends within a word");
  m->top = stream.left / 4; m->capacity = m->top + 64; m->words = take(m->capacity, sizeof *m->words);
  for (size_t i = m->top; i > 0; i--) m->words[i - 1] = u32(&stream);
}

void open_message(struct message *m, struct bytes stream) {
  size_t state_bytes = 5 + (stream.left + 3) % 4;
  if (stream.left >= state_bytes && state_bytes > 5 && stream.at[state_bytes - 1] == 0)
    fail("the file is damaged: a state has bytes too many");
  open_stream(m, stream, state_bytes);
}

uint32_t close_message(const struct message *m, int has_start) {
  uint64_t start = m->state - EMPTY; int is_whole = m->seeds == 0 && start >> (has_start ? 24 : 0) == 0;
  for (size_t i = 0; i < m->top; i++) is_whole &= m->words[m->top - 1 - i] == seed_word((uint32_t)i);
  if (!is_whole) fail("the file is damaged: a stream does not end where it began");
  return (uint32_t)start;
}

void split_streams(struct bytes group, int count, struct bytes *streams) {
  uint64_t lengths[2] = {0, 0};
  for (int i = 0; i < count - 1; i++) lengths[i] = varint(&group, group.left, "the length of a stream");
  for (int i = 0; i < count - 1; i++) streams[i] = span(&group, lengths[i]);
  streams[count - 1] = group;
}
