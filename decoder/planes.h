/* Photos, plane by plane: what their three families have in common. docs/FORMAT.md, groups of photo models
 * and on; docs/arithmetic/photos.md. */
#ifndef PLANES_H
#define PLANES_H

#include "network.h"

/* Rows around the current one are in rings of 8, with room on both sides: no neighbour needs a test. */
enum { RING = 8, PAD = 8 };

/* More than 256 levels, which stand for values within 0 ... 255; one has `extra` positions more. */
struct deep_levels {
  int levels, rooted, reserved, level;
  uint32_t extra, shared;
};

struct plane {
  int channel;
  struct message message;
  float *sample_ring, *error_ring, *fifth_ring;
  lanes *predictor_ring;
  /* Rows y, y - 1, ... of the rings: samples, errors of the centre, of a fifth and of four predictions. */
  float *samples[4], *errors[4], *fifths[4], *scales;
  lanes *predictors[4];
  float decayed; /* |error|, decayed along the row */
  struct deep_levels deep;
  float repeats[32][2]; /* counters of deep levels: a share, a rate */
  struct learner network;
  struct online *online; /* what else the plane learns, in families that do */
};

/* A group of rows, which is decoded as an image of its own; or images of a chain, one below the other. */
struct group {
  struct coded *coded;
  int width, height, image_height, planes, is_deep;
  int top; /* the first row of the current image */
  size_t stride;
  uint16_t *samples;
  int latents;       /* of where networks start: z, as bins of its prior */
  uint32_t bins[32];
  void *state;           /* the family's */
  struct plane plane[3]; /* in the order in which they are coded: green, red, blue */
};

/* Decodes all groups of a family, which makes ready and decodes row y of a plane. Latents are on the first
 * plane's message, so many; -1: on that of the last, as many as there are. */
void decode_groups(struct coded *coded, void (*open)(struct group *g),
                   void (*decode_row)(struct group *g, int plane, int y), int latents);
/* Before sample x of an image's first row: the rows above hold the sample to its left, from there on. */
void fill_above(struct plane *own, int x);
/* Decodes sample (x, y) of more than 256 levels, and its gradient; returns its level's value (mixture.c). */
float decode_deep_sample(struct group *g, int plane, int x, int y, const float *outputs, float centre,
                         float scale, float *gradients);

static inline uint16_t *sample_at(const struct group *g, int plane, int x, int y) {
  size_t pixel = (size_t)y * (size_t)g->width + (size_t)x;
  return g->samples + pixel * (size_t)g->planes + g->plane[plane].channel;
}

/* A plane, the one coded just before, for the first the one just after; and the third. */
static const int by_nearness[3][3] = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}};

/* Context (context.c). */

enum { OWN_FEATURES = 48, CODED_FEATURES = 24, LATER_FEATURES = 8, SIMILAR_FEATURES = 4 };

static inline float local_mean(const float *row0, const float *row1) {
  return (row0[-1] + row1[0]) * 0.375f + (row1[-1] + row1[1]) * 0.125f;
}

static inline lanes clamp8(lanes a) { return clamp4(a, -8.0f, 8.0f); }

/* Within 0 ... 255; what is not a number becomes 0. */
static inline lanes clamp_levels(lanes a) {
  for (int k = 0; k < 4; k++) a.at[k] = min1(255.0f, max1(0.0f, a.at[k]));
  return a;
}

/* What is known of a sample to come: predictions and their mean errors, centre, local scale and its inverse,
 * the mean error in a wider window. */
struct seen {
  lanes predictions, recent;
  float fifth, fifth_recent, centre, scale, inverse, wide;
};

/* Mean errors near sample x of the four predictions, and of one. */
lanes recent_errors(const struct plane *own, int x);
float recent_error(float *const rows[3], int x);
/* Sets the scale, which is kept, and what goes with it. */
void see_scale(const struct plane *own, int x, struct seen *s);
/* The centre: the predictions, and the fifth one if `has_fifth`, by 1 / (mean error + 0.1)^3. */
void see_centre(struct seen *s, int has_fifth);
/* Features of the own plane, then of the others; returns what lies behind them. */
float *set_features(const struct group *g, int plane, int x, const struct seen *s, float *out);
/* Keeps a sample and its errors for the context of those to come. */
void keep_sample(struct plane *own, int x, float value, const struct seen *s);

/* Networks that learn, with corrections and counters (online.c). */

/* Makes a plane's network ready, where z has it start. */
void open_online(struct group *g, int plane, int inputs, int units1, int units2);
/* To be called before the first sample of a row. */
void open_online_row(struct group *g, int plane, int y);
/* Decodes sample (x, y), whose features are in place, learns from it and keeps it; returns its value. */
float decode_online(struct group *g, int plane, int x, int y, const struct seen *s);

enum { ORIGIN_BITS = 2 };

/* Where learning starts (origin.c): how many numbers z has; pops z; pushes it, once all samples are there. */
int latents_of(const struct coded *coded);
void open_origin(struct group *g);
void close_origin(struct group *g);

#endif
