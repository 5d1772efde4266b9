/* Screen models: FORMAT.md, screen models; docs/arithmetic/screens.md. Pixels in raster order, each by its
 * candidates or as an escape. */
#include "gaussian.h"
#include "screen.h"

/* A block of decisions ends before a pixel for which there might be no room. */
enum { BLOCK = 1 << 20, MOST_A_PIXEL = 64, PROBABILITIES = 74112, MIXING = 22092, FEATURES = 56 };
/* A pixel whose candidate is as sure as can be takes 1 / 22713 bits. */
static const uint64_t MAX_PIXELS_PER_BIT = 22713;

/* Whether all pixels are opaque, grey, or of one colour where alpha is 0. */
static void read_colours(struct screen *s, struct bytes *in) {
  int flags = u8(in);
  s->has_alpha = flags & 1;
  s->has_colour = flags >> 1 & 1;
  s->has_clear = flags >> 2 & 1;
  if (flags > 7 || (s->has_alpha && s->channels % 2 == 1) || (s->has_colour && s->channels < 3) ||
      (s->has_clear && !s->has_alpha))
    fail("an image of %d channels has no flags %d", s->channels, flags);
  for (int i = 0; s->has_clear && i < (s->has_colour ? 3 : 1); i++) s->clear = s->clear << 8 | u8(in);
  if (!s->has_colour) s->clear <<= 8;
}

/* What the weights say of probabilities and mixers, and the tables to look up. */
static void read_tables(struct screen *s, const struct weights *weights) {
  const float *probabilities = tensor(weights, "probabilities", PROBABILITIES);
  const float *times = tensor(weights, "times", PROBABILITIES);
  const float *mixing = tensor(weights, "mixing", MIXING);
  int32_t *states = take(PROBABILITIES, sizeof *states);
  for (size_t i = 0; i < PROBABILITIES; i++) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1 && times[i] >= 0 && times[i] <= LONGEST_MEMORY))
      fail("not the weights of a screen model");
    int32_t p = (int32_t)((double)probabilities[i] * (1 << 22) + 0.5) - (1 << 21);
    states[i] = (p < 1 << 21 ? p : (1 << 21) - 1) * 1024 + (int32_t)times[i];
  }
  memcpy(&s->probabilities, states, sizeof s->probabilities);
  memcpy(&s->mixing, mixing, sizeof s->mixing);
  for (int i = 0; i < 4096; i++) {
    double p = ((i ^ 2048) + 0.5) / 4096;
    s->log_odds[i] = (float)log64(p / (1 - p));
  }
  for (int n = 0; n <= LONGEST_MEMORY; n++) s->rates[n] = 1 / ((float)n + 1.5f);
}

/* Bits of a count, within bounds. */
static int log2_for(size_t count, int least, int most) {
  int bits = least;
  while (bits < most && count >> bits > 0) bits++;
  return bits;
}

static void take_rows(struct screen *s) {
  size_t pixels = (size_t)s->width * (size_t)s->height;
  s->stride = (size_t)s->width + 2 * PAD;
  s->pixels = take(RING * s->stride, sizeof *s->pixels);
  s->hashes7 = take(RING * s->stride, sizeof *s->hashes7);
  s->hashes11 = take(RING * s->stride, sizeof *s->hashes11);
  s->escapes = take(2 * s->stride, 1);
  s->errors = take(4 * ERROR_RING * s->stride, sizeof *s->errors);
  s->slots_log2 = log2_for(2 * pixels, 8, 16);
  s->slots = take((size_t)PIXEL_CONTEXTS << s->slots_log2, sizeof *s->slots);
  s->lines_log2 = log2_for(pixels / 2, 8, 14);
  s->lines = take((size_t)VALUE_CONTEXTS << s->lines_log2, sizeof *s->lines);
}

/* Left of a row lies the pixel above its first one; nothing in it has been mistaken yet. */
static void open_row(struct screen *s) {
  uint32_t *row = pixel_row(s, s->y), first = s->y > 0 ? pixel_row(s, s->y - 1)[0] : 0;
  uint8_t *escapes = escape_row(s, s->y), first_escape = s->y > 0 ? escape_row(s, s->y - 1)[0] : 0;
  for (int x = 1; x <= PAD; x++) {
    row[-x] = first;
    escapes[-x] = first_escape;
  }
  for (int plane = 0; plane < 4; plane++)
    memset(error_row(s, plane, s->y) - PAD, 0, s->stride * sizeof *s->errors);
}

/* Of each pixel the hash of those up to `reach` away. */
static void hash_row(const struct screen *s, const uint32_t *row, uint32_t *to, int reach) {
  uint32_t highest = 1, hash = 0;
  for (int i = 0; i < 2 * reach; i++) highest *= HASH_BASE;
  for (int x = -reach; x < reach; x++) hash = hash * HASH_BASE + row[x];
  for (ptrdiff_t x = 0; x < s->width; x++) {
    to[x] = hash = hash * HASH_BASE + row[x + reach];
    hash -= row[x - reach] * highest;
  }
}

/* Right of a row lies its last pixel. */
static void close_row(struct screen *s) {
  uint32_t *row = pixel_row(s, s->y);
  uint8_t *escapes = escape_row(s, s->y);
  for (ptrdiff_t x = s->width; x < s->width + PAD; x++) {
    row[x] = row[s->width - 1];
    escapes[x] = escapes[s->width - 1];
  }
  hash_row(s, row, s->hashes7 + (row - s->pixels), 3);
  hash_row(s, row, s->hashes11 + (row - s->pixels), 5);
}

/* Goes on with the message that lies below one that has been popped to its end. */
static void next_block(struct screen *s) {
  struct message *message = &s->message;
  if (message->state != (uint64_t)1 << 32 || message->top < 2) fail("a stream is damaged");
  message->state = (uint64_t)message->words[message->top - 2] << 32 | message->words[message->top - 1];
  message->top -= 2;
  if (message->state >> 32 == 0) fail("a stream is damaged");
  s->decisions = 0;
}

static void decode_pixel(struct screen *s, ptrdiff_t x) {
  if (s->decisions > BLOCK - MOST_A_PIXEL) next_block(s);
  int hit = ask_candidates(s, x);
  if (!hit) decode_escape(s, x);
  uint32_t *row = pixel_row(s, s->y) + x, *above = pixel_row(s, s->y - 1) + x, pixel = s->pixel;
  if (s->flat) s->background = row[-1];
  row[0] = pixel;
  int is_like = pixel == row[-1] || pixel == above[0] || pixel == above[-1] || pixel == above[1];
  escape_row(s, s->y)[x] = !hit && !is_like;
  learn_pixel(s);
  if (s->message.seeds > 0) fail("a stream ends before its image");
}

static uint16_t *store_pixel(const struct screen *s, uint16_t *to) {
  static const int grey[3] = {8, 8, 8}, colours[3] = {16, 8, 0};
  const int *shifts = s->has_colour ? colours : grey;
  for (int i = 0; i < (s->channels < 3 ? 1 : 3); i++) *to++ = (uint16_t)level(s->pixel, shifts[i]);
  if (s->channels % 2 == 0) *to++ = s->has_alpha ? (uint16_t)(s->pixel >> 24) : 255;
  return to;
}

void decode_screen(struct coded *coded) {
  struct screen *s = take(1, sizeof *s);
  if (coded->depth != 8 || coded->group_count != 1) fail("screen models code 8 bits in one group");
  s->width = (ptrdiff_t)coded->width;
  s->height = (ptrdiff_t)(coded->height * coded->images);
  s->channels = coded->channels;
  struct bytes in = coded->groups[0];
  read_colours(s, &in);
  open_message(&s->message, in);
  if ((uint64_t)s->width * (uint64_t)s->height > MAX_PIXELS_PER_BIT * 32 * (s->message.top + 2))
    fail("the stream cannot hold so many pixels");
  read_tables(s, coded->weights);
  take_rows(s);
  for (int plane = 0; plane < 4; plane++) {
    if (plane == ALPHA ? !s->has_alpha : plane != GREEN && !s->has_colour) continue;
    start_recent(&s->recent[plane], plane % 3);
    if (plane == ALPHA || meta(coded->weights, "units") == NULL) continue;
    s->networks[plane] = take(1, sizeof *s->networks[plane]);
    int units = (int)meta_number(coded->weights, "units", 8, 64);
    open_learner(s->networks[plane], coded->weights, plane, FEATURES, 4 + units, 0);
  }
  uint16_t *to = coded->samples;
  for (s->y = 0; s->y < s->height; s->y++) {
    open_row(s);
    for (ptrdiff_t x = 0; x < s->width; x++) {
      decode_pixel(s, x);
      to = store_pixel(s, to);
    }
    close_row(s);
  }
  coded->start = close_message(&s->message, coded->has_start);
}
