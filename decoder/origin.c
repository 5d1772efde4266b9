/* Where learning starts: docs/FORMAT.md and docs/arithmetic/photos.md, sections of that name. */
#include <stdlib.h>

#include "gaussian.h"
#include "planes.h"

enum { PLANE_STATISTICS = 20, MOST_STATISTICS = 64 };

static double clamp64(double x, double low, double high) { return x < low ? low : x > high ? high : x; }
static double log2_64(double x) { return log64(x) * 1.4426950408889634; }

int latents_of(const struct coded *coded) {
  size_t outputs = tensor_size(coded->weights, "origin.posterior.bias");
  if (outputs % 2 != 0 || outputs > 64) fail("the weights' file has %zu outputs of a posterior", outputs);
  return coded->levels > 0 ? 0 : (int)outputs / 2;
}

void open_origin(struct group *g) {
  struct message *message = &g->plane[0].message;
  g->latents = latents_of(g->coded);
  for (int j = 0; j < g->latents; j++) {
    g->bins[j] = peek(message, ORIGIN_BITS);
    pop(message, g->bins[j], 1, ORIGIN_BITS);
  }
}

/* Sums over what is looked at of a plane: exact integers. */
struct sums {
  int64_t samples, sum, squares, black, white, residuals, errors, error_squares, zeros, to_left;
  int64_t to[4], members[4], class_errors[4], products[2]; /* `to`: of differences to W, N, NW, NE */
};

/* A plane's value at a sample: the sample, less that of the plane before it. */
static int value_of(const struct group *g, int plane, int x, int y) {
  int sample = *sample_at(g, plane, x, y);
  return plane == 0 ? sample : sample - *sample_at(g, plane - 1, x, y);
}

static void add_row(struct sums *s, const struct group *g, int plane, int y, int32_t *residuals) {
  int left = 0;
  for (int x = 0; x < g->width; x++) {
    int sample = *sample_at(g, plane, x, y);
    s->samples++, s->sum += sample, s->squares += sample * sample;
    s->black += sample <= 2, s->white += sample >= 253;
    if (y == 0 || x == 0 || x == g->width - 1) continue;
    int w = value_of(g, plane, x - 1, y), nw = value_of(g, plane, x - 1, y - 1);
    int n = value_of(g, plane, x, y - 1), ne = value_of(g, plane, x + 1, y - 1);
    int value = value_of(g, plane, x, y), most = w > n ? w : n, least = w < n ? w : n;
    int residual = value - (nw >= most ? least : nw <= least ? most : w + n - nw), error = abs(residual);
    int activity = abs(w - nw) + abs(n - nw) + abs(n - ne);
    int class = activity < 3 ? 0 : activity < 8 ? 1 : activity < 24 ? 2 : 3;
    s->members[class]++, s->class_errors[class] += error;
    s->residuals++, s->errors += error, s->error_squares += error * error;
    s->zeros += residual == 0, s->to_left += residual * left;
    s->to[0] += abs(value - w), s->to[1] += abs(value - n);
    s->to[2] += abs(value - nw), s->to[3] += abs(value - ne);
    residuals[x] = left = residual;
  }
}

static void plane_statistics(const struct sums *all, int plane, double *out) {
  const struct sums *s = &all[plane];
  double samples = (double)s->samples, count = s->residuals > 0 ? (double)s->residuals : 1, powers[3], to[4];
  for (int p = 0; p <= plane; p++) powers[p] = (double)all[p].error_squares / count + 0.05;
  double mean = (double)s->sum / samples, power = powers[plane];
  double error = (double)s->errors / count + 0.2, log_error = log2_64(error);
  for (int i = 0; i < 4; i++) to[i] = (double)s->to[i] + 0.1 * count;
  out[0] = mean / 64 - 2, out[1] = 0.5 * log2_64((double)s->squares / samples - mean * mean + 1);
  out[2] = log_error, out[3] = 0.5 * log2_64(power) - log_error;
  out[4] = (double)s->zeros / count;
  out[5] = (double)s->black / samples, out[6] = (double)s->white / samples;
  out[7] = log2_64(to[0] / (count * error)), out[8] = log2_64(to[0] / to[1]);
  out[9] = log2_64(to[2] / to[3]), out[10] = log2_64(to[2] / to[0]);
  out[11] = (double)s->to_left / count / power;
  for (int i = 0; i < 4; i++) {
    double members = (double)s->members[i], errors = (double)s->class_errors[i];
    out[12 + 2 * i] = members / count;
    out[13 + 2 * i] = log2_64((errors + 4 * error) / (members + 4) + 0.05) - log_error;
  }
  for (int before = 0; before < plane; before++)
    out[PLANE_STATISTICS + before] = (double)s->products[before] / count / sqrt(power * powers[before]);
}

static int take_statistics(const struct group *g, double *out) {
  struct sums all[3] = {{0}};
  int64_t pixels = (int64_t)g->width * g->height, stride = 1;
  int32_t *residuals[3];
  int count = 0;
  for (int p = 0; p < g->planes; p++) residuals[p] = take((size_t)g->width, sizeof **residuals);
  while ((stride + 1) * (stride + 1) * 576 <= pixels) stride++;
  for (int64_t y = stride / 2; y < g->height; y += stride)
    for (int p = 0; p < g->planes; p++) {
      add_row(&all[p], g, p, (int)y, residuals[p]);
      for (int q = 0; q < p && y > 0; q++)
        for (int x = 1; x < g->width - 1; x++) all[p].products[q] += residuals[p][x] * residuals[q][x];
    }
  for (int p = 0; p < g->planes; count += PLANE_STATISTICS + p++) plane_statistics(all, p, out + count);
  out[count] = clamp64(log2_64((double)pixels), 11, 16);
  return count + 1;
}

void close_origin(struct group *g) {
  const uint64_t empty = (uint64_t)1 << 32, next = 0x109e3779b;
  const struct weights *w = g->coded->weights;
  struct message *message = &g->plane[0].message;
  double statistics[MOST_STATISTICS], posterior[64] = {0}; /* means, then logs of standard deviations */
  int count = take_statistics(g, statistics), outputs = 2 * g->latents;
  const float *centre = tensor(w, "origin.statistics.centre", (size_t)count);
  const float *scale = tensor(w, "origin.statistics.scale", (size_t)count);
  const float *weights = tensor(w, "origin.posterior.weights", (size_t)(count * outputs));
  const float *bias = tensor(w, "origin.posterior.bias", (size_t)outputs);
  for (int i = 0; i < count; i++) {
    double input = clamp64((statistics[i] - (double)centre[i]) * (double)scale[i], -4, 4);
    for (int j = 0; j < outputs; j++) posterior[j] += input * (double)weights[i * outputs + j];
  }
  for (int j = 0; j < outputs; j++) posterior[j] += (double)bias[j];
  for (int j = g->latents; j-- > 0;)
    gaussian_push(message, g->bins[j], clamp64(posterior[j], -4, 4),
                  exp64(clamp64(posterior[g->latents + j], -4, 0)), ORIGIN_BITS);
  /* An encoder starts from one of 4096 states, so far apart, which tell nothing. */
  uint64_t past = message->state - empty;
  if (past / next < 4096) message->state = empty + past % next;
}
