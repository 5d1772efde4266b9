/* What the files of screen models share: FORMAT.md, screen models; docs/arithmetic/screens.md. */
#ifndef SCREEN_H
#define SCREEN_H

#include "mixture.h"
#include "network.h"
#include "vz.h"

enum {
  PAD = 8,             /* columns beside a row */
  RING = 16,           /* rows of pixels and hashes that are kept */
  ERROR_RING = 4,      /* rows of predictors' errors that are kept */
  PIXEL_CONTEXTS = 8,  /* of whole pixels */
  VALUE_CONTEXTS = 14, /* of the bits of an escape */
  CANDIDATES = 3,
  BIT_INPUTS = 40,
  LONGEST_MEMORY = 255 /* answers after which a probability begins to forget */
};

enum { GREEN, RED, BLUE, ALPHA }; /* planes */

/* The colours that followed a context, the last one first, and how often. */
struct slot {
  uint32_t colours[3];
  uint8_t counts[3];
  uint16_t check;
};

/* Probabilities that a model's weights set and learning changes, in the order of the tensors `probabilities` and
 * `times`. One is an int32: above, less 1/2, in units of 2^-22; in the lower 10 bits how often it has been asked. */
struct probabilities {
  int32_t found[PIXEL_CONTEXTS][CANDIDATES][3][12][8];
  int32_t absent[PIXEL_CONTEXTS][CANDIDATES][4][12];
  int32_t same[CANDIDATES][1024];
  int32_t equal[CANDIDATES][512][16];
  int32_t escaped[CANDIDATES][16][16][16];
  int32_t calibrated[4][VALUE_CONTEXTS][14][32];
  int32_t followed[4][2][8][16];
};

/* Weights of mixers, and mean errors of predictors with how often they were seen: the tensor `mixing`. */
struct mixing {
  float by_length[CANDIDATES][16][12];
  float by_neighbours[CANDIDATES][32][12];
  float by_escapes[CANDIDATES][64][12];
  float candidate_final[CANDIDATES][4];
  float by_place[4][8][2][BIT_INPUTS];
  float by_error[4][16][BIT_INPUTS];
  float by_equality[4][64][BIT_INPUTS];
  float bit_final[4][5][8][4];
  float mean_errors[4][32][2][8];
};

/* A colour that the pixel may have, and all that had a say in it. */
struct candidate {
  uint32_t colour;
  float inputs[12];
  int32_t *asked[PIXEL_CONTEXTS + 3]; /* NULL where nothing was known */
  float *sets[3];
  lanes odds, outputs; /* of the three sets and of what mixes them: log-odds and probabilities */
};

/* A plane's value of an escape that is to be decoded. */
struct sight {
  ptrdiff_t x;
  const uint32_t *row, *row1, *row2, *row3; /* the pixel's place in its row and in those above */
  int plane;
  int shift;           /* of the plane in a pixel */
  int coded;           /* planes of the pixel before, but for alpha */
  int last, before;    /* their shifts: of the last one, and of the one before */
  uint32_t known, mask; /* what is decoded of the pixel, and all bits of those planes */
};

/* Four linear predictors of a plane, fitted to its escapes. */
struct recent {
  int neighbours;
  float mean;       /* of the plane around the pixel */
  float values[21]; /* the neighbours', then the target's, less the means of their planes */
  float prior[20];
  lanes *sums, *system, *weights;
};

struct screen {
  struct message message;
  long decisions; /* of the block */
  ptrdiff_t width, height, y;
  int channels, has_alpha, has_colour, has_clear;
  uint32_t clear; /* the colour of all pixels of alpha 0 */
  size_t stride;
  uint32_t *pixels, *hashes7, *hashes11; /* rings of rows */
  uint8_t *escapes;                      /* two rows: 1 where a pixel escaped and is like no neighbour */
  float (*errors)[8];                    /* [plane][ERROR_RING][stride]: the predictors' errors */
  struct slot *slots;
  int slots_log2;
  int32_t (*lines)[16];
  int lines_log2;
  struct probabilities probabilities;
  struct mixing mixing;
  float log_odds[4096], rates[LONGEST_MEMORY + 1];
  struct recent recent[4];
  struct learner *networks[4]; /* NULL for alpha, and in models without */
  struct mixture mixture;      /* what the network said last, around this centre with this scale */
  float centre, scale;
  /* Of the pixel that is being decoded. */
  uint32_t pixel;
  int flat;    /* whether its neighbours are all equal */
  int escaped; /* which of W, N, NW, NE have escaped */
  uint64_t tall;
  struct slot *found[PIXEL_CONTEXTS];
  uint16_t checks[PIXEL_CONTEXTS];
  int holds[PIXEL_CONTEXTS]; /* whether the slot found is this context's */
  int weighed;
  struct candidate candidates[CANDIDATES];
  uint32_t background, foreground; /* colours of the last flat pixel, and of the last other run of two */
  float last_error, error_before;  /* of the networks' centres in the pixel's planes before */
  int32_t age;                     /* bits of escapes so far, up to 2^20 */
};

/* Finds the candidates of pixel x and asks for those that are plausible. Returns whether one is right. */
int ask_candidates(struct screen *s, ptrdiff_t x);
/* Has slots, probabilities and weights learn the pixel. */
void learn_pixel(struct screen *s);
/* Decodes a pixel that is no candidate, bit by bit. */
void decode_escape(struct screen *s, ptrdiff_t x);

/* Makes the predictors of a plane ready, which comes after so many (screen_predictors.c). */
void start_recent(struct recent *recent, int coded);
/* The four predictions, not yet clamped. */
lanes fitted_predictions(struct recent *recent, const struct sight *at);
/* Has the predictors learn the value. */
void learn_value(struct recent *recent, int value, float error);
/* Four predictions that learn nothing. */
lanes fixed_predictions(const struct sight *at);

/* Asks the network of a plane for its mixture (screen_network.c). */
void ask_network(struct screen *s, const struct sight *at, lanes fitted, lanes fixed, lanes fitted_errors,
                 lanes fixed_errors, lanes near_errors);
void teach_network(struct screen *s, int plane, int value);

/* A plane's level in a pixel. */
static inline uint32_t level(uint32_t pixel, int shift) { return pixel >> shift & 255; }

static inline uint32_t *pixel_row(const struct screen *s, ptrdiff_t y) {
  return s->pixels + (size_t)(y & (RING - 1)) * s->stride + PAD;
}

static inline uint8_t *escape_row(const struct screen *s, ptrdiff_t y) {
  return s->escapes + (size_t)(y & 1) * s->stride + PAD;
}

static inline float (*error_row(const struct screen *s, int plane, ptrdiff_t y))[8] {
  return s->errors + (size_t)(plane * ERROR_RING + (y & (ERROR_RING - 1))) * s->stride + PAD;
}

/* Hashes of contexts. The multiplier is 2^64 over the golden ratio. */

#define HASH_MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

/* Hashes of pixels in a row are sums of them times this one's powers. */
#define HASH_BASE UINT32_C(0x2c1b3c6d)

static inline uint64_t mix(uint64_t hash, uint32_t value) {
  uint64_t product = (hash ^ value) * HASH_MULTIPLIER;
  return product ^ product >> 32;
}

static inline size_t upper_bits(uint64_t hash, int bits) {
  return (size_t)(hash * HASH_MULTIPLIER >> (64 - bits));
}

/* Adaptive probabilities. */

static inline float log_odds(const struct screen *s, int32_t probability) {
  return s->log_odds[(uint32_t)probability >> 20];
}

static inline void take_answer(const struct screen *s, int32_t *probability, int answer, int32_t memory) {
  int32_t asked = *probability & 1023;
  int32_t p = (*probability - asked) / 1024;
  int32_t target = answer ? (1 << 21) - 1 : -(1 << 21);
  p += integer_of((float)(target - p) * s->rates[asked]);
  *probability = p * 1024 + (asked < memory ? asked + 1 : memory);
}

/* Mixers of log-odds. */

static inline float clamp_odds(float z) { return clamp1(z, -11.5f, 11.5f); }

/* Sum of products in four lanes; count is a multiple of 4. */
static inline float mixed(const float *weights, const float *inputs, int count) {
  lanes sum = mul4(load4(weights), load4(inputs));
  for (int i = 4; i < count; i += 4) sum = add4(sum, mul4(load4(weights + i), load4(inputs + i)));
  return clamp_odds(sum4(sum));
}

static inline void move_weights(float *weights, const float *inputs, int count, float step) {
  for (int i = 0; i < count; i++) weights[i] += step * inputs[i];
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
