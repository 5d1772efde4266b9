/* Screen models: docs/FORMAT.md, screen models; docs/arithmetic/screens.md. Pixels come in raster order, each
 * as one of the colours that neighbours have or that followed the same context before, or as an escape. */
#include "gaussian.h"
#include "screen.h"

/* A block of decisions ends before a pixel for which there might be no room. */
enum { BLOCK = 1 << 20, MOST_A_PIXEL = 64, MIXING = 22092, FEATURES = 56 };
enum { PROBABILITIES = sizeof(struct probabilities) / sizeof(int32_t) };
/* A pixel whose candidate is as sure as can be takes 1 / 22713 bits. */
static const uint64_t MAX_PIXELS_PER_BIT = 22713;
/* Hashes of pixels in a row are sums of them times this one's powers. */
static const uint32_t BASE = 0x2c1b3c6d;

/* Slots: docs/arithmetic/screens.md, slots. */

/* Finds the slots of the pixel's contexts, the longest context first. */
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
  for (int context = 0; context < CONTEXTS; context++) {
    size_t index = upper_bits(hashes[context], s->slots_log2) + ((size_t)context << s->slots_log2);
    struct slot *slot = s->found[context] = &s->slots[index];
    uint16_t check = (uint16_t)((hashes[context] & 0xffff) | 1);
    if (slot->check != check) *slot = (struct slot){.check = check};
  }
  s->tall = hashes[1];
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
  for (int other = 0; other < 3; other++)
    if (other != position) slot->counts[other] = (uint8_t)(slot->counts[other] - slot->counts[other] / 4);
  for (; position > 0; position--) {
    slot->colours[position] = slot->colours[position - 1];
    slot->counts[position] = slot->counts[position - 1];
  }
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

struct vote {
  uint32_t colour;
  float votes;
};

/* Adds votes for a colour. Returns how many colours there are now. */
static int vote(struct vote *ballot, int count, uint32_t colour, float votes) {
  int i = 0;
  while (i < count && ballot[i].colour != colour) i++;
  if (i == count) ballot[count++] = (struct vote){colour, 0};
  ballot[i].votes += votes;
  return count;
}

/* Collects the votes of neighbours and of slots. Returns the number of colours. */
static int collect(struct screen *s, struct vote *ballot) {
  static const int voters[8] = {W, N, NE, NW, WW, NN, NEE, NNE};
  static const float votes_of[8] = {0.5f, 0.4f, 0.2f, 0.1f, 0.02f, 0.02f, 0.01f, 0.01f};
  int count = 0;
  for (int i = 0; i < 8; i++) count = vote(ballot, count, s->near[voters[i]], votes_of[i]);
  for (int context = 0; context < CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    for (int position = 0; position < 3 && slot->counts[position] > 0; position++) {
      float votes = log_odds(s, *found_in(s, context, 0, position)) + 5;
      count = vote(ballot, count, slot->colours[position], votes > 0 ? votes : 0);
    }
  }
  return count;
}

/* Weighs the candidate of a rank, and returns its probability. */
static float weigh(struct screen *s, int rank, uint32_t colour, float votes) {
  static const int others[10] = {W, N, NW, NE, WW, NN, NEE, NNE, NWW, NNW};
  struct candidate *candidate = &s->candidates[rank];
  struct mixer *m = &candidate->mixer;
  int32_t **asked = candidate->asked;
  int longest = CONTEXTS, same = 0, score = votes > 20 ? 3 : votes > 10 ? 2 : votes > 4 ? 1 : 0;
  candidate->colour = colour;
  for (int context = 0; context < CONTEXTS; context++) {
    const struct slot *slot = s->found[context];
    int position = position_of(slot, colour);
    asked[context] = NULL;
    if (slot->counts[0] == 0) continue;
    if (position < 3 && slot->counts[position] > 0) {
      if (longest == CONTEXTS) longest = context;
      asked[context] = found_in(s, context, rank, position);
    } else {
      asked[context] = &s->probabilities.absent[context][rank][position][count_class(total_of(slot))];
    }
  }
  for (int i = 0; i < 10; i++) same |= (colour == s->near[others[i]]) << i;
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
  mix_sets(m, CANDIDATE_INPUTS);
  const float *final = m->final, *odds = m->odds.at;
  float p = mix_final(m, final[0] * odds[0] + final[1] * odds[1] + final[2] * odds[2]);
  return clamp1(p, 0.000030517578125f, 1 - 0.000030517578125f);
}

/* Asks for the plausible candidates. Returns whether one is right: it is the last that was weighed. */
static int ask_candidates(struct screen *s) {
  struct vote ballot[8 + 3 * CONTEXTS];
  int count = collect(s, ballot);
  float plausible = s->width * s->height <= 65536 ? 0.94f : 0.4f;
  for (int rank = 0; rank < CANDIDATES && rank < count; rank++) {
    int best = rank;
    for (int i = rank + 1; i < count; i++)
      if (ballot[i].votes > ballot[best].votes) best = i;
    struct vote picked = ballot[best];
    ballot[best] = ballot[rank];
    float p = weigh(s, rank, picked.colour, picked.votes);
    s->weighed = rank + 1;
    if (p >= plausible && decide(s, p)) return 1;
  }
  return 0;
}

/* Pixels: docs/arithmetic/screens.md, the group; rows. */

/* Goes on with the message that lies below one that has been popped to its end. */
static void next_block(struct screen *s) {
  struct message *message = &s->message;
  if (message->state != (uint64_t)1 << 32 || message->top < 2) fail("a stream is damaged");
  message->state = (uint64_t)message->words[message->top - 2] << 32 | message->words[message->top - 1];
  message->top -= 2;
  if (message->state >> 32 == 0) fail("a stream is damaged");
  s->decisions = 0;
}

/* Looks at the neighbours of the pixel that is to come. */
static void look_around(struct screen *s) {
  static const int columns[NEIGHBOURS] = {-1, 0, 1, -1, -2, 0, 2, -2, 1, -1, -3, 3, 2, -2, 0, -3, -4, 1, -1};
  static const int rows_up[NEIGHBOURS] = {0, 1, 1, 1, 0, 2, 1, 1, 2, 2, 0, 1, 2, 2, 3, 1, 0, 3, 3};
  static const int pairs[9][2] = {{W, N},  {W, NW}, {N, NW}, {N, NE}, {W, WW},
                                  {N, NN}, {NE, NEE}, {W, NE}, {NW, NWW}};
  const uint32_t *rows[4], *near = s->near;
  for (int up = 0; up < 4; up++) rows[up] = s->pixels + place(s, up);
  for (int i = 0; i < NEIGHBOURS; i++) s->near[i] = rows[rows_up[i]][columns[i]];
  s->equal = 0;
  for (int i = 0; i < 9; i++) s->equal |= (near[pairs[i][0]] == near[pairs[i][1]]) << i;
  s->flat = (s->equal & 0xb3) == 0xb3; /* W, N, NW, NE, WW and NN */
  const uint8_t *marks = s->marks + place(s, 0), *above = s->marks + place(s, 1);
  s->escaped = marks[-1] | above[0] << 1 | above[-1] << 2 | above[1] << 3;
  if (near[W] == near[WW] && near[W] != s->background) s->foreground = near[W];
}

static void decode_pixel(struct screen *s) {
  const uint32_t *near = s->near;
  if (s->decisions > BLOCK - MOST_A_PIXEL) next_block(s);
  look_around(s);
  find_slots(s);
  int hit = ask_candidates(s);
  uint32_t pixel = hit ? s->candidates[s->weighed - 1].colour : decode_escape(s);
  if (s->flat) s->background = near[W];
  int is_like = pixel == near[W] || pixel == near[N] || pixel == near[NW] || pixel == near[NE];
  s->pixels[place(s, 0)] = pixel;
  s->marks[place(s, 0)] = !hit && !is_like;
  for (struct candidate *c = s->candidates; c < s->candidates + s->weighed; c++) {
    int right = c->colour == pixel;
    teach_mixer(&c->mixer, CANDIDATE_INPUTS, right, 0.02f, 0.0015f);
    for (int i = 0; i < CONTEXTS + 3; i++)
      if (c->asked[i] != NULL) take_answer(s, c->asked[i], right, LONGEST_MEMORY);
  }
  for (int context = 0; context < CONTEXTS; context++) keep(s->found[context], pixel);
  if (s->message.seeds > 0) fail("a stream ends before its image");
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

/* Whether all pixels are opaque, grey, or of one colour where alpha is 0. */
static void read_colours(struct screen *s, struct bytes *in, int channels) {
  int flags = u8(in);
  s->has_alpha = flags & 1;
  s->has_colour = flags >> 1 & 1;
  s->has_clear = flags >> 2 & 1;
  if (flags > 7 || (s->has_alpha && channels % 2 == 1) || (s->has_colour && channels < 3) ||
      (s->has_clear && !s->has_alpha))
    fail("an image of %d channels has no flags %d", channels, flags);
  for (int i = 0; s->has_clear && i < (s->has_colour ? 3 : 1); i++) s->clear = s->clear << 8 | u8(in);
  if (!s->has_colour) s->clear <<= 8;
}

/* What the weights say, and the tables to look up. */
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
  for (int i = 0; i < 4096; i++) {
    double p = ((i ^ 2048) + 0.5) / 4096;
    s->log_odds[i] = (float)log64(p / (1 - p));
  }
  for (int n = 0; n <= LONGEST_MEMORY; n++) s->rates[n] = 1 / ((float)n + 1.5f);
  s->has_networks = meta(weights, "units") != NULL;
  for (int plane = GREEN; s->has_networks && plane < (s->has_colour ? ALPHA : RED); plane++)
    open_learner(&s->networks[plane], weights, plane, FEATURES,
                 4 + (int)meta_number(weights, "units", 8, 64), 0);
}

/* Bits of a count, within bounds. */
static int log2_for(size_t count, int least, int most) {
  int bits = least;
  while (bits < most && count >> bits > 0) bits++;
  return bits;
}

void decode_screen(struct coded *coded) {
  struct screen *s = take(1, sizeof *s);
  if (coded->depth != 8 || coded->group_count != 1) fail("screen models code 8 bits in one group");
  s->width = (ptrdiff_t)coded->width;
  s->height = (ptrdiff_t)(coded->height * coded->images);
  struct bytes in = coded->groups[0];
  read_colours(s, &in, coded->channels);
  open_message(&s->message, in);
  size_t pixels = (size_t)s->width * (size_t)s->height;
  if (pixels > MAX_PIXELS_PER_BIT * 32 * (s->message.top + 2))
    fail("the stream cannot hold so many pixels");
  read_tables(s, coded->weights);
  s->stride = (size_t)s->width + 2 * PAD;
  s->pixels = take(RING * s->stride, sizeof *s->pixels);
  for (int which = 0; which < 2; which++) s->row_hashes[which] = take(RING * s->stride, sizeof(uint32_t));
  s->marks = take(RING * s->stride, 1);
  s->errors = take(ERROR_RING * s->stride, sizeof *s->errors);
  s->slots_log2 = log2_for(2 * pixels, 8, 16);
  s->slots = take((size_t)CONTEXTS << s->slots_log2, sizeof *s->slots);
  s->lines_log2 = log2_for(pixels / 2, 8, 14);
  s->lines = take((size_t)VALUE_CONTEXTS << s->lines_log2, sizeof *s->lines);
  uint16_t *to = coded->samples;
  for (s->y = 0; s->y < s->height; s->y++) {
    decode_row(s);
    for (size_t i = 0, first = place(s, 0) - coded->width; i < coded->width; i++) {
      uint32_t pixel = s->pixels[first + i];
      for (int c = 0; c < (coded->channels < 3 ? 1 : 3); c++)
        *to++ = (uint16_t)level(pixel, s->has_colour ? 16 - 8 * c : 8);
      if (coded->channels % 2 == 0) *to++ = s->has_alpha ? (uint16_t)(pixel >> 24) : 255;
    }
  }
  coded->start = close_message(&s->message, coded->has_start);
}
