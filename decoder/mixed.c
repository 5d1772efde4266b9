/* Mixed bytes (docs/FORMAT.md): counters of seven contexts and the longest match, mixed in the logistic
 * domain, drive a binary arithmetic coder. Whole numbers alone. It has learned a dictionary first, from the
 * models' folder. */
#include <string.h>
#include "container.h"

enum { ORDERS = 5, CONTEXTS = 7, INPUTS = 8, SLOTS = 1 << 18, LONGEST = 15, LIMIT = 2047 };

struct mixer {
  uint16_t slots[CONTEXTS][SLOTS]; /* of each context: a probability of 4096, times 16, and a count */
  int32_t weights[24][INPUTS];
  uint32_t matches[65536]; /* where four bytes of such a hash have been seen */
  uint16_t hits[LONGEST + 1];
  uint8_t *bytes; /* all that it has learned */
  size_t count; uint32_t hashes[CONTEXTS], word, partial; size_t match_end, match_length;
  uint16_t *slot[CONTEXTS]; /* this and the rest: of the bit that is predicted */
  int32_t inputs[INPUTS]; int set, match_bit, probability;
};

static int squash(int x) {
  static const int values[33] = {
      1,    2,    3,    6,    10,   16,   27,   45,   73,   120,  194,  310,  488,  747,  1101, 1546, 2047,
      2549, 2994, 3348, 3607, 3785, 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094};
  int step = (x + 2048) >> 7, part = (x + 2048) & 127;
  return (values[step] * (128 - part) + values[step + 1] * part + 64) >> 7;
}

/* The least x that `squash` takes to at least p. */
static int stretch(int p) {
  static int16_t table[4096];
  for (int i = 0, x = -LIMIT; table[4095] == 0 && i < 4096; i++) {
    while (x < LIMIT && squash(x) < i) x++;
    table[i] = (int16_t)x;
  }
  return table[p];
}

static int64_t bounded(int64_t x, int64_t most) { return x < -most ? -most : x > most ? most : x; }
static int64_t shifted(int64_t x, int bits) { return x >= 0 ? x >> bits : ~(~x >> bits); } /* downward */
static uint32_t back(const struct mixer *m, size_t n) { return n <= m->count ? m->bytes[m->count - n] : 0; }
static size_t capped(const struct mixer *m) { return m->match_length < LONGEST ? m->match_length : LONGEST; }

/* The hashes of the contexts; where bytes like the last four have been seen, if nothing matches any more. */
static void begin_byte(struct mixer *m) {
  uint32_t hash = 0; m->partial = 1;
  for (uint32_t order = 0; order < ORDERS; order++) {
    if (order > 0) hash = (hash + back(m, order) + 1) * 0x2C9277B5;
    m->hashes[order] = (hash ^ hash >> 15) * 0x5F356495 + order;
  }
  m->hashes[5] = m->word; m->hashes[6] = (back(m, 2) * 256 + back(m, 3) + 1) * 0x3D4D51CB;
  if (m->count < 4) return;
  uint32_t *place = &m->matches[hash >> 16];
  if (m->match_length == 0) {
    m->match_end = *place;
    while (m->match_length < 2 * LONGEST && m->match_length < m->match_end &&
           m->bytes[m->match_end - 1 - m->match_length] == back(m, 1 + m->match_length))
      m->match_length++;
  }
  *place = (uint32_t)m->count;
}

/* Of 4096, the probability that the next bit is 1. The weights are those of how many orders are met, and of
 * the kind of match: none, short, long, longest. */
static int predict(struct mixer *m) {
  size_t length = capped(m); int orders = 0, done = 0; int64_t sum = 0;
  for (int context = 0; context < CONTEXTS; context++) {
    uint32_t hash = (m->hashes[context] + m->partial * 0x9E3779B1) * 0x85EBCA6B;
    uint16_t *slot = m->slot[context] = &m->slots[context][(hash ^ hash >> 13) >> 14];
    int is_met = (*slot & 15) != 0; m->inputs[context] = is_met ? stretch(*slot >> 4) : 0;
    orders += is_met && context < ORDERS;
  }
  m->set = 4 * orders + (length == 0 ? 0 : length < 8 ? 1 : length < LONGEST ? 2 : 3);
  m->inputs[CONTEXTS] = 0;
  if (length > 0) {
    while (m->partial >> (done + 1) != 0) done++;
    m->match_bit = m->bytes[m->match_end] >> (7 - done) & 1; int sure = stretch(m->hits[length] >> 4);
    m->inputs[CONTEXTS] = m->match_bit ? sure : -sure;
  }
  for (int i = 0; i < INPUTS; i++) sum += (int64_t)m->inputs[i] * m->weights[m->set][i];
  return m->probability = squash((int)bounded(shifted(sum, 16), LIMIT));
}

static void learn(struct mixer *m, int bit) {
  static const int rates[13] = {
      54613, 29789, 20480, 15603, 12603, 10570, 9102, 7992, 7123, 6425, 5851, 5371, 4964};
  int error = (bit * 4096 - m->probability) * 3;
  for (int i = 0; i < INPUTS; i++) {
    int32_t *weight = &m->weights[m->set][i];
    *weight = (int32_t)bounded(*weight + shifted((int64_t)m->inputs[i] * error + 8192, 14), 1048576);
  }
  for (int context = 0; context < CONTEXTS; context++) {
    int probability = *m->slot[context] >> 4, met = *m->slot[context] & 15;
    probability += (4095 * bit - probability) * rates[met] / 65536;
    *m->slot[context] = (uint16_t)(probability << 4 | (met < 12 ? met + 1 : 12));
  }
  if (m->match_length > 0) {
    uint16_t *hits = &m->hits[capped(m)];
    if (bit == m->match_bit) *hits = (uint16_t)(*hits + ((65535 - *hits) >> 6));
    else *hits = (uint16_t)(*hits - (*hits >> 6)), m->match_length = 0;
  }
  m->partial = 2 * m->partial + (uint32_t)bit;
  if (m->partial < 256) return;
  uint8_t byte = m->bytes[m->count++] = (uint8_t)m->partial;
  m->match_length += m->match_length > 0, m->match_end++;
  int is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 128;
  m->word = is_letter ? (m->word + (byte | 32u) + 1) * 0x2F0B4C47 : 0; begin_byte(m);
}

struct mixer *learn_dictionary(void) {
  struct bytes dictionary = read_file(model_path("dictionary.bin"));
  struct mixer *m = take(1, sizeof *m); m->bytes = take(dictionary.left, 1);
  for (int i = 0; i < CONTEXTS * SLOTS; i++) m->slots[i / SLOTS][i % SLOTS] = 2048 << 4;
  for (int i = 0; i < 24 * INPUTS; i++) m->weights[i / INPUTS][i % INPUTS] = 16384;
  for (int i = 0; i <= LONGEST; i++) m->hits[i] = 49152;
  begin_byte(m);
  for (size_t i = 0; i < 8 * dictionary.left; i++)
    predict(m), learn(m, dictionary.at[i / 8] >> (7 - i % 8) & 1);
  return m;
}

static uint32_t next_byte(struct bytes *in) { return in->left > 0 ? u8(in) : 0; }

struct bytes unpack_learned(const struct mixer *learned, struct bytes in, size_t most) {
  if (in.left == 0 || *in.at != 2) return unpack(in, most);
  u8(&in);
  size_t length = (size_t)varint(&in, most < 131072 ? most : 131072, "the length of mixed bytes");
  uint8_t *out = take(length, 1); struct block *before = mark(); struct mixer *m = take(1, sizeof *m);
  *m = *learned;
  m->bytes = memcpy(take(m->count + length + 1, 1), m->bytes, m->count); /* a match may foretell one more */
  uint32_t low = 0, high = UINT32_MAX, code = 0;
  for (int i = 0; i < 4; i++) code = code << 8 | next_byte(&in);
  for (size_t i = 0; i < 8 * length; i++) {
    uint32_t middle = low + (uint32_t)(((uint64_t)(high - low) * (uint32_t)predict(m)) >> 12);
    int bit = code <= middle; learn(m, bit);
    if (bit) high = middle;
    else low = middle + 1;
    out[i / 8] = (uint8_t)(out[i / 8] << 1 | bit);
    for (; (low ^ high) >> 24 == 0; low <<= 8, high = high << 8 | 255) code = code << 8 | next_byte(&in);
  }
  release(before);
  return (struct bytes){out, length};
}
