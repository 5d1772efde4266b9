/* Mixed bytes (docs/FORMAT.md): counters of seven contexts and the longest match, mixed in the logistic
 * domain, drive a binary arithmetic coder. Whole numbers alone. It has learned a dictionary first, from the
 * models' folder. */
#include <string.h>

#include "container.h"

enum { ORDERS = 5, CONTEXTS = 7, INPUTS = 8, SLOT_BITS = 18, LONGEST = 15, LIMIT = 2047, MATCHES = 65536 };

struct mixer {
  uint16_t (*slots)[1 << SLOT_BITS]; /* of each context: a probability of 4096, times 16, and a count */
  int32_t weights[24][INPUTS];
  uint32_t *matches; /* places of 2^16 */
  uint16_t hits[LONGEST + 1];
  uint8_t *bytes; /* all that it has learned */
  size_t count;
  uint32_t hashes[CONTEXTS], word, partial;
  size_t match_end, match_length;
  /* Of the bit that is predicted. */
  uint16_t *slot[CONTEXTS];
  int32_t inputs[INPUTS];
  int set, match_bit, probability;
};

static int squash(int x) {
  static const int values[33] = {1,    2,    3,    6,    10,   16,   27,   45,   73,   120,  194,
                                 310,  488,  747,  1101, 1546, 2047, 2549, 2994, 3348, 3607, 3785,
                                 3901, 3975, 4022, 4050, 4068, 4079, 4085, 4089, 4092, 4093, 4094};
  int step = (x + 2048) >> 7, part = (x + 2048) & 127;
  return (values[step] * (128 - part) + values[step + 1] * part + 64) >> 7;
}

/* The least x that `squash` takes to at least p. */
static int stretch(int p) {
  static int16_t table[4096];
  if (table[4095] == 0) {
    for (int i = 0, x = -LIMIT; i < 4096; i++) {
      while (x < LIMIT && squash(x) < i) x++;
      table[i] = (int16_t)x;
    }
  }
  return table[p];
}

/* Quotients of powers of two, downward. */
static int64_t shifted(int64_t value, int bits) {
  int64_t unit = (int64_t)1 << bits;
  return value >= 0 ? value / unit : -((-value + unit - 1) / unit);
}

static uint32_t back(const struct mixer *mixer, size_t places) {
  return places <= mixer->count ? mixer->bytes[mixer->count - places] : 0;
}

static void begin_byte(struct mixer *mixer) {
  uint32_t hash = 0;
  mixer->partial = 1;
  for (uint32_t order = 0; order < ORDERS; order++) {
    if (order > 0) hash = (hash + back(mixer, order) + 1) * 0x2C9277B5;
    mixer->hashes[order] = (hash ^ hash >> 15) * 0x5F356495 + order;
  }
  mixer->hashes[5] = mixer->word;
  mixer->hashes[6] = (back(mixer, 2) * 256 + back(mixer, 3) + 1) * 0x3D4D51CB;
}

static void find_match(struct mixer *mixer) {
  uint32_t hash = 0;
  if (mixer->count < 4) return;
  for (size_t i = 1; i <= 4; i++) hash = (hash + back(mixer, i) + 1) * 0x2C9277B5;
  uint32_t *place = &mixer->matches[hash >> 16];
  if (mixer->match_length == 0) {
    mixer->match_end = *place;
    while (mixer->match_length < 2 * LONGEST && mixer->match_length < mixer->match_end &&
           mixer->bytes[mixer->match_end - 1 - mixer->match_length] == back(mixer, 1 + mixer->match_length))
      mixer->match_length++;
  }
  *place = (uint32_t)mixer->count;
}

static void end_byte(struct mixer *mixer, uint8_t byte) {
  if (mixer->match_length > 0) mixer->match_length++;
  mixer->match_end++;
  mixer->bytes[mixer->count++] = byte;
  int is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 128;
  mixer->word = is_letter ? (mixer->word + (byte | 32u) + 1) * 0x2F0B4C47 : 0;
  find_match(mixer);
  begin_byte(mixer);
}

static int capped_length(const struct mixer *mixer) {
  return mixer->match_length < LONGEST ? (int)mixer->match_length : LONGEST;
}

/* The match's input; returns its kind: none, short, long, longest. */
static int predict_match(struct mixer *mixer) {
  mixer->inputs[CONTEXTS] = 0;
  if (mixer->match_length == 0) return 0;
  int done = 0, length = capped_length(mixer);
  while (mixer->partial >> (done + 1) != 0) done++;
  mixer->match_bit = mixer->bytes[mixer->match_end] >> (7 - done) & 1;
  int sure = stretch(mixer->hits[length] >> 4);
  mixer->inputs[CONTEXTS] = mixer->match_bit ? sure : -sure;
  return length < 8 ? 1 : length < LONGEST ? 2 : 3;
}

/* Of 4096, the probability that the next bit is 1. */
static int predict(struct mixer *mixer) {
  int orders = 0;
  for (int context = 0; context < CONTEXTS; context++) {
    uint32_t hash = (mixer->hashes[context] + mixer->partial * 0x9E3779B1) * 0x85EBCA6B;
    uint16_t *slot = &mixer->slots[context][(hash ^ hash >> 13) >> 14];
    int is_met = (*slot & 15) != 0;
    mixer->slot[context] = slot;
    mixer->inputs[context] = is_met ? stretch(*slot >> 4) : 0;
    orders += is_met && context < ORDERS;
  }
  mixer->set = 4 * orders + predict_match(mixer);
  int64_t sum = 0;
  for (int i = 0; i < INPUTS; i++) sum += (int64_t)mixer->inputs[i] * mixer->weights[mixer->set][i];
  int64_t mixed = shifted(sum, 16);
  mixer->probability = squash(mixed < -LIMIT ? -LIMIT : mixed > LIMIT ? LIMIT : (int)mixed);
  return mixer->probability;
}

static void learn(struct mixer *mixer, int bit) {
  static const int rates[13] = {54613, 29789, 20480, 15603, 12603, 10570, 9102,
                                7992,  7123,  6425,  5851,  5371,  4964};
  int error = (bit * 4096 - mixer->probability) * 3;
  for (int i = 0; i < INPUTS; i++) {
    int64_t weight = mixer->weights[mixer->set][i] + shifted((int64_t)mixer->inputs[i] * error + 8192, 14);
    mixer->weights[mixer->set][i] = (int32_t)(weight < -1048576  ? -1048576
                                              : weight > 1048576 ? 1048576
                                                                 : weight);
  }
  for (int context = 0; context < CONTEXTS; context++) {
    int probability = *mixer->slot[context] >> 4, met = *mixer->slot[context] & 15;
    probability += (4095 * bit - probability) * rates[met] / 65536;
    *mixer->slot[context] = (uint16_t)(probability << 4 | (met < 12 ? met + 1 : 12));
  }
  if (mixer->match_length > 0) {
    uint16_t *hits = &mixer->hits[capped_length(mixer)];
    if (bit == mixer->match_bit) *hits = (uint16_t)(*hits + ((65535 - *hits) >> 6));
    else {
      *hits = (uint16_t)(*hits - (*hits >> 6));
      mixer->match_length = 0;
    }
  }
  mixer->partial = 2 * mixer->partial + (uint32_t)bit;
  if (mixer->partial > 255) end_byte(mixer, (uint8_t)mixer->partial);
}

struct mixer *learn_dictionary(void) {
  struct bytes dictionary = read_file(model_path("dictionary.bin"));
  struct mixer *mixer = take(1, sizeof *mixer);
  mixer->slots = take(CONTEXTS, sizeof *mixer->slots);
  mixer->matches = take(MATCHES, sizeof *mixer->matches);
  mixer->bytes = take(dictionary.left, 1);
  for (int context = 0; context < CONTEXTS; context++)
    for (int i = 0; i < 1 << SLOT_BITS; i++) mixer->slots[context][i] = 2048 << 4;
  for (int set = 0; set < 24; set++)
    for (int i = 0; i < INPUTS; i++) mixer->weights[set][i] = 16384;
  for (int i = 0; i <= LONGEST; i++) mixer->hits[i] = 49152;
  begin_byte(mixer);
  while (dictionary.left > 0) {
    uint8_t byte = u8(&dictionary);
    for (int place = 7; place >= 0; place--) {
      predict(mixer);
      learn(mixer, byte >> place & 1);
    }
  }
  return mixer;
}

/* One that knows the same, and has room for so many bytes more. */
static struct mixer *copy_of(const struct mixer *learned, size_t length) {
  struct mixer *mixer = take(1, sizeof *mixer);
  *mixer = *learned;
  mixer->slots = take(CONTEXTS, sizeof *mixer->slots);
  mixer->matches = take(MATCHES, sizeof *mixer->matches);
  mixer->bytes = take(learned->count + length + 1, 1); /* a match may foretell one byte more */
  memcpy(mixer->slots, learned->slots, CONTEXTS * sizeof *mixer->slots);
  memcpy(mixer->matches, learned->matches, MATCHES * sizeof *mixer->matches);
  memcpy(mixer->bytes, learned->bytes, learned->count);
  return mixer;
}

static uint32_t next_byte(struct bytes *in) {
  return in->left > 0 ? u8(in) : 0;
}

/* So many bytes that are mixed. */
static void unmix(struct mixer *mixer, struct bytes in, uint8_t *out, size_t length) {
  uint32_t low = 0, high = UINT32_MAX, code = 0;
  for (int i = 0; i < 4; i++) code = code << 8 | next_byte(&in);
  for (size_t i = 0; i < 8 * length; i++) {
    uint32_t middle = low + (uint32_t)(((uint64_t)(high - low) * (uint32_t)predict(mixer)) >> 12);
    int bit = code <= middle;
    if (bit) high = middle;
    else low = middle + 1;
    learn(mixer, bit);
    out[i / 8] = (uint8_t)(out[i / 8] << 1 | bit);
    for (; (low ^ high) >> 24 == 0; low <<= 8, high = high << 8 | 255) code = code << 8 | next_byte(&in);
  }
}

struct bytes unpack_learned(const struct mixer *learned, struct bytes in, size_t most) {
  if (in.left == 0 || *in.at != 2) return unpack(in, most);
  u8(&in);
  size_t length = (size_t)varint(&in, most < 131072 ? most : 131072, "the length of mixed bytes");
  uint8_t *out = take(length, 1);
  struct block *before = mark();
  unmix(copy_of(learned, length), in, out, length);
  release(before);
  return (struct bytes){out, length};
}
