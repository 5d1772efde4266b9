/* Pixels that no candidate gave: their values are decoded bit by bit, alpha first, then green, red, blue. A
 * bit's odds are mixed from counters of hashed contexts, from logistic distributions around predictions, from
 * a network and from the candidates. docs/arithmetic/screens.md, escapes. */
#include "screen.h"

static const float LN_2 = 0.6931472f;
enum { MOST_AGE = 1 << 20, COUNTER_MEMORY = 127 };

/* Where inputs of a bit lie, behind two of each context: those of predictions, a constant and others. */
enum { OF_PREDICTIONS = 2 * VALUE_CONTEXTS, OF_BIAS = OF_PREDICTIONS + 8, OF_NETWORK, OF_CANDIDATES };

/* A plane's value of the pixel, while its bits are decoded. */
struct value {
  struct sight sight;
  int low, node; /* the bits so far, as the least value that has them and behind a 1 */
  /* Four fitted predictions and four fixed ones, the inverse scales of distributions around them, and their
   * cdfs at the ends of the interval of values that is left; the same of the network. */
  float predictions[8], inverses[8], below[8], above[8], network_below, network_above;
  int says[2]; /* the values of the two best candidates; 256 where they do not fit */
  uint64_t hashes[VALUE_CONTEXTS];
  int32_t *lines[VALUE_CONTEXTS], *counters[VALUE_CONTEXTS], *calibrations[VALUE_CONTEXTS];
  float inputs[BIT_INPUTS], *by_error, *by_equality;
};

static uint32_t difference(uint32_t a, uint32_t b) { return a > b ? a - b : b - a; }

/* Hashes the contexts of the value. */
static void hash_contexts(const struct screen *s, struct value *v) {
  const struct sight *at = &v->sight;
  const uint32_t w = at->row[-1], n = at->row1[0];
  const uint32_t along = (uint32_t)(v->predictions[6] + 256), guess = (uint32_t)v->predictions[1];
  const uint32_t down = (uint32_t)(v->predictions[7] + 256);
  uint64_t seed = (uint64_t)(at->plane + 1) << 40, plain = mix(seed, at->known), *hashes = v->hashes;
  uint32_t wv = level(w, at->shift), nv = level(n, at->shift);
  uint32_t other = at->coded > 0 ? level(at->known, at->last) : 0;
  uint32_t before = at->coded > 0 ? other : level(at->row2[0], at->shift);
  uint32_t nw = level(at->row1[-1], at->shift) >> 3, ne = level(at->row1[1], at->shift) >> 3;
  hashes[0] = plain;
  hashes[1] = mix(plain ^ 1, w);
  hashes[2] = mix(plain ^ 2, n);
  hashes[3] = mix(hashes[1], s->background);
  hashes[4] = mix(hashes[2], s->background);
  hashes[5] = mix(mix(plain ^ 5, s->foreground), s->background);
  hashes[6] = mix(seed ^ 6, before << 9 | (at->coded > 0 ? along : nv));
  hashes[7] = mix(seed ^ 7, wv >> 3 | nv >> 3 << 5 | nw << 10 | ne << 15 | other >> 2 << 20);
  hashes[8] = mix(plain ^ 8, s->background);
  hashes[9] = mix(plain ^ 9, (uint32_t)(s->tall >> 32));
  hashes[10] = mix(seed ^ 10, guess | other << 9);
  hashes[11] = mix(seed ^ 11, wv | nv << 8 | (at->coded > 0 ? other : ne << 3) << 16);
  hashes[12] = mix(seed ^ 12, along | down << 10);
  uint32_t sides = difference(wv, nw << 3) >> 3 << 9 | difference(nv, nw << 3) >> 3 << 15;
  hashes[13] = mix(seed ^ 13, guess >> 1 | sides);
}

/* Finds the contexts' lines for four bits, of which `node` tells those before. */
static void find_lines(struct screen *s, struct value *v, int node) {
  for (int context = 0; context < VALUE_CONTEXTS; context++) {
    size_t line = upper_bits(mix(v->hashes[context], (uint32_t)node), s->lines_log2);
    v->lines[context] = s->lines[line + ((size_t)context << s->lines_log2)];
  }
}

/* What the counters say of the next bit, two inputs each: as it is, and as such ones turn out to be meant. */
static void ask_counters(struct screen *s, struct value *v, int bit) {
  int left = 3 - (bit & 3), in_line = 1 << left | (v->node & ((1 << left) - 1));
  for (int context = 0; context < VALUE_CONTEXTS; context++) {
    int32_t *counter = v->counters[context] = &v->lines[context][in_line];
    float *input = &v->inputs[2 * context];
    int times = *counter & 1023;
    v->calibrations[context] = NULL;
    input[0] = input[1] = 0;
    if (times == 0) continue;
    int class = times < 10 ? times : times < 16 ? 10 : times < 32 ? 11 : times < 64 ? 12 : 13;
    float odds = log_odds(s, *counter);
    int32_t *calibration = s->probabilities.calibrated[v->sight.plane][context][class];
    calibration += (int)clamp1(odds * 2 + 16, 0, 31);
    v->calibrations[context] = calibration;
    input[0] = odds;
    input[1] = log_odds(s, *calibration);
  }
}

static void teach_counters(struct screen *s, struct value *v, int bit) {
  for (int context = 0; context < VALUE_CONTEXTS; context++) {
    take_answer(s, v->counters[context], bit, COUNTER_MEMORY);
    if (v->calibrations[context] != NULL) take_answer(s, v->calibrations[context], bit, LONGEST_MEMORY);
  }
}

/* Classes of the predictors' local errors, weighted means of magnitudes nearby, a factor of about 1.32 apart.
 * */
static void error_classes(int *classes, float (*row)[8], float (*row1)[8], float (*row2)[8]) {
  for (int k = 0; k < 8; k++) {
    float near = fabsf(row[-1][k]) + fabsf(row1[0][k]), diagonal = fabsf(row1[-1][k]) + fabsf(row1[1][k]);
    float local = ((near + near + diagonal) + (fabsf(row[-2][k]) + fabsf(row2[0][k]))) * 0.125f;
    classes[k] = (int)min1(rough_log2(local + 0.25f) * 2.5f + 5, 31);
  }
}

/* Takes the errors of the predictors into the mean errors of their classes. */
static void teach_errors(float (*means)[2][8], const int *classes, const float *errors) {
  for (int k = 0; k < 8; k++) {
    float *mean = &means[classes[k]][0][k], *seen = &means[classes[k]][1][k];
    *seen = min1(*seen + 1, 200);
    *mean += (fabsf(errors[k]) - *mean) / *seen;
  }
}

/* Log-odds of the upper part of an interval, from cdfs at its ends and where it is cut. */
static float odds_of_upper(float below, float cut, float above) {
  return (log2_1((above - cut) + 1e-5f) - log2_1((cut - below) + 1e-5f)) * LN_2;
}

/* The probability that a bit is that of the candidate of a rank, whose bits before are right; else NULL. */
static int32_t *followed(struct screen *s, const struct value *v, int rank, int bit) {
  if (v->says[rank] >> (bit + 1) != v->low >> (bit + 1)) return NULL;
  int class = (int)clamp1(s->candidates[rank].odds.at[3] * 2 + 8, 0, 15);
  return &s->probabilities.followed[v->sight.plane][rank][bit][class];
}

/* Decodes a bit: what all say is mixed, and learns. */
static void decode_bit(struct screen *s, struct value *v, int bit) {
  int plane = v->sight.plane, middle = v->low + (1 << bit);
  float *inputs = v->inputs, threshold = (float)middle - 0.5f, cut[8], network_cut = 0;
  ask_counters(s, v, bit);
  for (int k = 0; k < 8; k++) cut[k] = 1 / (1 + exp1(-((threshold - v->predictions[k]) * v->inverses[k])));
  for (int k = 0; k < 8; k++)
    inputs[OF_PREDICTIONS + k] = odds_of_upper(v->below[k], cut[k], v->above[k]);
  if (s->networks[plane] != NULL) {
    network_cut = mixture_cdf(&s->mixture, middle);
    float upper = max1(v->network_above - network_cut, 1e-6f);
    float lower = max1(network_cut - v->network_below, 1e-6f);
    inputs[OF_NETWORK] = (log2_1(upper) - log2_1(lower)) * LN_2;
  }
  int32_t *follows[2];
  for (int rank = 0; rank < 2; rank++) {
    follows[rank] = followed(s, v, rank, bit);
    float says = follows[rank] != NULL ? log_odds(s, *follows[rank]) : 0;
    inputs[OF_CANDIDATES + rank] = v->says[rank] >> bit & 1 ? says : -says;
  }
  float *sets[3] = {s->mixing.by_place[plane][bit][v->sight.coded > 0], v->by_error, v->by_equality};
  lanes says = lanes4(0, 0, 0, inputs[OF_NETWORK]);
  for (int set = 0; set < 3; set++) says.at[set] = mixed(sets[set], inputs, BIT_INPUTS);
  static const int bits_set[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
  float *final = s->mixing.bit_final[plane][bits_set[s->escaped]][bit];
  lanes outputs = says;
  outputs.at[3] = clamp_odds(sum4(mul4(load4(final), says)));
  outputs = sigmoid4(outputs);
  int answer = decide(s, clamp1(outputs.at[3], 1e-4f, 1 - 1e-4f));
  float rate = 0.008f * (1 + 6 / (1 + (float)s->age * (1 / 5000.0f)));
  for (int set = 0; set < 3; set++)
    move_weights(sets[set], inputs, BIT_INPUTS, ((float)answer - outputs.at[set]) * rate);
  move_weights(final, says.at, 4, ((float)answer - outputs.at[3]) * 0.006f);
  teach_counters(s, v, answer);
  for (int rank = 0; rank < 2; rank++)
    if (follows[rank] != NULL)
      take_answer(s, follows[rank], answer == (v->says[rank] >> bit & 1), LONGEST_MEMORY);
  if (s->age < MOST_AGE) s->age++;
  v->node = v->node << 1 | answer;
  memcpy(answer ? v->below : v->above, cut, sizeof cut);
  *(answer ? &v->network_below : &v->network_above) = network_cut;
  if (answer) v->low = middle;
}

/* Which near pixels are equal. */
static int equalities(const struct sight *at) {
  uint32_t w = at->row[-1], n = at->row1[0], nw = at->row1[-1], ne = at->row1[1];
  return (w == n) | (w == ne) << 1 | (n == nw) << 2 | (n == ne) << 3 | (w == at->row[-2]) << 4 |
         (n == at->row2[0]) << 5;
}

/* Decodes the pixel's value of a plane. */
static uint32_t decode_value(struct screen *s, const struct sight *at) {
  struct value v = {.sight = *at, .node = 1, .network_above = 1};
  int plane = at->plane, classes[8];
  float(*errors)[8] = error_row(s, plane, s->y) + at->x, (*means)[2][8] = s->mixing.mean_errors[plane];
  float(*errors1)[8] = error_row(s, plane, s->y - 1) + at->x, mean_errors[8];
  predict_fitted(&s->recent[plane], at, v.predictions);
  predict_fixed(at, v.predictions + 4);
  error_classes(classes, errors, errors1, error_row(s, plane, s->y - 2) + at->x);
  for (int k = 0; k < 8; k++) {
    mean_errors[k] = means[classes[k]][0][k];
    v.inverses[k] = 1 / (mean_errors[k] * 0.62f + 0.03f);
    v.above[k] = 1;
  }
  if (s->networks[plane] != NULL) {
    const float near[4] = {errors[-1][1], errors1[0][1], errors1[-1][1], errors1[1][1]};
    ask_network(s, at, v.predictions, mean_errors, near);
  }
  hash_contexts(s, &v);
  v.inputs[OF_BIAS] = 0.3f;
  v.by_error = s->mixing.by_error[plane][classes[0] >> 1];
  v.by_equality = s->mixing.by_equality[plane][equalities(at)];
  for (int rank = 0; rank < 2; rank++) {
    uint32_t colour = s->candidates[rank].colour;
    int fits = s->weighed > rank && ((colour ^ at->known) & at->mask) == 0;
    v.says[rank] = fits ? (int)level(colour, at->shift) : 256;
  }
  for (int bit = 7; bit >= 0; bit--) {
    if (bit == 7 || bit == 3) find_lines(s, &v, bit == 7 ? 0 : v.node);
    decode_bit(s, &v, bit);
  }
  if (s->networks[plane] != NULL) teach_network(s, plane, v.low);
  for (int k = 0; k < 8; k++) errors[0][k] = (float)v.low - v.predictions[k];
  teach_errors(means, classes, errors[0]);
  learn_value(&s->recent[plane], v.low, errors[0][0]);
  return (uint32_t)v.low;
}

void decode_escape(struct screen *s, ptrdiff_t x) {
  static const int order[4] = {ALPHA, GREEN, RED, BLUE};
  static const int shifts[4] = {8, 16, 0, 24};
  struct sight at = {.x = x,
                     .row = pixel_row(s, s->y) + x,
                     .row1 = pixel_row(s, s->y - 1) + x,
                     .row2 = pixel_row(s, s->y - 2) + x,
                     .row3 = pixel_row(s, s->y - 3) + x};
  s->last_error = s->error_before = 0;
  for (int i = 0; i < 4; i++) {
    at.plane = order[i];
    if (at.plane == ALPHA ? !s->has_alpha : at.plane != GREEN && !s->has_colour) continue;
    at.shift = shifts[at.plane];
    at.known |= decode_value(s, &at) << at.shift;
    if (at.plane == ALPHA && s->has_clear && at.known >> 24 == 0) {
      at.known = s->clear;
      break;
    }
    at.mask |= (uint32_t)255 << at.shift;
    if (at.plane == ALPHA) continue;
    at.coded++;
    at.before = at.last;
    at.last = at.shift;
  }
  s->pixel = at.known;
}
