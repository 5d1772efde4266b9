/* Four linear predictors at once, one a lane, fitted by weighted least squares to the samples before:
 * docs/FORMAT.md, step 2 of the learning models; docs/arithmetic/photos.md, least squares. */
#ifndef LEAST_SQUARES_H
#define LEAST_SQUARES_H

#include "network.h"

enum { MOST_NEIGHBOURS = 32 };

/* Solves the n equations of each lane, with a ridge toward prior weights. `system` has the rows of the lower
 * triangle, one after the other, then that of the targets; it is lost. */
void solve(int n, lanes *system, lanes ridge, const float *prior, lanes *weights);

/* The four sums of weights times values, even and odd ones apart. */
static inline lanes predict(int n, const lanes *weights, const float *values) {
  lanes even = splat4(0.0f), odd = splat4(0.0f);
  for (int i = 0; i < n; i += 2) {
    even = add4(even, mul4(weights[i], splat4(values[i])));
    odd = add4(odd, mul4(weights[i + 1], splat4(values[i + 1])));
  }
  return add4(even, odd);
}

/* Sums of products of neighbours, and of neighbours and target, over the samples before. A bundle of columns
 * shares them: of the rows above it, of bundles to its left with the current row, to its right without. */
struct least_squares {
  int n, terms, bundle, bundles;
  lanes lambda, ridge;
  float prior[MOST_NEIGHBOURS];
  lanes *above, *right; /* [bundles][terms], [bundles + 1][terms] */
  lanes *left, *system; /* [terms] */
  lanes weights[MOST_NEIGHBOURS];
  float trust[4], values[4][MOST_NEIGHBOURS + 4]; /* of the bundle's samples: neighbours, then the target */
};

void open_least_squares(struct least_squares *ls, int width);
void start_row(struct least_squares *ls);
/* Fits the predictors of the bundle that comes next. */
void fit(struct least_squares *ls);
/* Takes sample x, whose values are in place, with weight u. */
void add_sample(struct least_squares *ls, int x, float u, int is_last);

#endif
