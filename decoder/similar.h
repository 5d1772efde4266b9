/* A linear predictor fitted to the samples nearby whose neighbours look like those of the sample to come: docs/FORMAT.md,
 * step 2 of the learning models. */
#ifndef SIMILAR_H
#define SIMILAR_H

#include "network.h"

/* Rows of the window, the current one among them; columns in the current row, in those above, and how many of these lie
 * to the left. */
enum { SIMILAR_NEIGHBOURS = 16, ROWS = 15, CURRENT = 16, COLUMNS = 28, LEFT = 14 };
enum { WINDOW = CURRENT + (ROWS - 1) * COLUMNS };

/* A sample that was decoded: its neighbours and itself, less the local mean; its error, |error|, 1; its weight. */
struct record {
  float neighbours[SIMILAR_NEIGHBOURS], target, error, magnitude, one, trust;
};

struct similar {
  int own, coded; /* neighbours of the own plane, and of each plane before it */
  int stride;
  struct record *records; /* a ring of rows, with room on both sides */
  float error, magnitude; /* of the last prediction: mean error and |error| of the samples that it was fitted to */
  float nearness[WINDOW];
};

void open_similar(struct similar *s, int width, int own, int coded);
struct record *similar_record(const struct similar *s, int x, int y);
/* The prediction of sample (x, y), whose neighbours are in their record, less the local mean. */
float predict_similar(struct similar *s, int x, int y, float scale, const float *prior);

#endif
