/* The predictor from similar contexts. */
#include "similar.h"

enum { TARGET = SIMILAR_NEIGHBOURS, SAMPLE = TARGET + 1, SYSTEM_ROW = 20 };

/* A sample that the predictor is fitted to. */
struct kept {
  const struct record *record;
  float weight;
};

static int columns_of(int row) { return row == 0 ? CURRENT : COLUMNS; }
static int left_of(int row) { return row == 0 ? CURRENT : LEFT; }

void open_similar(struct similar *s, int width, int own, int coded) {
  s->own = own;
  s->coded = coded;
  s->stride = width + 2 * CURRENT;
  s->records = take((size_t)ROWS * (size_t)s->stride, sizeof *s->records);
  for (int row = 0, at = 0; row < ROWS; row++)
    for (int column = -left_of(row); column < columns_of(row) - left_of(row); column++)
      s->nearness[at++] = 1.0f / (1.0f + 0.01f * (float)(row * row + column * column));
}

struct record *similar_record(const struct similar *s, int x, int y) {
  return s->records + (size_t)((y + ROWS) % ROWS) * (size_t)s->stride + CURRENT + x;
}

static inline float distance(const float *a, const float *b) {
  lanes squares[4];
  for (int k = 0; k < 4; k++) {
    squares[k] = sub4(load4(a + 4 * k), load4(b + 4 * k));
    squares[k] = mul4(squares[k], squares[k]);
  }
  return sum4(add4(add4(squares[0], squares[1]), add4(squares[2], squares[3])));
}

/* Finds the samples that weigh more than 0.08 of the largest weight, the current row's first. */
static int keep(const struct similar *s, int x, int y, float scale, struct kept *kept) {
  const float *own = similar_record(s, x, y)->neighbours;
  float per_distance = 1.0f / (16.0f * scale * scale), largest = 0.0f;
  int count = 0;
  for (int row = 0, at = 0; row < ROWS; row++) {
    const struct record *record = similar_record(s, x - left_of(row), y - row);
    for (int k = 0; k < columns_of(row); k++, at++, record++) {
      float similarity = distance(record->neighbours, own) * per_distance + 0.5f;
      kept[at].record = record;
      kept[at].weight = record->trust * s->nearness[at] / similarity;
      largest = max1(largest, kept[at].weight);
    }
  }
  for (int at = 0; at < WINDOW; at++)
    if (kept[at].weight > 0.08f * largest) kept[count++] = kept[at];
  return count;
}

/* Sums of weighted products of the neighbours: four rows and four columns from (i, j) on. */
static void add_products(float *system, const struct kept *kept, int count, int i, int j) {
  lanes sums[4];
  for (int k = 0; k < 4; k++) sums[k] = splat4(0.0f);
  for (int at = 0; at < count; at++) {
    const float *v = kept[at].record->neighbours;
    lanes weighted = mul4(splat4(kept[at].weight), load4(v + j));
    for (int k = 0; k < 4; k++) sums[k] = add4(sums[k], mul4(splat4(v[i + k]), weighted));
  }
  for (int k = 0; k < 4; k++) store4(system + (i + k) * SYSTEM_ROW + j, sums[k]);
}

/* Sums of weighted targets times neighbours; the mean errors. */
static void add_targets(struct similar *s, float *system, const struct kept *kept, int count) {
  lanes sums[4], errors = splat4(0.0f);
  for (int k = 0; k < 4; k++) sums[k] = splat4(0.0f);
  for (int at = 0; at < count; at++) {
    const struct record *r = kept[at].record;
    lanes target = splat4(kept[at].weight * r->target);
    for (int k = 0; k < 4; k++) sums[k] = add4(sums[k], mul4(target, load4(r->neighbours + 4 * k)));
    errors = add4(errors, mul4(splat4(kept[at].weight), lanes4(r->target, r->error, r->magnitude, r->one)));
  }
  for (int i = 0; i < SIMILAR_NEIGHBOURS; i++) system[i * SYSTEM_ROW + TARGET] = sums[i / 4].at[i % 4];
  float inverse = 1.0f / (errors.at[3] + 1e-9f);
  s->error = errors.at[1] * inverse;
  s->magnitude = errors.at[2] * inverse;
}

/* Elimination with the targets and the sample's neighbours v as further columns: sum of target v / pivot. */
static float solve_for(float *system, const float *v, float scale, const float *prior) {
  float trace = 0.0f, prediction = 0.0f;
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) trace += system[k * SYSTEM_ROW + k];
  float ridge = 4.0f / (scale * sqrtf(scale)) + trace * (1e-5f / SIMILAR_NEIGHBOURS);
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) {
    float *row = system + k * SYSTEM_ROW;
    row[k] += ridge;
    row[TARGET] += ridge * prior[k];
    row[SAMPLE] = v[k];
  }
  for (int k = 0; k < SIMILAR_NEIGHBOURS; k++) {
    const float *pivot = system + k * SYSTEM_ROW;
    float inverse = 1.0f / max1(pivot[k], 1e-6f);
    prediction += pivot[TARGET] * pivot[SAMPLE] * inverse;
    for (int i = k + 1; i < SIMILAR_NEIGHBOURS; i++) {
      float *row = system + i * SYSTEM_ROW;
      lanes factor = splat4(pivot[i] * inverse);
      for (int c = i & ~3; c <= TARGET; c += 4)
        store4(row + c, sub4(load4(row + c), mul4(factor, load4(pivot + c))));
    }
  }
  return prediction;
}

float predict_similar(struct similar *s, int x, int y, float scale, const float *prior) {
  struct kept kept[WINDOW];
  float system[SIMILAR_NEIGHBOURS * SYSTEM_ROW] = {0};
  int count = keep(s, x, y, scale, kept);
  for (int i = 0; i < SIMILAR_NEIGHBOURS; i += 4)
    for (int j = i; j < SIMILAR_NEIGHBOURS; j += 4) add_products(system, kept, count, i, j);
  add_targets(s, system, kept, count);
  return solve_for(system, similar_record(s, x, y)->neighbours, scale, prior);
}
