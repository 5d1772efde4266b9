/* Escapes of screen models: pixels that no candidate gave. Their values are decoded bit by bit, alpha first,
 * then green, red, blue. A bit's odds are mixed from counters of hashed contexts, from logistic distributions
 * around predictions, from a network and from the candidates. docs/arithmetic/screens.md, escapes. */
#include "least_squares.h"
#include "screen.h"

static const float LN_2 = 0.6931472f;
enum { MOST_AGE = 1 << 20, COUNTER_MEMORY = 127, MOST_VALUES = 20 };

/* Where inputs of a bit lie, behind two of each context: those of predictions, a constant and others. */
enum { OF_PREDICTIONS = 2 * VALUE_CONTEXTS, OF_BIAS = OF_PREDICTIONS + 8, OF_NETWORK, OF_CANDIDATES };

/* Neighbours, the nearest ones first. */
static const int NEAREST[12] = {W, N, NW, NE, WW, NN, NWW, NEE, NNW, NNE, WWW, NNN};

struct escape {
  uint32_t known, mask;           /* what is decoded of the pixel, and all bits of those planes */
  int coded, last, before;        /* planes but alpha; shifts of the last one and of the one before */
  float last_error, error_before; /* of the networks' centres in these planes */
  /* Of the value that is being decoded: */
  int plane, shift, count, own;   /* neighbours that predict it, and how many of them are of its plane */
  float mean, values[MOST_VALUES + 1]; /* neighbours, then the value, less the means of their planes */
  float predictions[8], mean_errors[8], inverses[8]; /* four fitted, four fixed; inverse scales */
  struct mixture mixture;                            /* what the network says, */
  float centre, scale;                               /* around this centre with this scale */
  int low, node;                      /* the bits so far: the least value that has them, and behind a 1 */
  float below[9], above[9];           /* of that interval: cdfs of the predictions and of the network */
  int says[2];                        /* values of the two best candidates; 256 where they do not fit */
  uint64_t hashes[VALUE_CONTEXTS];
  int32_t *lines[VALUE_CONTEXTS];
  struct mixer mixer;
};

/* Predictions: docs/arithmetic/screens.md, predictions. */

/* Writes a plane's levels at so many neighbours, less a mean. Returns what lies behind. */
static float *put_levels(const struct screen *s, float *to, int shift, int count, float mean) {
  for (int i = 0; i < count; i++) *to++ = (float)level(s->near[NEAREST[i]], shift) - mean;
  return to;
}

static float mean_around(const struct screen *s, int shift) {
  float levels[4];
  put_levels(s, levels, shift, 4, 0);
  return (levels[0] + levels[1]) * 0.375f + (levels[2] + levels[3]) * 0.125f;
}

/* By least squares over the values before, four at once, which forget at different rates. */
static void predict_fitted(const struct screen *s, struct escape *e) {
  static const lanes ridge = {{8, 4, 2, 1}};
  static const float prior[MOST_VALUES] = {0.5f, 0.5f};
  lanes system[sizeof s->sums[0] / sizeof(lanes)], weights[MOST_VALUES];
  e->own = e->coded == 1 ? 11 : 12;
  e->count = 12 + 4 * e->coded;
  e->mean = mean_around(s, e->shift);
  float *to = put_levels(s, e->values, e->shift, e->own, e->mean);
  for (int other = 0; other < e->coded; other++) {
    int shift = other == 0 ? e->last : e->before;
    float mean = mean_around(s, shift);
    *to++ = (float)level(e->known, shift) - mean;
    to = put_levels(s, to, shift, other == 0 ? 4 : 2, mean);
  }
  memcpy(system, s->sums[e->plane], sizeof system);
  solve(e->count, system, ridge, prior, weights);
  lanes sums = add4(predict(e->count, weights, e->values), splat4(e->mean));
  /* A system that is all but singular may give what is no number: 0 then. */
  for (int k = 0; k < 4; k++) e->predictions[k] = min1(255, max1(0, sums.at[k]));
}

static void learn_fitted(struct screen *s, struct escape *e, float error) {
  static const lanes forgetting = {{0.96f, 0.985f, 0.995f, 0.9985f}};
  lanes *sum = s->sums[e->plane];
  float weight = 1 / (1 + 0.3f * fabsf(error)), *values = e->values;
  values[e->count] = (float)e->low - e->mean;
  for (int i = 0; i <= e->count; i++) {
    float factor = weight * values[i];
    for (int j = 0; j <= i && j < e->count; j++, sum++)
      *sum = add4(mul4(forgetting, *sum), splat4(factor * values[j]));
  }
}

static int median(int a, int b, int c) {
  int most = a > b ? a : b, least = a > b ? b : a;
  return c >= most ? least : c <= least ? most : a + b - c;
}

static void predict_fixed(const struct screen *s, struct escape *e) {
  float *to = e->predictions + 4;
  int here = level(e->known, e->last), own[4], less[4];
  for (int i = 0; i < 4; i++) {
    own[i] = level(s->near[NEAREST[i]], e->shift);
    less[i] = own[i] - level(s->near[NEAREST[i]], e->last);
  }
  to[0] = (float)median(own[0], own[1], own[2]);
  if (e->coded == 0) {
    to[1] = (float)(own[0] + own[1]) * 0.5f + (float)(own[3] - own[2]) * 0.25f;
  } else {
    to[1] = (float)(here + median(less[0], less[1], less[2]));
  }
  for (int i = 0; i < 2; i++) to[2 + i] = (float)(e->coded == 0 ? own[i] : here + less[i]);
}

/* Networks: docs/arithmetic/screens.md, networks. */

/* Writes differences over the scale, within +-8. Returns what lies behind. */
static float *put_differences(float *to, const float *values, int count, float centre, float inverse) {
  for (int k = 0; k < count; k++) *to++ = clamp1((values[k] - centre) * inverse, -8, 8);
  return to;
}

/* log2 of (error + 0.2) over the scale. */
static float log_of(float error, float inverse) { return log2_1((error + 0.2f) * inverse); }

static void ask_network(struct screen *s, struct escape *e, const float *near_errors) {
  static const float none[OUTPUTS];
  struct learner *network = &s->networks[e->plane];
  float *to = next_inputs(network), weights[8], outputs[OUTPUTS];
  for (int k = 0; k < 8; k++) {
    float t = e->mean_errors[k] + 0.1f;
    weights[k] = 1 / (t * t * t);
  }
  lanes fitted = load4(weights), fixed = load4(weights + 4);
  float sum = sum4(add4(mul4(fitted, load4(e->predictions)), mul4(fixed, load4(e->predictions + 4))));
  float centre = e->centre = sum / sum4(add4(fitted, fixed));
  float scale = e->scale = 0.2f + sum4(load4(e->mean_errors)) * 0.25f, inverse = 1 / scale;
  float half = inverse * 0.5f, offset = e->mean - centre;
  for (int i = 0; i < MOST_VALUES; i++) {
    float value = e->values[i] + (i < e->own ? offset : 0);
    *to++ = i < e->count ? clamp1(value * half, -8, 8) : 0;
  }
  to = put_differences(to, e->predictions, 8, centre, inverse);
  for (int k = 0; k < 8; k++) *to++ = log_of(e->mean_errors[k], inverse);
  to = put_differences(to, near_errors, 4, 0, inverse);
  const float errors[2] = {e->last_error, e->error_before};
  to = put_differences(to, errors, 2, 0, inverse);
  for (int i = 0; i < 2; i++) *to++ = log_of(fabsf(errors[i]), inverse);
  const uint32_t colours[3] = {s->background, s->foreground, s->candidates[0].colour};
  float levels[3];
  for (int i = 0; i < 3; i++) levels[i] = (float)level(colours[i], e->shift);
  to = put_differences(to, levels, 3, centre, half);
  *to++ = clamp1((levels[0] - levels[1]) * half, -8, 8);
  *to++ = log2_1(scale) * 0.5f;
  *to++ = centre - (float)integer_of(centre);
  *to++ = max1(centre * (-1.0f / 32) + 1, 0);
  *to++ = max1(centre * (1.0f / 32) - 223.0f / 32, 0);
  for (int i = 0; i < 4; i++) *to++ = (float)(s->escaped >> i & 1);
  skip_forward(network, outputs, none);
  mixture_set(&e->mixture, outputs, centre, scale, NARROWEST);
}

static void teach_network(struct screen *s, struct escape *e) {
  struct learner *network = &s->networks[e->plane];
  mixture_gradient(&e->mixture, e->low, e->scale, next_gradients(network));
  learn(network);
  e->error_before = e->last_error;
  e->last_error = (float)e->low - e->centre;
}

/* Counters: docs/arithmetic/screens.md, counters. */

static void hash_contexts(const struct screen *s, struct escape *e) {
  const uint32_t along = (uint32_t)(e->predictions[6] + 256), guess = (uint32_t)e->predictions[1];
  const uint32_t down = (uint32_t)(e->predictions[7] + 256), back = s->background;
  uint64_t seed = (uint64_t)(e->plane + 1) << 40, plain = mix(seed, e->known), *hashes = e->hashes;
  uint32_t levels[6], other = e->coded > 0 ? (uint32_t)level(e->known, e->last) : 0;
  for (int i = 0; i < 6; i++) levels[i] = (uint32_t)level(s->near[NEAREST[i]], e->shift);
  uint32_t w = levels[0], n = levels[1], nw = levels[2] >> 3, ne = levels[3] >> 3, nn = levels[5];
  uint32_t from_w = w > nw << 3 ? w - (nw << 3) : (nw << 3) - w;
  uint32_t from_n = n > nw << 3 ? n - (nw << 3) : (nw << 3) - n;
  hashes[0] = plain;
  hashes[1] = mix(plain ^ 1, s->near[W]);
  hashes[2] = mix(plain ^ 2, s->near[N]);
  hashes[3] = mix(hashes[1], back);
  hashes[4] = mix(hashes[2], back);
  hashes[5] = mix(mix(plain ^ 5, s->foreground), back);
  hashes[6] = mix(seed ^ 6, e->coded > 0 ? other << 9 | along : nn << 9 | n);
  hashes[7] = mix(seed ^ 7, w >> 3 | n >> 3 << 5 | nw << 10 | ne << 15 | other >> 2 << 20);
  hashes[8] = mix(plain ^ 8, back);
  hashes[9] = mix(plain ^ 9, (uint32_t)(s->tall >> 32));
  hashes[10] = mix(seed ^ 10, guess | other << 9);
  hashes[11] = mix(seed ^ 11, w | n << 8 | (e->coded > 0 ? other : ne << 3) << 16);
  hashes[12] = mix(seed ^ 12, along | down << 10);
  hashes[13] = mix(seed ^ 13, guess >> 1 | from_w >> 3 << 9 | from_n >> 3 << 15);
}

/* What a counter says of the next bit, two inputs: as it is, and as such ones turn out to be meant, by a
 * calibration, which is returned; NULL if it has never been asked. */
static int32_t *ask_counter(struct screen *s, struct escape *e, int context, int32_t counter) {
  float *inputs = e->mixer.inputs + 2 * context;
  int times = counter & 1023;
  inputs[0] = inputs[1] = 0;
  if (times == 0) return NULL;
  int class = times < 10 ? times : times < 16 ? 10 : times < 32 ? 11 : times < 64 ? 12 : 13;
  inputs[0] = log_odds(s, counter);
  int32_t *calibration = &s->probabilities.calibrated[e->plane][context][class]
                                                     [(int)clamp1(inputs[0] * 2 + 16, 0, 31)];
  inputs[1] = log_odds(s, *calibration);
  return calibration;
}

/* Bits: docs/arithmetic/screens.md, a bit. */

/* Decodes a bit: what all say is mixed, and learns. */
static void decode_bit(struct screen *s, struct escape *e, int bit) {
  static const int ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
  struct mixer *m = &e->mixer;
  int plane = e->plane, middle = e->low + (1 << bit), has_network = s->has_networks && plane != ALPHA;
  int left = 3 - (bit & 3), in_line = 1 << left | (e->node & ((1 << left) - 1));
  float *inputs = m->inputs, threshold = (float)middle - 0.5f, cut[9] = {0};
  int32_t *calibrations[VALUE_CONTEXTS], *followed[2];
  for (int context = 0; context < VALUE_CONTEXTS; context++)
    calibrations[context] = ask_counter(s, e, context, e->lines[context][in_line]);
  /* Log-odds of the upper part of the interval that is left. */
  for (int k = 0; k < 8; k++) cut[k] = 1 / (1 + exp1(-((threshold - e->predictions[k]) * e->inverses[k])));
  for (int k = 0; k < 8; k++) {
    float upper = (e->above[k] - cut[k]) + 1e-5f, lower = (cut[k] - e->below[k]) + 1e-5f;
    inputs[OF_PREDICTIONS + k] = (log2_1(upper) - log2_1(lower)) * LN_2;
  }
  if (has_network) {
    cut[8] = mixture_cdf(&e->mixture, middle);
    float upper = max1(e->above[8] - cut[8], 1e-6f), lower = max1(cut[8] - e->below[8], 1e-6f);
    inputs[OF_NETWORK] = (log2_1(upper) - log2_1(lower)) * LN_2;
  }
  for (int rank = 0; rank < 2; rank++) {
    int class = (int)clamp1(s->candidates[rank].mixer.mixed * 2 + 8, 0, 15);
    int fits = e->says[rank] >> (bit + 1) == e->low >> (bit + 1);
    followed[rank] = fits ? &s->probabilities.followed[plane][rank][bit][class] : NULL;
    float says = fits ? log_odds(s, *followed[rank]) : 0;
    inputs[OF_CANDIDATES + rank] = e->says[rank] >> bit & 1 ? says : -says;
  }
  m->sets[0] = s->mixing.by_place[plane][bit][e->coded > 0];
  m->final = s->mixing.bit_final[plane][ones[s->escaped]][bit];
  mix_sets(m, BIT_INPUTS);
  m->odds.at[3] = inputs[OF_NETWORK];
  float p = mix_final(m, sum4(mul4(load4(m->final), m->odds)));
  int answer = decide(s, clamp1(p, 1e-4f, 1 - 1e-4f));
  teach_mixer(m, BIT_INPUTS, answer, 0.008f * (1 + 6 / (1 + (float)s->age * (1 / 5000.0f))), 0.006f);
  for (int context = 0; context < VALUE_CONTEXTS; context++) {
    take_answer(s, &e->lines[context][in_line], answer, COUNTER_MEMORY);
    if (calibrations[context] != NULL) take_answer(s, calibrations[context], answer, LONGEST_MEMORY);
  }
  for (int rank = 0; rank < 2; rank++)
    if (followed[rank] != NULL)
      take_answer(s, followed[rank], answer == (e->says[rank] >> bit & 1), LONGEST_MEMORY);
  if (s->age < MOST_AGE) s->age++;
  e->node = e->node << 1 | answer;
  memcpy(answer ? e->below : e->above, cut, sizeof cut);
  if (answer) e->low = middle;
}

/* Decodes the pixel's value of a plane. */
static int decode_value(struct screen *s, struct escape *e) {
  int plane = e->plane, classes[8], has_network = s->has_networks && plane != ALPHA;
  float (*row)[4][8] = errors_of_row(s, 0), (*row1)[4][8] = errors_of_row(s, 1);
  float (*row2)[4][8] = errors_of_row(s, 2), (*means)[2][8] = s->mixing.mean_errors[plane];
  float *errors = row[0][plane], *w = row[-1][plane], *ww = row[-2][plane], *n = row1[0][plane];
  float *nw = row1[-1][plane], *ne = row1[1][plane], *nn = row2[0][plane];
  predict_fitted(s, e);
  predict_fixed(s, e);
  for (int k = 0; k < 8; k++) {
    float nearest = fabsf(w[k]) + fabsf(n[k]), diagonal = fabsf(nw[k]) + fabsf(ne[k]);
    float local = ((nearest + nearest + diagonal) + (fabsf(ww[k]) + fabsf(nn[k]))) * 0.125f;
    classes[k] = (int)min1(rough_log2(local + 0.25f) * 2.5f + 5, 31);
    e->mean_errors[k] = means[classes[k]][0][k];
    e->inverses[k] = 1 / (e->mean_errors[k] * 0.62f + 0.03f);
  }
  if (has_network) ask_network(s, e, (const float[]){w[1], n[1], nw[1], ne[1]});
  hash_contexts(s, e);
  for (int k = 0; k < 9; k++) e->below[k] = 0, e->above[k] = 1;
  e->mixer.inputs[OF_BIAS] = 0.3f;
  e->mixer.inputs[OF_NETWORK] = 0;
  e->mixer.sets[1] = s->mixing.by_error[plane][classes[0] >> 1];
  /* The candidates' bits of what is equal, with W = NE, the last one, in place of W = NW. */
  e->mixer.sets[2] = s->mixing.by_equality[plane][(s->equal & 0x3d) | (s->equal >> 7 & 1) << 1];
  for (int rank = 0; rank < 2; rank++) {
    uint32_t colour = s->candidates[rank].colour;
    int fits = s->weighed > rank && ((colour ^ e->known) & e->mask) == 0;
    e->says[rank] = fits ? level(colour, e->shift) : 256;
  }
  e->low = 0;
  e->node = 1;
  for (int bit = 7; bit >= 0; bit--) {
    for (int context = 0; (bit == 7 || bit == 3) && context < VALUE_CONTEXTS; context++) {
      size_t line = upper_bits(mix(e->hashes[context], bit == 7 ? 0 : (uint32_t)e->node), s->lines_log2);
      e->lines[context] = s->lines[line + ((size_t)context << s->lines_log2)];
    }
    decode_bit(s, e, bit);
  }
  if (has_network) teach_network(s, e);
  for (int k = 0; k < 8; k++) {
    float *mean = &means[classes[k]][0][k], *seen = &means[classes[k]][1][k];
    errors[k] = (float)e->low - e->predictions[k];
    *seen = min1(*seen + 1, 200);
    *mean += (fabsf(errors[k]) - *mean) / *seen;
  }
  learn_fitted(s, e, errors[0]);
  return e->low;
}

uint32_t decode_escape(struct screen *s) {
  static const int order[4] = {ALPHA, GREEN, RED, BLUE}, shifts[4] = {8, 16, 0, 24};
  struct escape e = {0};
  for (int i = 0; i < 4; i++) {
    e.plane = order[i];
    e.shift = shifts[e.plane];
    if (e.plane == ALPHA ? !s->has_alpha : e.plane != GREEN && !s->has_colour) continue;
    e.known |= (uint32_t)decode_value(s, &e) << e.shift;
    e.mask |= (uint32_t)255 << e.shift;
    if (e.plane != ALPHA) {
      e.coded++;
      e.before = e.last;
      e.last = e.shift;
    } else if (s->has_clear && e.low == 0) {
      return s->clear;
    }
  }
  return e.known;
}
