/* Photos, plane by plane: what their three families have in common. docs/FORMAT.md, groups of photo models
 * and on; docs/arithmetic/photos.md. */
#ifndef PLANES_H
#define PLANES_H

#include "mixture.h"

/* Rows around the current one are in rings of 8, with room on both sides: no neighbour needs a test. */
enum { RING = 8, PAD = 8 };

/* Rows y, y - 1 and y - 2 of a plane: samples, errors of the centre, four predictions and a fifth; scales. */
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
  float decayed; /* |error|, decayed along the row */
  struct deep_levels deep;
  float repeats[32][2]; /* counters of deep levels: a share, a rate */
};

/* z, as bins of its prior, which tells where networks start. */
struct origin {
  int latents;
  uint32_t bins[32];
};

/* A group of rows, which is decoded as an image of its own; or images of a chain, one below the other. */
struct group {
  struct coded *coded;
  int width, height, image_height, planes, is_deep;
  int top; /* the first row of the current image */
  size_t stride;
  uint16_t *samples;
  struct origin origin;
  void *state;           /* the family's */
  struct online *online; /* of each plane, in families that learn */
  struct plane plane[3]; /* in the order in which they are coded: green, red, blue */
};

/* What a family does: makes ready, and decodes row y of a plane. */
struct photo_family {
  void (*open)(struct group *g);
  void (*decode_row)(struct group *g, int plane, int y);
};

/* `latents`: on the message of the first plane, so many; -1: on that of the last, as many as there are. */
void decode_groups(struct coded *coded, const struct photo_family *family, int latents);
/* Row y of one of a plane's rings, at column 0. */
float *ring_row(const struct group *g, float *ring, int y);
/* Before sample x of an image's first row y: the rows above hold the sample to its left, from there on. */
void fill_above(struct group *g, int plane, int x, int y);
/* Decodes sample (x, y) of more than 256 levels, and its gradient; returns the value of its level. */
float decode_deep_sample(struct group *g, int plane, int x, int y, const float *outputs, float centre,
                         float scale, float *gradients);

static inline uint16_t *sample_at(const struct group *g, int plane, int x, int y) {
  size_t pixel = (size_t)y * (size_t)g->width + (size_t)x;
  return g->samples + pixel * (size_t)g->planes + g->plane[plane].channel;
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

/* What is known of a sample to come: predictions and their mean errors, centre, local scale and its inverse,
 * the mean error in a wider window. */
struct seen {
  lanes predictions, recent;
  float fifth, fifth_recent, centre, scale, inverse, wide;
};

/* Mean errors near sample x of the four predictions, and of one. */
lanes recent_errors(const struct rows_of *r, int x);
float recent_error(float *const rows[3], int x);
/* Sets the scale, which is kept, and what goes with it. */
void see_scale(const struct plane *own, int x, struct seen *s);
/* The centre: the predictions, and the fifth one if `has_fifth`, weighted by their mean errors. */
void see_centre(struct seen *s, int has_fifth);
/* Features of the own plane, then of the others; returns what lies behind them. */
float *set_features(const struct group *g, int plane, int x, const struct seen *s, float *out);
/* Keeps a sample and its errors for the context of those to come. */
void keep_sample(struct plane *own, int x, float value, const struct seen *s);

/* Networks that learn, with corrections and counters (online.c). */

struct corrections {
  float (*columns)[OUTPUTS], levels[32][OUTPUTS], sides[256][OUTPUTS], textures[128][OUTPUTS];
  float *found[4]; /* those of the sample */
  float sum[OUTPUTS];
};

struct value_counter {
  int16_t offset; /* of its probability from 1/2, in units of 2^-16 */
  uint16_t asked;
};

struct value_mixer {
  int reference, value, pair;                                       /* of the next sample */
  struct value_counter (*all)[16], (*of_value)[16], (*of_pair)[16]; /* lines of counters */
  int log_lines;
  lanes weights[8];
  double probability; /* of the sample that was decoded last */
};

/* The code length of a stretch of samples: bits, and a product of probabilities that are not in it yet. */
struct code_length {
  double product, bits;
};

struct online {
  struct learner network;
  struct corrections corrections;
  struct value_mixer values;
  int is_quick, is_mixed; /* whether mixtures are rough; whether counters mix the row */
  double saving;          /* bits a row that they save, and what tells them */
  struct code_length plain, mixed;
};

/* Makes a plane's network ready, where z has it start. */
void open_online(struct group *g, int plane, int inputs, int units1, int units2);
/* To be called before the first sample of a row. */
void open_online_row(struct group *g, int plane, int y);
/* Decodes sample (x, y), whose features are in place, learns from it and keeps it; returns its value. */
float decode_online(struct group *g, int plane, int x, int y, const struct seen *s);

/* Mixing with exact values (values.c). */
void open_values(struct value_mixer *v, int width, int height);
void set_values(struct value_mixer *v, const struct group *g, int plane, int x);
int pop_mixed_level(struct value_mixer *v, struct message *message, struct mixture *m);

/* Where learning starts (origin.c). */
int latents_of(const struct coded *coded);
/* Pops z; moves a network to where it starts; pushes z by its posterior, once all samples are there. */
void open_origin(struct group *g);
void move_to_origin(const struct group *g, struct learner *l, int plane);
void close_origin(struct group *g);

#endif
