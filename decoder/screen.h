/* What screen.c and screen_escape.c share: docs/FORMAT.md, screen models; docs/arithmetic/screens.md, tables,
 * probabilities and mixers, hashes. */
#ifndef SCREEN_H
#define SCREEN_H

#include "mixture.h"

/* Pixels beside each row, rows in rings of pixels and of errors, contexts of pixels and of values. */
enum { PAD = 8, RING = 16, ERROR_RING = 4, CONTEXTS = 8, VALUE_CONTEXTS = 14, CANDIDATES = 3 };
enum { CANDIDATE_INPUTS = 12, BIT_INPUTS = 40, LONGEST_MEMORY = 255 };
enum { GREEN, RED, BLUE, ALPHA }; /* planes */
/* Neighbours, as hashes take them: NEE is two columns to the right, a row up. */
enum { W, N, NE, NW, WW, NN, NEE, NWW, NNE, NNW, WWW, NNN = 14, NEIGHBOURS = 19 };

/* A probability less 1/2, in units of 2^-22, times 2^10; in the lower 10 bits how often it has been asked. */
struct probabilities {
  int32_t found[CONTEXTS][CANDIDATES][3][12][8], absent[CONTEXTS][CANDIDATES][4][12];
  int32_t same[CANDIDATES][1024], equal[CANDIDATES][512][16], escaped[CANDIDATES][16][16][16];
  int32_t calibrated[4][VALUE_CONTEXTS][14][32], followed[4][2][8][16];
};

/* Weights of mixers, then the predictors' mean errors and how often they were seen. */
struct mixing {
  float by_length[CANDIDATES][16][CANDIDATE_INPUTS], by_neighbours[CANDIDATES][32][CANDIDATE_INPUTS];
  float by_escapes[CANDIDATES][64][CANDIDATE_INPUTS], candidate_final[CANDIDATES][4];
  float by_place[4][8][2][BIT_INPUTS], by_error[4][16][BIT_INPUTS], by_equality[4][64][BIT_INPUTS];
  float bit_final[4][5][8][4], mean_errors[4][32][2][8];
};

/* Three sets of weights mix the inputs; a final one mixes what they give, and a fourth number. */
struct mixer {
  float inputs[BIT_INPUTS], *sets[3], *final, mixed;
  lanes odds, chances; /* of the sets; the chances' last is that of all */
};

/* A colour that the pixel may have, and the probabilities that were asked, NULL where nothing was known. */
struct candidate {
  uint32_t colour;
  int32_t *asked[CONTEXTS + 3];
  struct mixer mixer;
};

/* The colours that followed a context, the last one first, and how often. */
struct slot {
  uint32_t colours[3];
  uint8_t counts[3];
  uint16_t check;
};

struct screen {
  struct message message;
  long decisions; /* of the block */
  ptrdiff_t width, height, x, y;
  int has_alpha, has_colour, has_clear, slots_log2, lines_log2;
  uint32_t clear;                   /* the colour of all pixels of alpha 0 */
  size_t stride;                    /* of the rings of rows: */
  uint32_t *pixels, *row_hashes[2]; /* colours; hashes of those up to 5, and up to 3 away */
  uint8_t *marks;                   /* 1 where a pixel escaped and is like no neighbour */
  float (*errors)[4][8];            /* of each plane's predictions */
  struct slot *slots;               /* [CONTEXTS][2^slots_log2] */
  int32_t (*lines)[16];             /* [VALUE_CONTEXTS][2^lines_log2]: counters of values' bits */
  struct probabilities probabilities;
  struct mixing mixing;
  float log_odds[4096], rates[LONGEST_MEMORY + 1];
  lanes sums[4][230];             /* least squares of each plane */
  int has_networks, age;          /* bits of escapes so far, up to 2^20 */
  struct learner networks[ALPHA]; /* of green, red and blue */
  /* Of the pixel that is being decoded. */
  uint32_t near[NEIGHBOURS];
  int equal, flat, escaped;          /* which neighbours are equal, whether all are; which have escaped */
  uint32_t background, foreground;   /* colours of the last flat pixel, and of the last other run of two */
  uint64_t tall;                     /* the hash of context 1 */
  struct slot *found[CONTEXTS];      /* empty where the context is new */
  struct candidate candidates[CANDIDATES];
  int weighed; /* candidates that were */
};

/* Decodes a pixel that is no candidate, bit by bit (screen_escape.c). */
uint32_t decode_escape(struct screen *s);

static inline int level(uint32_t pixel, int shift) { return pixel >> shift & 255; }

/* Where the pixel's column is in a row of the rings, so many rows up; then of errors. */
static inline size_t place(const struct screen *s, int up) {
  return (size_t)((s->y - up) & (RING - 1)) * s->stride + (size_t)(PAD + s->x);
}
static inline float (*errors_of_row(const struct screen *s, int up))[4][8] {
  return s->errors + (size_t)((s->y - up) & (ERROR_RING - 1)) * s->stride + PAD + s->x;
}

#define MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t mix(uint64_t hash, uint32_t value) {
  uint64_t product = (hash ^ value) * MULTIPLIER;
  return product ^ product >> 32;
}

static inline size_t upper_bits(uint64_t hash, int bits) { return (size_t)(hash * MULTIPLIER >> (64 - bits)); }

static inline float log_odds(const struct screen *s, int32_t probability) {
  return s->log_odds[(uint32_t)probability >> 20];
}

static inline void take_answer(const struct screen *s, int32_t *probability, int answer, int32_t memory) {
  int32_t asked = *probability & 1023, p = (*probability - asked) / 1024;
  int32_t target = answer ? (1 << 21) - 1 : -(1 << 21);
  p += integer_of((float)(target - p) * s->rates[asked]);
  *probability = p * 1024 + (asked < memory ? asked + 1 : memory);
}

static inline float clamp_odds(float z) { return clamp1(z, -11.5f, 11.5f); }

/* Log-odds by the three sets, of so many inputs: sums of products in four lanes. */
static inline void mix_sets(struct mixer *m, int count) {
  for (int set = 0; set < 3; set++) {
    lanes sum = mul4(load4(m->sets[set]), load4(m->inputs));
    for (int i = 4; i < count; i += 4) sum = add4(sum, mul4(load4(m->sets[set] + i), load4(m->inputs + i)));
    m->odds.at[set] = clamp_odds(sum4(sum));
  }
}

/* Returns the probability that the log-odds of all tell. */
static inline float mix_final(struct mixer *m, float odds) {
  m->mixed = clamp_odds(odds);
  m->chances = sigmoid4(lanes4(m->odds.at[0], m->odds.at[1], m->odds.at[2], m->mixed));
  return m->chances.at[3];
}

static inline void teach_mixer(struct mixer *m, int count, int answer, float rate, float final_rate) {
  for (int set = 0; set < 3; set++) {
    float step = ((float)answer - m->chances.at[set]) * rate;
    for (int i = 0; i < count; i++) m->sets[set][i] += step * m->inputs[i];
  }
  float step = ((float)answer - m->chances.at[3]) * final_rate;
  for (int i = 0; i < 4; i++) m->final[i] += step * m->odds.at[i];
}

/* The answer of a decision that is 1 with probability p. */
static inline int decide(struct screen *s, float p) {
  int32_t nearest = integer_of(p * 65536);
  uint32_t ones = nearest < 1 ? 1 : nearest > 65535 ? 65535 : (uint32_t)nearest;
  int answer = peek(&s->message, 16) < ones;
  pop(&s->message, answer ? 0 : ones, answer ? ones : 65536 - ones, 16);
  s->decisions++;
  return answer;
}

#endif
