/* Groups of rows, the order of samples, what stands outside of images, samples of more than 256 levels. */
#include "planes.h"

/* Of 22 bits, and of deep levels: a sample costs at least 1 / so many bits. */
enum { MOST_SAMPLES = 2850, MOST_DEEP_SAMPLES = 2130 };

float *ring_row(const struct group *g, float *ring, int y) {
  return ring + (size_t)(y & (RING - 1)) * g->stride + PAD;
}

/* As above an image: samples 128, errors 0. */
static void clear_rings(struct group *g) {
  size_t count = RING * g->stride;
  for (int p = 0; p < g->planes; p++) {
    struct plane *own = &g->plane[p];
    for (size_t i = 0; i < count; i++) own->samples[i] = 128.0f;
    memset(own->errors, 0, count * sizeof(float));
    memset(own->fifths, 0, count * sizeof(float));
    memset(own->predictors, 0, count * sizeof(lanes));
  }
}

/* Points a plane to row y. Left of it stands the first sample of the row above. */
static void open_row(struct group *g, int p, int y) {
  struct plane *own = &g->plane[p];
  for (int up = 0; up < 3; up++) {
    own->rows.samples[up] = ring_row(g, own->samples, y - up);
    own->rows.errors[up] = ring_row(g, own->errors, y - up);
    own->rows.fifths[up] = ring_row(g, own->fifths, y - up);
    own->rows.predictors[up] = own->predictors + (size_t)((y - up) & (RING - 1)) * g->stride + PAD;
  }
  own->rows.scales = ring_row(g, own->scales, y);
  float first = y > g->top ? own->rows.samples[1][0] : 128.0f;
  for (int x = -PAD; x < 0; x++) own->rows.samples[0][x] = first;
  own->decayed = 0.0f;
}

void fill_above(struct group *g, int plane, int x, int y) {
  float left = ring_row(g, g->plane[plane].samples, y)[x - 1];
  for (int up = 1; up <= 3; up++) {
    float *row = ring_row(g, g->plane[plane].samples, y - up);
    for (int k = x == 0 ? -PAD : x; k < x + 6; k++) row[k] = left;
  }
}

/* Opens the messages of a group's streams; refuses those that are too short for its samples. */
static void open_messages(struct group *g, struct bytes content, int latents) {
  struct bytes streams[3];
  uint64_t samples = (uint64_t)g->width * (uint64_t)g->height;
  split_streams(content, g->planes, streams);
  for (int p = 0; p < g->planes; p++) {
    uint64_t bits = streams[p].left < 5 ? 0 : 8 * (8 + ((streams[p].left - 5) & ~(size_t)3)) - 32;
    if (p == 0 && latents > 0) bits += 32 * (uint64_t)latents;
    if (samples > bits * (g->is_deep ? MOST_DEEP_SAMPLES : MOST_SAMPLES) && (p < 2 || latents >= 0))
      fail("a stream cannot hold the samples of %d x %d pixels", g->width, g->height);
    open_message(&g->plane[p].message, streams[p]);
  }
}

static void decode_group(struct coded *coded, size_t number, const struct photo_family *family, int latents) {
  struct rows rows = photo_group(coded, number);
  struct group *g = take(1, sizeof *g);
  g->coded = coded;
  g->planes = coded->channels;
  g->width = (int)coded->width;
  g->height = (int)(rows.to - rows.from);
  g->image_height = coded->images > 1 ? (int)coded->height : g->height;
  g->is_deep = coded->levels > 0;
  g->samples = coded->samples + rows.from * coded->width * (size_t)coded->channels;
  g->stride = coded->width + 2 * PAD;
  open_messages(g, coded->groups[number], latents);
  for (int p = 0; p < g->planes; p++) {
    struct plane *own = &g->plane[p];
    size_t count = RING * g->stride;
    own->channel = g->planes == 1 ? 0 : p == 0 ? 1 : p == 1 ? 0 : 2;
    own->samples = take(count, sizeof(float));
    own->errors = take(count, sizeof(float));
    own->fifths = take(count, sizeof(float));
    own->scales = take(count, sizeof(float));
    own->predictors = take(count, sizeof(lanes));
    if (g->is_deep) open_deep_levels(&own->deep, (int)coded->levels, coded->rooted);
    for (int i = 0; i < 32; i++) own->repeats[i][1] = 0.6666667f;
  }
  if (latents > 0) open_origin(g);
  family->open(g);
  for (int y = 0; y < g->height; y++) {
    if (y % g->image_height == 0) {
      g->top = y;
      clear_rings(g);
    }
    for (int p = 0; p < g->planes; p++) open_row(g, p, y);
    for (int p = 0; p < g->planes; p++) {
      struct plane *own = &g->plane[p];
      float *row = own->rows.samples[0];
      family->decode_row(g, p, y);
      for (int k = 0; k < PAD; k++) row[g->width + k] = row[g->width - 1];
      if (own->message.seeds > 0) fail("a stream ends too early");
    }
  }
  if (latents > 0) close_origin(g);
  for (int p = 0; p < g->planes; p++) {
    int is_last = p == g->planes - 1 && number == 0 && coded->has_start;
    uint32_t start = close_message(&g->plane[p].message, is_last);
    if (is_last) coded->start = start;
  }
}

void decode_groups(struct coded *coded, const struct photo_family *family, int latents) {
  if (coded->width > 1 << 30 || coded->height * coded->images > 1 << 30) fail("the image is too large");
  for (size_t number = 0; number < coded->group_count; number++) {
    struct block *since = mark();
    decode_group(coded, number, family, latents);
    release(since);
  }
}

/* Whether sample x of a row equals the one to its left. */
static int repeats_left(const float *row, int x) { return row[x] == row[x - 1]; }

float decode_deep_sample(struct group *g, int plane, int x, int y, const float *outputs, float centre,
                         float scale, float *gradients) {
  struct plane *own = &g->plane[plane];
  struct deep_levels *deep = &own->deep;
  struct mixture mixture;
  const float *row0 = own->rows.samples[0] + x, *row1 = own->rows.samples[1] + x;
  int context = (row0[-1] == row1[0]) + 2 * (row0[-1] == row1[-1]) + 4 * (row1[0] == row1[1]);
  if (plane > 0) context += 8 * repeats_left(g->plane[near_plane(plane)].rows.samples[0], x);
  if (plane > 1) context += 16 * repeats_left(g->plane[far_plane(plane)].rows.samples[0], x);
  float *share = &own->repeats[context][0], *rate = &own->repeats[context][1];
  /* The level to the left, above for the first of a row, is likelier than the mixture says. */
  deep->level = x > 0 ? *sample_at(g, plane, x - 1, y) : y > 0 ? *sample_at(g, plane, 0, y - 1) : 0;
  deep->extra = *share < 0.0005f ? 0 : count_of((double)(*share < 0.999f ? *share : 0.999f) * 268435456.0);
  mixture_set(&mixture, outputs, centre, scale, DEEP_NARROWEST);
  int level = deep_find(&mixture, deep, peek(&own->message, DEEP_BITS));
  pop(&own->message, mixture.start, mixture.frequency, DEEP_BITS);
  *sample_at(g, plane, x, y) = (uint16_t)level;
  deep_gradient(&mixture, deep, level, scale, gradients);
  *share += ((level == deep->level ? 1.0f : 0.0f) - *share) * *rate;
  float slower = *rate / (1.0f + *rate);
  *rate = slower > 0.005f ? slower : 0.005f;
  return deep_value(deep, level);
}
