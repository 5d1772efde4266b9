/* Screen models: docs/FORMAT.md, screen models; docs/arithmetic/screens.md. Pixels come in raster order, each
 * as one of the colours that neighbours have or that followed the same context before, or as an escape. */
#include <stdlib.h>

#include "gaussian.h"
#include "network.h"

/* Pixels beside each row, rows in rings of pixels and of errors, contexts of pixels and of values. */
enum { PAD = 8, RING = 16, ERROR_RING = 4, CONTEXTS = 8, VALUE_CONTEXTS = 14, CANDIDATES = 3, FEATURES = 56 };
enum { CANDIDATE_INPUTS = 12, BIT_INPUTS = 40, LONGEST_MEMORY = 255, COUNTER_MEMORY = 127 };
enum { GREEN, RED, BLUE, ALPHA }; /* planes */
/* Where inputs of a bit lie, behind two of each context: those of predictions, a constant and others. */
enum { OF_PREDICTIONS = 2 * VALUE_CONTEXTS, OF_BIAS = OF_PREDICTIONS + 8, OF_NETWORK, OF_CANDIDATES };
/* A block of decisions ends before a pixel for which there might be no room; a pixel whose candidate is as
 * sure as can be takes 1 / 22713 bits; the age of escapes is counted up to a limit. */
enum { BLOCK = 1 << 20, MOST_A_PIXEL = 64, MAX_PIXELS_PER_BIT = 22713, MOST_AGE = 1 << 20 };

/* Neighbours, as hashes take them: NEE is two columns to the right, a row up. */
enum { W, N, NE, NW, WW, NN, NEE, NWW, NNE, NNW, WWW, NNN = 14, NEIGHBOURS = 19 };
static const int COLUMNS_OF[NEIGHBOURS] = {-1, 0, 1, -1, -2, 0, 2, -2, 1, -1, -3, 3, 2, -2, 0, -3, -4, 1, -1};
static const int ROWS_UP[NEIGHBOURS] = {0, 1, 1, 1, 0, 2, 1, 1, 2, 2, 0, 1, 2, 2, 3, 1, 0, 3, 3};
/* As candidates are compared with them; and as least squares take them. */
static const int COMPARED[10] = {W, N, NW, NE, WW, NN, NEE, NNE, NWW, NNW};
static const int NEAREST[12] = {W, N, NW, NE, WW, NN, NWW, NEE, NNW, NNE, WWW, NNN};

/* Tables: docs/arithmetic/screens.md, tables. A probability is less 1/2, in units of 2^-22, times 2^10; the
 * lower 10 bits count how often it has been asked. */
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
enum { PROBABILITIES = sizeof(struct probabilities) / 4, MIXING = sizeof(struct mixing) / 4 };

/* Three sets of weights mix the inputs; a final one mixes what they give, and a fourth number. */
struct mixer {
  float inputs[BIT_INPUTS], *sets[3], *final, mixed;
  lanes odds, chances; /* of the sets; the chances' last is that of all */
};

/* A colour that the pixel may have, and the probabilities that were asked, NULL where nothing was known. */
struct candidate {
  uint32_t colour; int32_t *asked[CONTEXTS + 3];
  struct mixer mixer;
};

/* The colours that followed a context, the last one first, and how often. */
struct slot {
  uint32_t colours[3]; uint8_t counts[3]; uint16_t check;
};

struct screen {
  struct message message;
  long decisions; /* of the block */
  ptrdiff_t width, height, x, y;
  int has_alpha, has_colour, has_clear, has_networks, slots_log2, lines_log2;
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
  struct learner networks[ALPHA]; /* of green, red and blue */
  int age;                        /* bits of escapes so far */
  /* Of the pixel that is being decoded: */
  uint32_t near[NEIGHBOURS];
  int equal, flat, escaped;        /* which neighbours are equal, whether all are; which have escaped */
  uint32_t background, foreground; /* colours of the last flat pixel, and of the last other run of two */
  uint64_t tall;                   /* the hash of context 1 */
  struct slot *found[CONTEXTS];    /* empty where the context is new */
  int weighed;                     /* candidates that were: */
  struct candidate candidates[CANDIDATES];
  /* Of the escape: what is known of the pixel, and all bits of those planes; planes before, but alpha. */
  uint32_t known, mask; int coded;
  float last_errors[2]; /* of the networks' centres in the last plane, and in the one before */
  /* Of its value that is being decoded: */
  int plane, shifts[3], levels[3][12], other; /* the plane, the last and the one before; the last's level */
  int count, own;                             /* values that predict it, and how many are of its plane */
  float mean, values[21];                     /* they, then it, less the means of their planes */
  float predictions[8], mean_errors[8], inverses[8]; /* four fitted, four fixed; inverse scales */
  struct mixture mixture; float centre, scale;       /* what the network says, around a centre */
  int low, node, says[2];   /* bits so far, as the least value and behind a 1; candidates' values or 256 */
  float below[9], above[9]; /* cdfs of predictions and network at the ends of what is left */
  uint64_t hashes[VALUE_CONTEXTS];
  int32_t *counters[VALUE_CONTEXTS]; /* lines of them */
  struct mixer mixer;
};

static int level(uint32_t pixel, int shift) { return pixel >> shift & 255; }
/* Where the pixel's column is in a row of the rings, so many rows up; then of errors. */
static size_t place(const struct screen *s, int up) {
  return (size_t)((s->y - up) & (RING - 1)) * s->stride + (size_t)(PAD + s->x);
}
static float (*errors_of_row(const struct screen *s, int up))[4][8] {
  return s->errors + (size_t)((s->y - up) & (ERROR_RING - 1)) * s->stride + PAD + s->x;
}

/* Probabilities, mixers and hashes: docs/arithmetic/screens.md, sections of these names. */
static float log_odds(const struct screen *s, int32_t p) { return s->log_odds[(uint32_t)p >> 20]; }
static void take_answer(const struct screen *s, int32_t *probability, int answer, int32_t memory) {
  int32_t asked = *probability & 1023, p = (*probability - asked) / 1024;
  int32_t target = answer ? (1 << 21) - 1 : -(1 << 21);
  p += integer_of((float)(target - p) * s->rates[asked]);
  *probability = p * 1024 + (asked < memory ? asked + 1 : memory);
}

/* Mixes so many inputs: sums of products in four lanes. Returns the probability. */
static inline float mix_inputs(struct mixer *m, int count) {
  const float *final = m->final, *odds = m->odds.at;
  for (int set = 0; set < 3; set++) {
    const float *w = m->sets[set], *inputs = m->inputs;
    lanes sum = mul4(load4(w), load4(inputs));
    for (int i = 4; i < count; i += 4) sum = add4(sum, mul4(load4(w + i), load4(inputs + i)));
    m->odds.at[set] = clamp1(sum4(sum), -11.5f, 11.5f);
  }
  float all = count == BIT_INPUTS ? sum4(mul4(load4(final), m->odds))
                                  : final[0] * odds[0] + final[1] * odds[1] + final[2] * odds[2];
  m->mixed = clamp1(all, -11.5f, 11.5f);
  m->chances = sigmoid4(lanes4(odds[0], odds[1], odds[2], m->mixed));
  return m->chances.at[3];
}

static inline void teach_mixer(struct mixer *m, int count, int answer, float rate, float final_rate) {
  for (int set = 0; set < 3; set++) {
    float *w = m->sets[set], *inputs = m->inputs, step = ((float)answer - m->chances.at[set]) * rate;
    for (int i = 0; i < count; i++) w[i] += step * inputs[i];
  }
  float step = ((float)answer - m->chances.at[3]) * final_rate;
  for (int i = 0; i < 4; i++) m->final[i] += step * m->odds.at[i];
}

static const uint64_t MULTIPLIER = 0x9e3779b97f4a7c15;
static const uint32_t BASE = 0x2c1b3c6d;
static uint64_t mix(uint64_t hash, int64_t value) {
  uint64_t product = (hash ^ (uint64_t)value) * MULTIPLIER;
  return product ^ product >> 32;
}

/* The index of a hash in tables of so many bits, the context's behind those before. */
static size_t index_of(uint64_t hash, int context, int bits) {
  return (size_t)(hash * MULTIPLIER >> (64 - bits)) + ((size_t)context << bits);
}

/* The answer of a decision that is 1 with probability p. */
static int decide(struct screen *s, float p) {
  int32_t nearest = integer_of(p * 65536);
  uint32_t ones = nearest < 1 ? 1 : nearest > 65535 ? 65535 : (uint32_t)nearest;
  int answer = peek(&s->message, 16) < ones;
  pop(&s->message, answer ? 0 : ones, answer ? ones : 65536 - ones, 16), s->decisions++;
  return answer;
}

/* Slots: docs/arithmetic/screens.md, slots. Finds those of the pixel's contexts, the longest first. */
static void find_slots(struct screen *s) {
  const uint32_t *row = s->pixels + place(s, 0), *near = s->near;
  uint32_t own4 = ((row[-4] * BASE + row[-3]) * BASE + row[-2]) * BASE + row[-1];
  uint32_t own6 = (row[-6] * BASE + row[-5]) * (BASE * BASE * BASE * BASE) + own4;
  uint64_t hashes[CONTEXTS] = {mix(1, own6), mix(2, own4)}, hash = 6;
  for (int up = 1; up <= 10; up++) hashes[0] = mix(hashes[0], s->row_hashes[0][place(s, up)]);
  for (int up = 1; up <= 5; up++) hashes[1] = mix(hashes[1], s->row_hashes[1][place(s, up)]);
  for (int i = 0, context = 6; i < NEIGHBOURS; i++) {
    hash = mix(hash, near[i]);
    if (i == 1 || i == 2 || i == 5 || i == 13 || i == 18) hashes[context--] = hash;
  }
  hashes[7] = mix(mix(mix(7, near[W]), near[WW]), near[WWW]);
  s->tall = hashes[1];
  for (int context = 0; context < CONTEXTS; context++) {
    struct slot *slot = s->found[context] = &s->slots[index_of(hashes[context], context, s->slots_log2)];
    uint16_t check = (uint16_t)((hashes[context] & 0xffff) | 1);
    if (slot->check != check) *slot = (struct slot){.check = check};
  }
}

/* The position of a colour in a slot, or how many others there are. */
static int position_of(const struct slot *slot, uint32_t colour) {
  int position = 0;
  while (position < 3 && slot->counts[position] > 0 && slot->colours[position] != colour) position++;
  return position;
}

/* Takes the pixel into a slot, to the front; the other colours forget. */
static void keep(struct slot *slot, uint32_t colour) {
  int position = position_of(slot, colour), count = position < 3 ? slot->counts[position] + 1 : 1;
  if (position == 3) position = 2;
  for (int i = 0; i < 3; i++)
    if (i != position) slot->counts[i] = (uint8_t)(slot->counts[i] - slot->counts[i] / 4);
  for (int i = position; i > 0; i--)
    slot->colours[i] = slot->colours[i - 1], slot->counts[i] = slot->counts[i - 1];
  slot->colours[0] = colour;
  slot->counts[0] = (uint8_t)(count < 250 ? count : 250);
}

static int count_class(int count) {
  static const int least[] = {1, 2, 3, 4, 5, 7, 10, 16, 32, 64, 128};
  int class = 0;
  while (class < 11 && count >= least[class]) class++;
  return class;
}

static int total_of(const struct slot *slot) { return slot->counts[0] + slot->counts[1] + slot->counts[2]; }
/* The probability of the colour at a position of a context's slot, as the candidate of a rank. */
static int32_t *found_in(struct screen *s, int context, int rank, int position) {
  int count = s->found[context]->counts[position], others = total_of(s->found[context]) - count;
  return &s->probabilities.found[context][rank][position][count_class(count)][others < 7 ? others : 7];
}

/* Candidates: docs/arithmetic/screens.md, candidates. */
struct vote { uint32_t colour; float votes; };
/* Adds votes for a colour. Returns how many colours there are now. */
static int vote(struct vote *ballot, int count, uint32_t colour, float votes) {
  int i = 0;
  while (i < count && ballot[i].colour != colour) i++;
  if (i == count) ballot[count++] = (struct vote){colour, 0};
  ballot[i].votes += votes;
  return count;
}

/* Weighs the candidate of a rank, and returns its probability. */
static float weigh(struct screen *s, int rank, struct vote vote) {
  struct mixer *m = &s->candidates[rank].mixer;
  int32_t **asked = s->candidates[rank].asked;
  int longest = CONTEXTS, same = 0, score = vote.votes > 20 ? 3 : vote.votes > 10 ? 2 : vote.votes > 4;
  s->candidates[rank].colour = vote.colour;
  for (int context = 0; context < CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    int i = position_of(slot, vote.colour), holds = i < 3 && slot->counts[i] > 0;
    if (holds && longest == CONTEXTS) longest = context;
    asked[context] = slot->counts[0] == 0 ? NULL
                     : holds ? found_in(s, context, rank, i)
                             : &s->probabilities.absent[context][rank][i][count_class(total_of(slot))];
  }
  for (int i = 0; i < 10; i++) same |= (vote.colour == s->near[COMPARED[i]]) << i;
  int neighbours = same & 15;
  asked[CONTEXTS] = &s->probabilities.same[rank][same];
  asked[CONTEXTS + 1] = &s->probabilities.equal[rank][s->equal][neighbours];
  asked[CONTEXTS + 2] = &s->probabilities.escaped[rank][s->escaped][neighbours][longest];
  for (int i = 0; i < CONTEXTS + 3; i++) m->inputs[i] = asked[i] != NULL ? log_odds(s, *asked[i]) : 0;
  m->inputs[CONTEXTS + 3] = 0.4f;
  m->sets[0] = s->mixing.by_length[rank][longest];
  m->sets[1] = s->mixing.by_neighbours[rank][neighbours + 16 * s->flat];
  m->sets[2] = s->mixing.by_escapes[rank][s->escaped + 16 * score];
  m->final = s->mixing.candidate_final[rank];
  return clamp1(mix_inputs(m, CANDIDATE_INPUTS), 1.0f / 32768, 1 - 1.0f / 32768);
}

/* Collects votes, and asks for the plausible candidates. Returns whether the last one weighed is right. */
static int ask_candidates(struct screen *s) {
  static const int voters[8] = {W, N, NE, NW, WW, NN, NEE, NNE};
  static const float votes_of[8] = {0.5f, 0.4f, 0.2f, 0.1f, 0.02f, 0.02f, 0.01f, 0.01f};
  struct vote ballot[8 + 3 * CONTEXTS];
  int count = 0;
  for (int i = 0; i < 8; i++) count = vote(ballot, count, s->near[voters[i]], votes_of[i]);
  for (int context = 0; context < CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    for (int i = 0; i < 3 && slot->counts[i] > 0; i++)
      count = vote(ballot, count, slot->colours[i], max1(log_odds(s, *found_in(s, context, 0, i)) + 5, 0));
  }
  float plausible = s->width * s->height <= 65536 ? 0.94f : 0.4f;
  for (s->weighed = 0; s->weighed < CANDIDATES && s->weighed < count;) {
    int rank = s->weighed++, best = rank;
    for (int i = rank + 1; i < count; i++)
      if (ballot[i].votes > ballot[best].votes) best = i;
    struct vote picked = ballot[best];
    ballot[best] = ballot[rank];
    float p = weigh(s, rank, picked);
    if (p >= plausible && decide(s, p)) return 1;
  }
  return 0;
}

/* Escapes: docs/arithmetic/screens.md, escapes, and its subsections. */
static int median(int a, int b, int c) {
  int most = a > b ? a : b, least = a > b ? b : a;
  return c >= most ? least : c <= least ? most : a + b - c;
}

/* Four predictions by least squares over the values before, and four fixed ones. */
static void predict_value(struct screen *s) {
  static const lanes ridge = {{8, 4, 2, 1}};
  static const float prior[20] = {0.5f, 0.5f};
  lanes system[230], weights[20];
  float *predictions = s->predictions;
  s->other = s->coded > 0 ? level(s->known, s->shifts[1]) : 0;
  s->count = 12 + 4 * s->coded, s->own = s->coded == 1 ? 11 : 12;
  for (int which = s->coded; which >= 0; which--) {
    int *levels = s->levels[which], shift = s->shifts[which], count = which == 0 ? s->own : 6 - 2 * which;
    for (int i = 0; i < 12; i++) levels[i] = level(s->near[NEAREST[i]], shift);
    float mean = (float)(levels[0] + levels[1]) * 0.375f + (float)(levels[2] + levels[3]) * 0.125f;
    float *to = s->values + (which == 0 ? 0 : which == 1 ? s->own : s->own + 5);
    if (which == 0) s->mean = mean;
    if (which > 0) *to++ = (float)level(s->known, shift) - mean;
    for (int i = 0; i < count; i++) to[i] = (float)levels[i] - mean;
  }
  memcpy(system, s->sums[s->plane], sizeof system);
  solve(s->count, system, ridge, prior, weights);
  lanes fitted = add4(predict(s->count, weights, s->values), splat4(s->mean));
  /* A system that is all but singular may give what is no number: 0 then. */
  for (int k = 0; k < 4; k++) predictions[k] = min1(255, max1(0, fitted.at[k]));
  int *own = s->levels[0], less[3];
  for (int i = 0; i < 3; i++) less[i] = own[i] - (s->coded > 0 ? s->levels[1][i] : 0);
  predictions[4] = (float)median(own[0], own[1], own[2]);
  predictions[5] = s->coded > 0 ? (float)(s->other + median(less[0], less[1], less[2]))
                                : (float)(own[0] + own[1]) * 0.5f + (float)(own[3] - own[2]) * 0.25f;
  for (int i = 0; i < 2; i++) predictions[6 + i] = (float)(s->other + less[i]);
}

/* Over the scale, within +-8; and log2 of (error + 0.2) over the scale. */
static float scaled(float x, float inverse) { return clamp1(x * inverse, -8, 8); }
static float log_of(float error, float inverse) { return log2_1((error + 0.2f) * inverse); }

/* A network makes a mixture of all that, of mean errors, and of errors nearby. */
static void ask_network(struct screen *s, const float *near_errors) {
  static const float none[OUTPUTS];
  struct learner *network = &s->networks[s->plane];
  float *to = next_inputs(network), weights[8], outputs[OUTPUTS], levels[3], t;
  for (int k = 0; k < 8; k++) t = s->mean_errors[k] + 0.1f, weights[k] = 1 / (t * t * t);
  lanes fitted = load4(weights), fixed = load4(weights + 4);
  float sum = sum4(add4(mul4(fitted, load4(s->predictions)), mul4(fixed, load4(s->predictions + 4))));
  float centre = s->centre = sum / sum4(add4(fitted, fixed)), offset = s->mean - centre;
  float scale = s->scale = 0.2f + sum4(load4(s->mean_errors)) * 0.25f;
  float inverse = 1 / scale, half = inverse * 0.5f;
  for (int i = 0; i < 20; i++)
    *to++ = i < s->count ? scaled(s->values[i] + (i < s->own ? offset : 0), half) : 0;
  for (int k = 0; k < 8; k++) *to++ = scaled(s->predictions[k] - centre, inverse);
  for (int k = 0; k < 8; k++) *to++ = log_of(s->mean_errors[k], inverse);
  for (int k = 0; k < 4; k++) *to++ = scaled(near_errors[k], inverse);
  for (int k = 0; k < 2; k++) *to++ = scaled(s->last_errors[k], inverse);
  for (int k = 0; k < 2; k++) *to++ = log_of(fabsf(s->last_errors[k]), inverse);
  const uint32_t colours[3] = {s->background, s->foreground, s->candidates[0].colour};
  for (int i = 0; i < 3; i++) levels[i] = (float)level(colours[i], s->shifts[0]);
  for (int i = 0; i < 3; i++) *to++ = scaled(levels[i] - centre, half);
  *to++ = scaled(levels[0] - levels[1], half), *to++ = log2_1(scale) * 0.5f;
  *to++ = centre - (float)integer_of(centre);
  *to++ = max1(centre * (-1.0f / 32) + 1, 0), *to++ = max1(centre * (1.0f / 32) - 223.0f / 32, 0);
  for (int i = 0; i < 4; i++) *to++ = (float)(s->escaped >> i & 1);
  skip_forward(network, outputs, none);
  mixture_set(&s->mixture, outputs, centre, scale, NARROWEST);
}

static void hash_contexts(struct screen *s) {
  const int *own = s->levels[0], other = s->other, guess = (int)s->predictions[1];
  int w = own[0], n = own[1], nw = own[2] >> 3, ne = own[3] >> 3, nn = own[5];
  int along = (int)s->predictions[6] + 256, down = (int)s->predictions[7] + 256;
  int from_w = abs(w - 8 * nw) >> 3, from_n = abs(n - 8 * nw) >> 3;
  uint64_t seed = (uint64_t)(s->plane + 1) << 40, plain = mix(seed, s->known);
  uint64_t of_w = mix(plain ^ 1, s->near[W]), of_n = mix(plain ^ 2, s->near[N]);
  const uint64_t hashes[VALUE_CONTEXTS] = {
      plain, of_w, of_n, mix(of_w, s->background), mix(of_n, s->background),
      mix(mix(plain ^ 5, s->foreground), s->background),
      mix(seed ^ 6, s->coded > 0 ? other << 9 | along : nn << 9 | n),
      mix(seed ^ 7, w >> 3 | n >> 3 << 5 | nw << 10 | ne << 15 | other >> 2 << 20),
      mix(plain ^ 8, s->background), mix(plain ^ 9, (uint32_t)(s->tall >> 32)),
      mix(seed ^ 10, guess | other << 9),
      mix(seed ^ 11, w | n << 8 | (s->coded > 0 ? other : ne << 3) << 16),
      mix(seed ^ 12, along | down << 10), mix(seed ^ 13, guess >> 1 | from_w << 9 | from_n << 15)};
  memcpy(s->hashes, hashes, sizeof hashes);
}

/* Log-odds of the upper part of an interval. */
static float odds_of(float upper, float lower) { return (log2_1(upper) - log2_1(lower)) * 0.6931472f; }

/* Decodes a bit: what all say is mixed, and learns. */
static void decode_bit(struct screen *s, int bit, int has_network) {
  static const int ones[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
  struct mixer *m = &s->mixer;
  int plane = s->plane, middle = s->low + (1 << bit), left = 3 - (bit & 3);
  int in_line = 1 << left | (s->node & ((1 << left) - 1));
  float *inputs = m->inputs, threshold = (float)middle - 0.5f, cut[9] = {0};
  int32_t *calibrations[VALUE_CONTEXTS], *followed[2];
  for (int i = 0; i < VALUE_CONTEXTS; i++) { /* a counter as it is, and as such ones turn out to be meant */
    int32_t counter = s->counters[i][in_line], times = counter & 1023;
    int class = times < 10 ? times : times < 16 ? 10 : times < 32 ? 11 : times < 64 ? 12 : 13;
    calibrations[i] = NULL;
    inputs[2 * i] = inputs[2 * i + 1] = 0;
    if (times == 0) continue;
    float odds = inputs[2 * i] = log_odds(s, counter);
    calibrations[i] = &s->probabilities.calibrated[plane][i][class][(int)clamp1(odds * 2 + 16, 0, 31)];
    inputs[2 * i + 1] = log_odds(s, *calibrations[i]);
  }
  for (int k = 0; k < 8; k++) cut[k] = 1 / (1 + exp1(-((threshold - s->predictions[k]) * s->inverses[k])));
  for (int k = 0; k < 8; k++)
    inputs[OF_PREDICTIONS + k] = odds_of((s->above[k] - cut[k]) + 1e-5f, (cut[k] - s->below[k]) + 1e-5f);
  if (has_network) {
    cut[8] = mixture_cdf(&s->mixture, middle);
    inputs[OF_NETWORK] = odds_of(max1(s->above[8] - cut[8], 1e-6f), max1(cut[8] - s->below[8], 1e-6f));
  }
  for (int rank = 0; rank < 2; rank++) {
    int class = (int)clamp1(s->candidates[rank].mixer.mixed * 2 + 8, 0, 15);
    int fits = s->says[rank] >> (bit + 1) == s->low >> (bit + 1);
    followed[rank] = fits ? &s->probabilities.followed[plane][rank][bit][class] : NULL;
    float says = fits ? log_odds(s, *followed[rank]) : 0;
    inputs[OF_CANDIDATES + rank] = s->says[rank] >> bit & 1 ? says : -says;
  }
  m->sets[0] = s->mixing.by_place[plane][bit][s->coded > 0];
  m->final = s->mixing.bit_final[plane][ones[s->escaped]][bit];
  m->odds.at[3] = inputs[OF_NETWORK];
  int answer = decide(s, clamp1(mix_inputs(m, BIT_INPUTS), 1e-4f, 1 - 1e-4f));
  teach_mixer(m, BIT_INPUTS, answer, 0.008f * (1 + 6 / (1 + (float)s->age * (1 / 5000.0f))), 0.006f);
  for (int i = 0; i < VALUE_CONTEXTS; i++) {
    take_answer(s, &s->counters[i][in_line], answer, COUNTER_MEMORY);
    if (calibrations[i] != NULL) take_answer(s, calibrations[i], answer, LONGEST_MEMORY);
  }
  for (int rank = 0; rank < 2; rank++)
    if (followed[rank] != NULL)
      take_answer(s, followed[rank], answer == (s->says[rank] >> bit & 1), LONGEST_MEMORY);
  if (s->age < MOST_AGE) s->age++;
  s->node = s->node << 1 | answer;
  memcpy(answer ? s->below : s->above, cut, sizeof cut);
  if (answer) s->low = middle;
}

/* Decodes the pixel's value of a plane. */
static void decode_value(struct screen *s) {
  static const lanes forgetting = {{0.96f, 0.985f, 0.995f, 0.9985f}};
  int plane = s->plane, classes[8], has_network = s->has_networks && plane != ALPHA;
  float (*row)[4][8] = errors_of_row(s, 0), (*row1)[4][8] = errors_of_row(s, 1);
  float (*row2)[4][8] = errors_of_row(s, 2), (*means)[2][8] = s->mixing.mean_errors[plane];
  float *errors = row[0][plane], *w = row[-1][plane], *ww = row[-2][plane], *n = row1[0][plane];
  float *nw = row1[-1][plane], *ne = row1[1][plane], *nn = row2[0][plane];
  predict_value(s);
  for (int k = 0; k < 8; k++) {
    float nearest = fabsf(w[k]) + fabsf(n[k]), diagonal = fabsf(nw[k]) + fabsf(ne[k]);
    float local = ((nearest + nearest + diagonal) + (fabsf(ww[k]) + fabsf(nn[k]))) * 0.125f;
    classes[k] = (int)min1(rough_log2(local + 0.25f) * 2.5f + 5, 31);
    s->mean_errors[k] = means[classes[k]][0][k];
    s->inverses[k] = 1 / (s->mean_errors[k] * 0.62f + 0.03f);
  }
  if (has_network) ask_network(s, (const float[]){w[1], n[1], nw[1], ne[1]});
  hash_contexts(s);
  for (int k = 0; k < 9; k++) s->below[k] = 0, s->above[k] = 1;
  s->mixer.inputs[OF_BIAS] = 0.3f, s->mixer.inputs[OF_NETWORK] = 0;
  s->mixer.sets[1] = s->mixing.by_error[plane][classes[0] >> 1];
  /* What is equal, with W = NE, bit 7, in place of W = NW, bit 1. */
  s->mixer.sets[2] = s->mixing.by_equality[plane][(s->equal & 0x3d) | (s->equal >> 7 & 1) << 1];
  for (int rank = 0; rank < 2; rank++) {
    uint32_t colour = s->candidates[rank].colour;
    int fits = s->weighed > rank && ((colour ^ s->known) & s->mask) == 0;
    s->says[rank] = fits ? level(colour, s->shifts[0]) : 256;
  }
  s->low = 0, s->node = 1;
  for (int bit = 7; bit >= 0; bit--) {
    for (int i = 0; (bit == 7 || bit == 3) && i < VALUE_CONTEXTS; i++)
      s->counters[i] = s->lines[index_of(mix(s->hashes[i], bit == 7 ? 0 : s->node), i, s->lines_log2)];
    decode_bit(s, bit, has_network);
  }
  if (has_network) {
    mixture_gradient(&s->mixture, s->low, s->scale, next_gradients(&s->networks[plane]));
    learn(&s->networks[plane]);
    s->last_errors[1] = s->last_errors[0];
    s->last_errors[0] = (float)s->low - s->centre;
  }
  for (int k = 0; k < 8; k++) {
    float *mean = &means[classes[k]][0][k], *seen = &means[classes[k]][1][k];
    errors[k] = (float)s->low - s->predictions[k];
    *seen = min1(*seen + 1, 200);
    *mean += (fabsf(errors[k]) - *mean) / *seen;
  }
  float weight = 1 / (1 + 0.3f * fabsf(errors[0])), *values = s->values;
  lanes *sum = s->sums[plane];
  values[s->count] = (float)s->low - s->mean;
  for (int i = 0; i <= s->count; i++) {
    float factor = weight * values[i];
    for (int j = 0; j <= i && j < s->count; j++, sum++)
      *sum = add4(mul4(forgetting, *sum), splat4(factor * values[j]));
  }
}

/* Decodes a pixel that is no candidate: alpha first, then green, red, blue. */
static uint32_t decode_escape(struct screen *s) {
  static const int order[4] = {ALPHA, GREEN, RED, BLUE}, shifts[4] = {24, 8, 16, 0};
  s->known = s->mask = 0, s->coded = 0, s->last_errors[0] = s->last_errors[1] = 0;
  for (int i = s->has_alpha ? 0 : 1; i < (s->has_colour ? 4 : 2); i++) {
    s->plane = order[i], s->shifts[0] = shifts[i];
    decode_value(s);
    if (s->plane == ALPHA && s->has_clear && s->low == 0) return s->clear;
    s->known |= (uint32_t)s->low << shifts[i], s->mask |= (uint32_t)255 << shifts[i];
    s->coded += s->plane != ALPHA;
    s->shifts[2] = s->shifts[1], s->shifts[1] = shifts[i];
  }
  return s->known;
}

/* Rows: docs/arithmetic/screens.md, rows, and the order of things. Looks at the pixel's neighbours. */
static void look_around(struct screen *s) {
  static const int some[9] = {W, W, N, N, W, N, NE, W, NW}, others[9] = {N, NW, NW, NE, WW, NN, NEE, NE, NWW};
  const uint32_t *rows[4], *near = s->near;
  for (int up = 0; up < 4; up++) rows[up] = s->pixels + place(s, up);
  for (int i = 0; i < NEIGHBOURS; i++) s->near[i] = rows[ROWS_UP[i]][COLUMNS_OF[i]];
  s->equal = 0;
  for (int i = 0; i < 9; i++) s->equal |= (near[some[i]] == near[others[i]]) << i;
  s->flat = (s->equal & 0xb3) == 0xb3; /* W, N, NW, NE, WW and NN */
  const uint8_t *marks = s->marks + place(s, 0), *above = s->marks + place(s, 1);
  s->escaped = marks[-1] | above[0] << 1 | above[-1] << 2 | above[1] << 3;
  if (near[W] == near[WW] && near[W] != s->background) s->foreground = near[W];
}

static void decode_pixel(struct screen *s) {
  struct message *message = &s->message;
  if (s->decisions > BLOCK - MOST_A_PIXEL) { /* below a message that is at its end lies the next one */
    const uint32_t *top = message->words + message->top;
    if (message->state != (uint64_t)1 << 32 || message->top < 2 || top[-2] == 0) fail("a stream is damaged");
    message->state = (uint64_t)top[-2] << 32 | top[-1];
    message->top -= 2, s->decisions = 0;
  }
  look_around(s), find_slots(s);
  const uint32_t *near = s->near;
  int hit = ask_candidates(s);
  uint32_t pixel = hit ? s->candidates[s->weighed - 1].colour : decode_escape(s);
  if (s->flat) s->background = near[W];
  int is_like = pixel == near[W] || pixel == near[N] || pixel == near[NW] || pixel == near[NE];
  s->pixels[place(s, 0)] = pixel, s->marks[place(s, 0)] = !hit && !is_like;
  for (struct candidate *c = s->candidates; c < s->candidates + s->weighed; c++) {
    int right = c->colour == pixel;
    teach_mixer(&c->mixer, CANDIDATE_INPUTS, right, 0.02f, 0.0015f);
    for (int i = 0; i < CONTEXTS + 3; i++)
      if (c->asked[i] != NULL) take_answer(s, c->asked[i], right, LONGEST_MEMORY);
  }
  for (int context = 0; context < CONTEXTS; context++) keep(s->found[context], pixel);
  if (message->seeds > 0) fail("a stream ends before its image");
}

static void decode_row(struct screen *s) {
  /* Left of a row lies the first pixel of the one above; nothing in it has been mistaken yet. */
  s->x = 0;
  size_t first = place(s, 0), above = place(s, 1), end = first + (size_t)s->width;
  for (size_t i = first - PAD; i < first; i++) s->pixels[i] = s->pixels[above], s->marks[i] = s->marks[above];
  memset(errors_of_row(s, 0) - PAD, 0, s->stride * sizeof *s->errors);
  for (; s->x < s->width; s->x++) decode_pixel(s);
  /* Right of it lies its last pixel. */
  for (size_t i = end; i < end + PAD; i++) s->pixels[i] = s->pixels[end - 1], s->marks[i] = s->marks[end - 1];
  for (int which = 0; which < 2; which++) {
    int reach = which == 0 ? 5 : 3;
    uint32_t highest = 1, hash = 0, *to = s->row_hashes[which] + first, *row = s->pixels + first;
    for (int i = 0; i < 2 * reach; i++) highest *= BASE;
    for (int i = -reach; i < reach; i++) hash = hash * BASE + row[i];
    for (ptrdiff_t x = 0; x < s->width; x++) {
      to[x] = hash = hash * BASE + row[x + reach];
      hash -= row[x - reach] * highest;
    }
  }
}

/* The group: docs/arithmetic/screens.md, the group. What the weights say, and the tables to look up. */
static void read_tables(struct screen *s, const struct weights *weights) {
  const float *probabilities = tensor(weights, "probabilities", PROBABILITIES);
  const float *times = tensor(weights, "times", PROBABILITIES);
  int32_t *states = (int32_t *)&s->probabilities;
  memcpy(&s->mixing, tensor(weights, "mixing", MIXING), sizeof s->mixing);
  for (size_t i = 0; i < PROBABILITIES; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1 && times[i] >= 0 && times[i] <= LONGEST_MEMORY))
      fail("not the weights of a screen model");
    int32_t p = (int32_t)((double)probabilities[i] * (1 << 22) + 0.5) - (1 << 21);
    states[i] = (p < 1 << 21 ? p : (1 << 21) - 1) * 1024 + (int32_t)times[i];
  }
  for (int i = 0; i < 4096; i++)
    s->log_odds[i ^ 2048] = (float)log64((i + 0.5) / 4096 / (1 - (i + 0.5) / 4096));
  for (int n = 0; n <= LONGEST_MEMORY; n++) s->rates[n] = 1 / ((float)n + 1.5f);
  s->has_networks = meta(weights, "units") != NULL;
  int units = s->has_networks ? (int)meta_number(weights, "units", 8, 64) : 0;
  for (int plane = GREEN; s->has_networks && plane < (s->has_colour ? ALPHA : RED); plane++)
    open_learner(&s->networks[plane], weights, plane, FEATURES, 4 + units, 0);
}

void decode_screen(struct coded *coded) {
  struct screen *s = take(1, sizeof *s);
  if (coded->depth != 8 || coded->group_count != 1) fail("screen models code 8 bits in one group");
  s->width = (ptrdiff_t)coded->width, s->height = (ptrdiff_t)(coded->height * coded->images);
  struct bytes in = coded->groups[0];
  int flags = u8(&in), channels = coded->channels;
  s->has_alpha = flags & 1, s->has_colour = flags >> 1 & 1, s->has_clear = flags >> 2 & 1;
  if (flags > 7 || (s->has_alpha && channels % 2 == 1) || (s->has_colour && channels < 3) ||
      (s->has_clear && !s->has_alpha))
    fail("an image of %d channels has no flags %d", channels, flags);
  for (int i = 0; s->has_clear && i < (s->has_colour ? 3 : 1); i++) s->clear = s->clear << 8 | u8(&in);
  if (!s->has_colour) s->clear <<= 8;
  open_message(&s->message, in);
  size_t pixels = (size_t)s->width * (size_t)s->height;
  if (pixels > (uint64_t)MAX_PIXELS_PER_BIT * 32 * (s->message.top + 2))
    fail("the stream cannot hold so many pixels");
  read_tables(s, coded->weights);
  s->stride = (size_t)s->width + 2 * PAD;
  s->pixels = take(RING * s->stride, sizeof *s->pixels);
  for (int which = 0; which < 2; which++) s->row_hashes[which] = take(RING * s->stride, sizeof(uint32_t));
  s->marks = take(RING * s->stride, 1);
  s->errors = take(ERROR_RING * s->stride, sizeof *s->errors);
  for (s->slots_log2 = 8; s->slots_log2 < 16 && 2 * pixels >> s->slots_log2 > 0;) s->slots_log2++;
  for (s->lines_log2 = 8; s->lines_log2 < 14 && pixels / 2 >> s->lines_log2 > 0;) s->lines_log2++;
  s->slots = take((size_t)CONTEXTS << s->slots_log2, sizeof *s->slots);
  s->lines = take((size_t)VALUE_CONTEXTS << s->lines_log2, sizeof *s->lines);
  uint16_t *to = coded->samples;
  for (s->y = 0; s->y < s->height; s->y++) {
    decode_row(s);
    for (size_t at = place(s, 0) - coded->width; at < place(s, 0); at++) {
      for (int c = 0; c < (channels < 3 ? 1 : 3); c++)
        *to++ = (uint16_t)level(s->pixels[at], s->has_colour ? 16 - 8 * c : 8);
      if (channels % 2 == 0) *to++ = s->has_alpha ? (uint16_t)(s->pixels[at] >> 24) : 255;
    }
  }
  coded->start = close_message(&s->message, coded->has_start);
}
