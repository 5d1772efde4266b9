/* What the files of screen models share: FORMAT.md, screen models; docs/arithmetic/screens.md. */
#ifndef SCREEN_H
#define SCREEN_H

#include "mixture.h"

/* Padding of rows, rings of rows of pixels and of predictors' errors, contexts of pixels and of escapes'
 * bits, inputs of mixers, and after how many answers a probability begins to forget. */
enum { PAD = 8, RING = 16, ERROR_RING = 4, PIXEL_CONTEXTS = 8, VALUE_CONTEXTS = 14, CANDIDATES = 3 };
enum { CANDIDATE_INPUTS = 12, BIT_INPUTS = 40, LONGEST_MEMORY = 255 };
enum { GREEN, RED, BLUE, ALPHA }; /* planes */

/* The colours that followed a context, the last one first, and how often. */
struct slot {
  uint32_t colours[3];
  uint8_t counts[3];
  uint16_t check;
};

/* Adaptive probabilities, as the tensors `probabilities` and `times` hold them one after the other. Each is
 * an int32: less 1/2, in units of 2^-22, times 2^10; and in the lower 10 bits how often it has been asked. */
struct probabilities {
  int32_t found[PIXEL_CONTEXTS][CANDIDATES][3][12][8], absent[PIXEL_CONTEXTS][CANDIDATES][4][12];
  int32_t same[CANDIDATES][1024], equal[CANDIDATES][512][16], escaped[CANDIDATES][16][16][16];
  int32_t calibrated[4][VALUE_CONTEXTS][14][32], followed[4][2][8][16];
};

/* Weights of mixers, then mean errors of predictors and how often they were seen: the tensor `mixing`. */
struct mixing {
  float by_length[CANDIDATES][16][CANDIDATE_INPUTS], by_neighbours[CANDIDATES][32][CANDIDATE_INPUTS];
  float by_escapes[CANDIDATES][64][CANDIDATE_INPUTS], candidate_final[CANDIDATES][4];
  float by_place[4][8][2][BIT_INPUTS], by_error[4][16][BIT_INPUTS], by_equality[4][64][BIT_INPUTS];
  float bit_final[4][5][8][4], mean_errors[4][32][2][8];
};

/* A colour that the pixel may have, and all that had a say in it. */
struct candidate {
  uint32_t colour;
  float inputs[CANDIDATE_INPUTS], *sets[3];
  int32_t *asked[PIXEL_CONTEXTS + 3]; /* NULL where nothing was known */
  lanes odds, outputs; /* log-odds by the three sets and by what mixes them, and the probabilities */
};

/* A plane's value of an escape that is to be decoded. */
struct sight {
  ptrdiff_t x;
  const uint32_t *row, *row1, *row2, *row3; /* the pixel's place in its row and in those above */
  int plane, shift;                         /* of the plane in a pixel */
  int coded, last, before; /* planes of the pixel before, but alpha; shifts of the last, of the one before */
  uint32_t known, mask;    /* what is decoded of the pixel, and all bits of those planes */
};

/* Four linear predictors of a plane, fitted to its escapes. */
struct recent {
  int neighbours;
  float mean;                  /* of the plane around the pixel */
  float values[21], prior[20]; /* neighbours, then the target, less the means of their planes */
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
  float (*errors)[8];                    /* [plane][ERROR_RING][stride]: of the predictors */
  struct slot *slots;                    /* [PIXEL_CONTEXTS][2^slots_log2] */
  int32_t (*lines)[16];                  /* [VALUE_CONTEXTS][2^lines_log2] */
  int slots_log2, lines_log2;
  struct probabilities probabilities;
  struct mixing mixing;
  float log_odds[4096], rates[LONGEST_MEMORY + 1];
  struct recent recent[4];
  struct learner *networks[4]; /* NULL for alpha, and in models without */
  struct mixture mixture;      /* what the network said last, around this centre with this scale */
  float centre, scale;
  /* Of the pixel that is being decoded. */
  uint32_t pixel;
  int flat, escaped; /* whether its neighbours are all equal; which of W, N, NW, NE have escaped */
  uint64_t tall;     /* the hash of context 1 */
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

/* What predicts a value (screen_predictors.c): four linear predictors of a plane that comes after so many,
 * four fixed ones, and a network's mixture, of these, their mean errors and errors nearby. */
void start_recent(struct recent *recent, int coded);
void predict_fitted(struct recent *recent, const struct sight *at, float *predictions);
void learn_value(struct recent *recent, int value, float error);
void predict_fixed(const struct sight *at, float *predictions);
void ask_network(struct screen *s, const struct sight *at, const float *predictions, const float *mean_errors,
                 const float *near_errors);
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

/* Hashes of pixels in a row are sums of them times this one's powers; those of contexts take 2^64 over the
 * golden ratio. */
#define HASH_BASE UINT32_C(0x2c1b3c6d)
#define HASH_MULTIPLIER UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t mix(uint64_t hash, uint32_t value) {
  uint64_t product = (hash ^ value) * HASH_MULTIPLIER;
  return product ^ product >> 32;
}

static inline size_t upper_bits(uint64_t hash, int bits) {
  return (size_t)(hash * HASH_MULTIPLIER >> (64 - bits));
}

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

/* A mixer: the sum of products in four lanes; count is a multiple of 4. */
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
