/* Groups of rows, order of samples, what stands outside of images: docs/FORMAT.md, Groups of photo models;
 * docs/arithmetic/photos.md, Order of samples. */
#include "planes.h"

/* Of 22 bits, and of deep levels: a sample costs at least 1 / so many bits. */
enum { MOST_SAMPLES = 2850, MOST_DEEP_SAMPLES = 2130 };

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

static void open_plane(const struct group *g, struct plane *own, int channel) {
  size_t count = RING * g->stride;
  own->channel = channel;
  own->sample_ring = take(count, sizeof(float)), own->error_ring = take(count, sizeof(float));
  own->fifth_ring = take(count, sizeof(float)), own->predictor_ring = take(count, sizeof(lanes));
  own->scales = take(g->stride, sizeof(float));
  own->deep = (struct deep_levels){.levels = (int)g->coded->levels, .rooted = g->coded->rooted};
  if (g->is_deep) own->deep.reserved = (1 << 17) / own->deep.levels;
  for (int i = 0; i < 32; i++) own->repeats[i][1] = 0.6666667f;
}

/* As above an image: samples 128, errors 0. */
static void clear_rings(const struct group *g, struct plane *own) {
  size_t count = RING * g->stride;
  for (size_t i = 0; i < count; i++) own->sample_ring[i] = 128.0f;
  memset(own->error_ring, 0, count * sizeof(float));
  memset(own->fifth_ring, 0, count * sizeof(float));
  memset(own->predictor_ring, 0, count * sizeof(lanes));
}

/* Points a plane to row y. Left of it stands the first sample of the row above. */
static void open_row(const struct group *g, struct plane *own, int y) {
  for (int up = 0; up < 4; up++) {
    size_t at = (size_t)((y - up) & (RING - 1)) * g->stride + PAD;
    own->samples[up] = own->sample_ring + at, own->errors[up] = own->error_ring + at;
    own->fifths[up] = own->fifth_ring + at, own->predictors[up] = own->predictor_ring + at;
  }
  for (int x = -PAD; x < 0; x++) own->samples[0][x] = y > g->top ? own->samples[1][0] : 128.0f;
  own->decayed = 0.0f;
}

void fill_above(struct plane *own, int x) {
  float left = own->samples[0][x - 1];
  for (int up = 1; up <= 3; up++)
    for (int k = x == 0 ? -PAD : x; k < x + 6; k++) own->samples[up][k] = left;
}

void decode_groups(struct coded *coded, void (*open)(struct group *g),
                   void (*decode_row)(struct group *g, int plane, int y), int latents) {
  if (coded->width > 1 << 30 || coded->height * coded->images > 1 << 30) fail("the image is too large");
  for (size_t number = 0; number < coded->group_count; number++) {
    struct block *since = mark();
    struct rows rows = photo_group(coded, number);
    struct group *g = take(1, sizeof *g);
    g->coded = coded, g->planes = coded->channels, g->is_deep = coded->levels > 0;
    g->width = (int)coded->width, g->stride = coded->width + 2 * PAD;
    g->height = (int)(rows.to - rows.from);
    g->image_height = coded->images > 1 ? (int)coded->height : g->height;
    g->samples = coded->samples + rows.from * coded->width * (size_t)coded->channels;
    open_messages(g, coded->groups[number], latents);
    for (int p = 0; p < g->planes; p++) open_plane(g, &g->plane[p], g->planes == 1 ? 0 : p == 2 ? 2 : 1 - p);
    if (latents > 0) open_origin(g);
    open(g);
    for (int y = 0; y < g->height; y++) {
      if (y % g->image_height == 0) {
        g->top = y;
        for (int p = 0; p < g->planes; p++) clear_rings(g, &g->plane[p]);
      }
      for (int p = 0; p < g->planes; p++) open_row(g, &g->plane[p], y);
      for (int p = 0; p < g->planes; p++) {
        float *end = g->plane[p].samples[0] + g->width;
        decode_row(g, p, y);
        for (int k = 0; k < PAD; k++) end[k] = end[-1];
        if (g->plane[p].message.seeds > 0) fail("a stream ends too early");
      }
    }
    if (latents > 0) close_origin(g);
    for (int p = 0; p < g->planes; p++) {
      int is_last = p == g->planes - 1 && number == 0 && coded->has_start;
      uint32_t start = close_message(&g->plane[p].message, is_last);
      if (is_last) coded->start = start;
    }
    release(since);
  }
}
