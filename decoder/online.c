/* Corrections of a network's outputs: docs/FORMAT.md, corrections. */
#include "planes.h"

void open_corrections(struct corrections *c, int width) {
  c->columns = take((size_t)(width - 1) / 32 + 1, sizeof *c->columns);
}

/* How large errors are nearby, and which of W, N, NW, NE are above the centre. */
static int texture_of(const struct rows_of *r, int x, float centre, float scale) {
  static const float scales[7] = {0.7f, 1.2f, 2.0f, 3.5f, 6.0f, 10.0f, 17.0f};
  const float *row0 = r->samples[0] + x, *row1 = r->samples[1] + x;
  int texture = (row0[-1] > centre) + 2 * (row1[0] > centre) + 4 * (row1[-1] > centre) + 8 * (row1[1] > centre);
  for (int k = 0; k < 7; k++) texture += 16 * (scale > scales[k]);
  return texture;
}

void correct(struct corrections *c, const struct rows_of *r, int x, float centre, float scale) {
  int w = integer_of(r->samples[0][x - 1]), n = integer_of(r->samples[1][x]);
  c->found[0] = c->columns[x / 32];
  c->found[1] = c->levels[(integer_of(centre) >> 3) & 31];
  c->found[2] = c->sides[((w >> 4 << 4) | n >> 4) & 255];
  c->found[3] = c->textures[texture_of(r, x, centre, scale)];
  for (int i = 0; i < OUTPUTS; i++)
    c->sum[i] = (c->found[0][i] + c->found[1][i]) + (c->found[2][i] + c->found[3][i]);
}

void learn_corrections(struct corrections *c, const float *gradients) {
  for (int i = 0; i < OUTPUTS; i++) {
    float rate = i < 8 ? 1.0f : 20.0f, step = gradients[i] * (0.03f * rate);
    c->found[0][i] = c->found[0][i] * 0.998f - gradients[i] * (0.15f * rate);
    for (int k = 1; k < 4; k++) c->found[k][i] -= step;
  }
}
