/* A linear predictor fitted to the samples nearby whose neighbours look like those of the sample to come:
 * docs/FORMAT.md, step 2 of the learning models. */
#ifndef SIMILAR_H
#define SIMILAR_H

#include "network.h"

/* Rows of the window with the current one; columns in it, and in those above, where LEFT lie to the left. */
enum { SIMILAR_NEIGHBOURS = 16, ROWS = 15, CURRENT = 16, COLUMNS = 28, LEFT = 14 };
enum { WINDOW = CURRENT + (ROWS - 1) * COLUMNS };

/* A sample: its neighbours and itself less the local mean; its error, |error|, 1; how it is trusted. */
struct record {
  float neighbours[SIMILAR_NEIGHBOURS], target, error, magnitude, one, trust;
};

struct similar {
  int own, coded; /* neighbours of the own plane, and of each plane before it */
  int stride;
  struct record *records; /* a ring of rows, with room on both sides */
  float error, magnitude; /* means over the samples that the last prediction was fitted to */
  float nearness[WINDOW];
};

void open_similar(struct similar *s, int width, int own, int coded);
struct record *similar_record(const struct similar *s, int x, int y);
/* The prediction of sample (x, y), whose neighbours are in their record, less the local mean. */
float predict_similar(struct similar *s, int x, int y, float scale, const float *prior);

#endif
