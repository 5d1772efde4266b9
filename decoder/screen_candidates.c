/* Whole pixels: colours that neighbours have, or that followed the same context before, are weighed as
 * candidates. The plausible ones are asked for, a decision each. docs/arithmetic/screens.md, candidates. */
#include "screen.h"

static const float RATE = 0.02f, FINAL_RATE = 0.0015f, BIAS = 0.4f, LEAST = 0.000030517578125f;

/* Class of a count of 0 or more. */
static int count_class(unsigned count) {
  static const unsigned least[] = {1, 2, 3, 4, 5, 7, 10, 16, 32, 64, 128};
  int class = 0;
  while (class < 11 && count >= least[class]) class++;
  return class;
}

/* Finds the slots of the contexts of pixel x, the longest context first. */
static void find_slots(struct screen *s, ptrdiff_t x) {
  const uint32_t *row = pixel_row(s, s->y) + x, *row1 = pixel_row(s, s->y - 1) + x;
  const uint32_t *row2 = pixel_row(s, s->y - 2) + x, *row3 = pixel_row(s, s->y - 3) + x;
  uint64_t left = mix(mix(mix(7, row[-1]), row[-2]), row[-3]);
  uint64_t two = mix(mix(6, row[-1]), row1[0]);
  uint64_t three = mix(two, row1[1]);
  uint64_t six = mix(mix(mix(three, row1[-1]), row[-2]), row2[0]);
  uint64_t ten = mix(mix(mix(mix(six, row1[2]), row1[-2]), row2[1]), row2[-1]);
  uint64_t fourteen = mix(mix(mix(mix(ten, row[-3]), row1[3]), row2[2]), row2[-2]);
  uint64_t nineteen = mix(mix(mix(mix(mix(fourteen, row3[0]), row1[-3]), row[-4]), row3[1]), row3[-1]);
  uint32_t own4 = ((row[-4] * HASH_BASE + row[-3]) * HASH_BASE + row[-2]) * HASH_BASE + row[-1];
  uint32_t own6 = (row[-6] * HASH_BASE + row[-5]) * (HASH_BASE * HASH_BASE * HASH_BASE * HASH_BASE) + own4;
  uint64_t wide = mix(1, own6), narrow = mix(2, own4);
  for (int k = 1; k < 11; k++) wide = mix(wide, s->hashes11[pixel_row(s, s->y - k) + x - s->pixels]);
  for (int k = 1; k < 6; k++) narrow = mix(narrow, s->hashes7[pixel_row(s, s->y - k) + x - s->pixels]);
  const uint64_t hashes[PIXEL_CONTEXTS] = {wide, narrow, nineteen, fourteen, six, three, two, left};
  for (int context = 0; context < PIXEL_CONTEXTS; context++) {
    size_t index = upper_bits(hashes[context], s->slots_log2) + ((size_t)context << s->slots_log2);
    s->found[context] = &s->slots[index];
    s->checks[context] = (uint16_t)((hashes[context] & 0xffff) | 1);
    s->holds[context] = s->found[context]->check == s->checks[context];
  }
  s->tall = narrow;
}

static unsigned total_of(const struct slot *slot) {
  return (unsigned)slot->counts[0] + slot->counts[1] + slot->counts[2];
}

/* The probability of a colour at a position of a context's slot, as the candidate of a rank. */
static int32_t *found_in(struct screen *s, int context, int rank, int position) {
  const struct slot *slot = s->found[context];
  unsigned count = slot->counts[position], others = total_of(slot) - count;
  return &s->probabilities.found[context][rank][position][count_class(count)][others < 7 ? others : 7];
}

/* Colours, and the votes for them. */
struct ballot {
  int count;
  struct vote {
    uint32_t colour;
    float votes;
  } votes[32];
};

static void vote(struct ballot *ballot, uint32_t colour, float votes) {
  int i = 0;
  while (i < ballot->count && ballot->votes[i].colour != colour) i++;
  if (i == ballot->count) ballot->votes[ballot->count++] = (struct vote){colour, 0};
  ballot->votes[i].votes += votes;
}

/* Votes of the neighbours, then of the slots. */
static void collect(struct screen *s, struct ballot *ballot, ptrdiff_t x) {
  const uint32_t *row = pixel_row(s, s->y) + x, *row1 = pixel_row(s, s->y - 1) + x;
  const uint32_t *row2 = pixel_row(s, s->y - 2) + x;
  const uint32_t near[8] = {row[-1], row1[0], row1[1], row1[-1], row[-2], row2[0], row1[2], row2[1]};
  static const float votes_of_near[8] = {0.5f, 0.4f, 0.2f, 0.1f, 0.02f, 0.02f, 0.01f, 0.01f};
  ballot->count = 0;
  for (int i = 0; i < 8; i++) vote(ballot, near[i], votes_of_near[i]);
  for (int context = 0; context < PIXEL_CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    if (!s->holds[context]) continue;
    for (int position = 0; position < 3 && slot->counts[position] > 0; position++) {
      float votes = log_odds(s, *found_in(s, context, 0, position)) + 5;
      vote(ballot, slot->colours[position], votes > 0 ? votes : 0);
    }
  }
}

/* Moves the colour with most votes from `rank` on to `rank`: the first of several. */
static void pick(struct ballot *ballot, int rank) {
  int best = rank;
  for (int i = rank + 1; i < ballot->count; i++)
    if (ballot->votes[i].votes > ballot->votes[best].votes) best = i;
  struct vote picked = ballot->votes[best];
  ballot->votes[best] = ballot->votes[rank];
  ballot->votes[rank] = picked;
}

static void ask(struct screen *s, struct candidate *candidate, int input, int32_t *probability) {
  candidate->inputs[input] = log_odds(s, *probability);
  candidate->asked[input] = probability;
}

/* What the slots say of the candidate. Returns the longest context that holds it, or their number. */
static int ask_contexts(struct screen *s, struct candidate *candidate, int rank) {
  int longest = PIXEL_CONTEXTS;
  for (int context = 0; context < PIXEL_CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    candidate->inputs[context] = 0;
    candidate->asked[context] = NULL;
    if (!s->holds[context]) continue;
    int position = 0;
    while (position < 3 && slot->counts[position] > 0 && slot->colours[position] != candidate->colour)
      position++;
    if (position < 3 && slot->counts[position] > 0) {
      if (longest == PIXEL_CONTEXTS) longest = context;
      ask(s, candidate, context, found_in(s, context, rank, position));
    } else {
      int class = count_class(total_of(slot));
      ask(s, candidate, context, &s->probabilities.absent[context][rank][position][class]);
    }
  }
  return longest;
}

/* Bits of what is equal to a colour, the first one lowest. */
static int like(uint32_t colour, const uint32_t *others, int count) {
  int bits = 0;
  for (int i = 0; i < count; i++) bits |= (colour == others[i]) << i;
  return bits;
}

int ask_candidates(struct screen *s, ptrdiff_t x) {
  const uint32_t *row = pixel_row(s, s->y) + x, *row1 = pixel_row(s, s->y - 1) + x;
  const uint32_t *row2 = pixel_row(s, s->y - 2) + x;
  const uint32_t w = row[-1], n = row1[0], nw = row1[-1], ne = row1[1], ww = row[-2], nn = row2[0];
  const uint32_t around[10] = {w, n, nw, ne, ww, nn, row1[2], row2[1], row1[-2], row2[-1]};
  find_slots(s, x);
  struct ballot ballot;
  collect(s, &ballot, x);
  s->flat = w == n && w == nw && w == ne && w == ww && w == nn;
  if (w == ww && w != s->background) s->foreground = w;
  const uint8_t *escapes = escape_row(s, s->y) + x, *above = escape_row(s, s->y - 1) + x;
  s->escaped = escapes[-1] | above[0] << 1 | above[-1] << 2 | above[1] << 3;
  int equal = (w == n) | (w == nw) << 1 | (n == nw) << 2 | (n == ne) << 3 | (w == ww) << 4 | (n == nn) << 5 |
              (ne == row1[2]) << 6 | (w == ne) << 7 | (nw == row1[-2]) << 8;
  float plausible = s->width * s->height <= 65536 ? 0.94f : 0.4f;
  for (int rank = 0; rank < CANDIDATES && rank < ballot.count; rank++) {
    pick(&ballot, rank);
    struct candidate *candidate = &s->candidates[rank];
    candidate->colour = ballot.votes[rank].colour;
    int longest = ask_contexts(s, candidate, rank);
    int same = like(candidate->colour, around, 10), neighbours = same & 15;
    ask(s, candidate, PIXEL_CONTEXTS, &s->probabilities.same[rank][same]);
    ask(s, candidate, PIXEL_CONTEXTS + 1, &s->probabilities.equal[rank][equal][neighbours]);
    ask(s, candidate, PIXEL_CONTEXTS + 2, &s->probabilities.escaped[rank][s->escaped][neighbours][longest]);
    candidate->inputs[PIXEL_CONTEXTS + 3] = BIAS;
    float votes = ballot.votes[rank].votes;
    int score = votes > 20 ? 3 : votes > 10 ? 2 : votes > 4 ? 1 : 0;
    candidate->sets[0] = s->mixing.by_length[rank][longest];
    candidate->sets[1] = s->mixing.by_neighbours[rank][neighbours + 16 * s->flat];
    candidate->sets[2] = s->mixing.by_escapes[rank][s->escaped + 16 * score];
    float *odds = candidate->odds.at;
    const float *final = s->mixing.candidate_final[rank];
    for (int set = 0; set < 3; set++)
      odds[set] = mixed(candidate->sets[set], candidate->inputs, CANDIDATE_INPUTS);
    odds[3] = clamp_odds(final[0] * odds[0] + final[1] * odds[1] + final[2] * odds[2]);
    candidate->outputs = sigmoid4(candidate->odds);
    float p = clamp1(candidate->outputs.at[3], LEAST, 1 - LEAST);
    s->weighed = rank + 1;
    if (p < plausible || !decide(s, p)) continue;
    s->pixel = candidate->colour;
    return 1;
  }
  return 0;
}

/* Teaches all that had a say in a candidate whether it was right. */
static void teach(struct screen *s, int rank) {
  struct candidate *candidate = &s->candidates[rank];
  int right = candidate->colour == s->pixel;
  for (int set = 0; set < 3; set++) {
    float step = ((float)right - candidate->outputs.at[set]) * RATE;
    move_weights(candidate->sets[set], candidate->inputs, CANDIDATE_INPUTS, step);
  }
  float step = ((float)right - candidate->outputs.at[3]) * FINAL_RATE;
  move_weights(s->mixing.candidate_final[rank], candidate->odds.at, 3, step);
  for (int input = 0; input < PIXEL_CONTEXTS + 3; input++)
    if (candidate->asked[input] != NULL) take_answer(s, candidate->asked[input], right, LONGEST_MEMORY);
}

/* Takes the pixel into a context's slot: to the front, others forget. */
static void keep(struct screen *s, int context) {
  struct slot *slot = s->found[context];
  if (!s->holds[context]) {
    *slot = (struct slot){{s->pixel, 0, 0}, {1, 0, 0}, s->checks[context]};
    return;
  }
  int position = 0;
  while (position < 2 && slot->counts[position] > 0 && slot->colours[position] != s->pixel) position++;
  int found = slot->counts[position] > 0 && slot->colours[position] == s->pixel;
  int count = !found ? 1 : slot->counts[position] < 250 ? slot->counts[position] + 1 : 250;
  for (int other = 0; other < 3; other++)
    if (other != position && slot->counts[other] > 2)
      slot->counts[other] = (uint8_t)(slot->counts[other] - (slot->counts[other] >> 2));
  for (; position > 0; position--) {
    slot->colours[position] = slot->colours[position - 1];
    slot->counts[position] = slot->counts[position - 1];
  }
  slot->colours[0] = s->pixel;
  slot->counts[0] = (uint8_t)count;
}

void learn_pixel(struct screen *s) {
  for (int rank = 0; rank < s->weighed; rank++) teach(s, rank);
  for (int context = 0; context < PIXEL_CONTEXTS; context++) keep(s, context);
}
