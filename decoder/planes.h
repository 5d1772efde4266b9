/* Photos, plane by plane: what their three families have in common. docs/FORMAT.md, groups of photo models and what
 * follows; docs/arithmetic/photos.md. */
#ifndef PLANES_H
#define PLANES_H

#include "mixture.h"

/* Rows around the current one are kept in rings of 8, with room on both sides, so that no neighbour needs a test. */
enum { RING = 8, PAD = 8 };

/* Rows y, y - 1 and y - 2 of a plane: samples, errors of the centre and of four and a fifth prediction; the local
 * scales of row y. */
struct rows_of {
  float *samples[3], *errors[3], *fifths[3], *scales;
  lanes *predictors[3];
};

struct plane {
  int channel;
  struct message message;
  float *samples, *errors, *fifths, *scales; /* rings */
  lanes *predictors;
  struct rows_of rows;
  float decayed;             /* |error|, decayed along the row */
  struct deep_levels deep;
  float repeats[32][2];      /* counters of deep levels: a share, a rate */
};

/* A group of rows, which is decoded as an image of its own; or images of a chain, one below the other. */
struct group {
  struct coded *coded;
  int width, height, image_height, planes, is_deep;
  int top; /* the first row of the current image */
  size_t stride;
  uint16_t *samples;
  void *state; /* the family's */
  struct plane plane[3]; /* in the order in which they are coded: green, red, blue */
};

/* What a family does: makes ready, decodes row y of a plane, and what comes behind the last sample. */
struct photo_family {
  void (*open)(struct group *g);
  void (*decode_row)(struct group *g, int plane, int y);
  void (*close)(struct group *g);
};

/* `latents`: on the message of the first plane, so many; -1: on that of the last, as many as there are. */
void decode_groups(struct coded *coded, const struct photo_family *family, int latents);
/* Row y of one of a plane's rings, at column 0. */
float *ring_row(const struct group *g, float *ring, int y);
/* Decodes sample (x, y) of more than 256 levels, and its gradient; returns the value that its level stands for. */
float decode_deep_sample(struct group *g, int plane, int x, int y, const float *outputs, float centre, float scale,
                         float *gradients);
/* Before sample x of an image's first row y: the rows above hold the sample to its left, from there on. */
void fill_above(struct group *g, int plane, int x, int y);

static inline uint16_t *sample_at(const struct group *g, int plane, int x, int y) {
  return g->samples + ((size_t)y * (size_t)g->width + (size_t)x) * (size_t)g->planes + g->plane[plane].channel;
}

/* The plane coded just before, for the first the one just after; and the third. */
static inline int near_plane(int plane) { return plane == 0 ? 1 : plane - 1; }
static inline int far_plane(int plane) { return plane == 2 ? 0 : 2; }

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

/* Mean errors of the four predictions near sample x, and of one. */
lanes recent_errors(const struct rows_of *r, int x);
float recent_error(float *const rows[3], int x);
/* The centre: predictions, and a fifth one if `has_fifth`, weighted by their mean errors. */
float blend(lanes predictions, lanes recent, int has_fifth, float fifth, float fifth_recent);
/* The mean error in a wider window; the local scale, which is kept. */
float wide_error(const struct plane *own, int x);
float local_scale(const struct plane *own, int x, float wide);
void own_features(float *out, const struct rows_of *r, int x, lanes predictions, lanes recent, float centre,
                  float scale, float wide);
/* Features of another plane, coded already or later; returns what lies behind them. */
float *other_features(float *out, int is_coded, const struct rows_of *own, const struct rows_of *other, int x,
                      float centre, float scale);
/* Keeps a sample and its errors for the context of those to come. */
void keep_sample(struct plane *own, int x, float value, float centre, lanes predictions);

/* Corrections of a network's outputs (online.c). */

struct corrections {
  float (*columns)[OUTPUTS], levels[32][OUTPUTS], sides[256][OUTPUTS], textures[128][OUTPUTS];
  float *found[4]; /* those of the sample */
  float sum[OUTPUTS];
};

void open_corrections(struct corrections *c, int width);
/* Finds the corrections of sample x, and their sum. */
void correct(struct corrections *c, const struct rows_of *r, int x, float centre, float scale);
void learn_corrections(struct corrections *c, const float *gradients);

/* Where learning starts (origin.c). */

struct origin {
  int latents;
  uint32_t bins[32];
};

/* The number of latents that weights have for images of 256 levels. */
int origin_latents(const struct coded *coded);
/* Pops z; then the networks are to be moved by each latent's value. */
void open_origin(struct origin *o, struct group *g);
void move_to_origin(const struct origin *o, struct learner *l, const struct weights *weights, int plane);
/* Pushes z by its posterior, once all samples are there. */
void close_origin(struct origin *o, struct group *g);

/* Mixing with exact values (values.c). */

struct value_counter {
  int16_t offset; /* of its probability from 1/2, in units of 2^-16 */
  uint16_t asked;
};

struct value_mixer {
  int reference, value, pair;                          /* of the next sample */
  struct value_counter (*all)[16], (*of_value)[16], (*of_pair)[16]; /* lines of counters */
  int log_lines;
  lanes weights[8];
  double probability; /* of the sample that was decoded last */
};

void open_values(struct value_mixer *v, int width, int height);
void set_values(struct value_mixer *v, const struct group *g, int plane, int x);
int pop_mixed_level(struct value_mixer *v, struct message *message, struct mixture *m);

#endif
