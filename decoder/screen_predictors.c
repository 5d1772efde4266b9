/* What an escape's value is predicted from: its plane around it, and the planes of the pixel that are decoded. Linear
 * predictors are fitted by least squares to the values that escaped before, four at once, which forget at different
 * rates. docs/arithmetic/screens.md, predictions. */
#include "least_squares.h"
#include "screen.h"

/* What the four keep of the values before at each new one, and the ridge toward the prior: 1/2 on W and N. */
static const lanes FORGETTING = {{0.96f, 0.985f, 0.995f, 0.9985f}}, RIDGE = {{8, 4, 2, 1}};

/* Neighbours of the own plane: columns to the right, rows up. */
static const int OWN[12][2] = {{-1, 0}, {0, 1},  {-1, 1}, {1, 1}, {-2, 0}, {0, 2},
                               {-2, 1}, {2, 1}, {-1, 2}, {1, 2}, {-3, 0}, {0, 3}};

static void refit(struct recent *recent) {
  solve(recent->neighbours, recent->system, RIDGE, recent->prior, recent->weights);
}

void start_recent(struct recent *recent, int coded) {
  int n = 12 + 4 * coded;
  size_t terms = (size_t)(n * (n + 3) / 2);
  recent->neighbours = n;
  recent->prior[0] = recent->prior[1] = 0.5f;
  recent->sums = take(terms, sizeof *recent->sums);
  recent->system = take(terms, sizeof *recent->system);
  recent->weights = take((size_t)n, sizeof *recent->weights);
  refit(recent);
}

static float value_at(const uint32_t *pixel, int shift) { return (float)level(*pixel, shift); }

static float mean_around(const struct sight *at, int shift) {
  return (value_at(at->row - 1, shift) + value_at(at->row1, shift)) * 0.375f +
         (value_at(at->row1 - 1, shift) + value_at(at->row1 + 1, shift)) * 0.125f;
}

/* Another plane of the pixel and of its nearest neighbours, so many of them, less their mean. */
static void put_other(float *to, const struct sight *at, int shift, int count) {
  const uint32_t *neighbours[5] = {&at->known, at->row - 1, at->row1, at->row1 - 1, at->row1 + 1};
  float mean = mean_around(at, shift);
  for (int i = 0; i < count; i++) to[i] = value_at(neighbours[i], shift) - mean;
}

lanes fitted_predictions(struct recent *recent, const struct sight *at) {
  const uint32_t *const rows[4] = {at->row, at->row1, at->row2, at->row3};
  float *values = recent->values;
  int own = at->coded == 1 ? 11 : 12;
  recent->mean = mean_around(at, at->shift);
  for (int i = 0; i < own; i++) values[i] = value_at(rows[OWN[i][1]] + OWN[i][0], at->shift) - recent->mean;
  if (at->coded > 0) put_other(values + own, at, at->last, 5);
  if (at->coded > 1) put_other(values + own + 5, at, at->before, 3);
  return add4(predict(recent->neighbours, recent->weights, values), splat4(recent->mean));
}

void learn_value(struct recent *recent, int value, float error) {
  int n = recent->neighbours, term = 0;
  float weight = 1 / (1 + 0.3f * fabsf(error)), *values = recent->values;
  values[n] = (float)value - recent->mean;
  for (int i = 0; i <= n; i++) {
    float factor = weight * values[i];
    for (int j = 0; j <= i && j < n; j++, term++)
      recent->system[term] = recent->sums[term] =
          add4(mul4(FORGETTING, recent->sums[term]), splat4(factor * values[j]));
  }
  refit(recent);
}

static int median(int a, int b, int c) {
  int most = a > b ? a : b, least = a > b ? b : a;
  return c >= most ? least : c <= least ? most : a + b - c;
}

lanes fixed_predictions(const struct sight *at) {
  int w = (int)level(at->row[-1], at->shift), n = (int)level(at->row1[0], at->shift);
  int nw = (int)level(at->row1[-1], at->shift), ne = (int)level(at->row1[1], at->shift);
  float plain = (float)median(w, n, nw);
  if (at->coded == 0)
    return lanes4(plain, (float)(w + n) * 0.5f + (float)(ne - nw) * 0.25f, (float)w, (float)n);
  int here = (int)level(at->known, at->last), dw = w - (int)level(at->row[-1], at->last);
  int dn = n - (int)level(at->row1[0], at->last), dnw = nw - (int)level(at->row1[-1], at->last);
  return lanes4(plain, (float)(here + median(dw, dn, dnw)), (float)(here + dw), (float)(here + dn));
}
