/* Least squares that forget in both directions: docs/FORMAT.md, step 2 of the learning models;
 * docs/arithmetic/photos.md, Least squares. */
#include "network.h"

/* LDL' in blocks of four unknowns, then back substitution. */
void solve(int n, lanes *system, lanes ridge, const float *prior, lanes *weights) {
  lanes *rows[MOST_UNKNOWNS + 1], inverses[MOST_UNKNOWNS], factors[MOST_UNKNOWNS + 1][4];
  lanes trace = splat4(0.0f);
  for (int i = 0; i <= n; i++) rows[i] = system + i * (i + 1) / 2;
  for (int i = 0; i < n; i++) trace = add4(trace, rows[i][i]);
  ridge = add4(ridge, mul4(trace, splat4(1e-5f / (float)n)));
  for (int i = 0; i < n; i++) {
    rows[i][i] = add4(rows[i][i], ridge);
    rows[n][i] = add4(rows[n][i], mul4(ridge, splat4(prior[i])));
  }
  for (int k = 0; k < n; k += 4) {
    /* Columns k to k + 3 lose what the pivots before each take away. */
    for (int i = k; i <= n; i++)
      for (int m = 0; m < 4; m++) {
        lanes term = rows[i][k + m];
        for (int l = 0; l < m; l++) term = sub4(term, mul4(factors[i][l], rows[k + m][k + l]));
        if (i == k + m) {
          for (int lane = 0; lane < 4; lane++) inverses[i].at[lane] = 1.0f / max1(term.at[lane], 1e-6f);
          break;
        }
        rows[i][k + m] = term;
        factors[i][m] = mul4(term, inverses[k + m]);
      }
    /* The rows below lose what the four take away together. */
    for (int i = k + 4; i <= n; i++) {
      lanes f0 = factors[i][0], f1 = factors[i][1], f2 = factors[i][2], f3 = factors[i][3];
      for (int j = k + 4; j <= i && j < n; j++) {
        const lanes *c = rows[j] + k;
        lanes near = add4(mul4(f0, c[0]), mul4(f1, c[1])), far = add4(mul4(f2, c[2]), mul4(f3, c[3]));
        rows[i][j] = sub4(rows[i][j], add4(near, far));
      }
    }
  }
  for (int j = n - 1; j >= 0; j--) {
    lanes target = rows[n][j];
    for (int i = n - 1; i > j; i--) target = sub4(target, mul4(weights[i], rows[i][j]));
    weights[j] = mul4(target, inverses[j]);
  }
}

lanes predict(int n, const lanes *weights, const float *values) {
  lanes even = splat4(0.0f), odd = splat4(0.0f);
  for (int i = 0; i < n; i += 2) {
    even = add4(even, mul4(weights[i], splat4(values[i])));
    odd = add4(odd, mul4(weights[i + 1], splat4(values[i + 1])));
  }
  return add4(even, odd);
}

void open_least_squares(struct least_squares *ls, int width) {
  lanes twice = mul4(ls->lambda, ls->lambda);
  ls->decay = ls->bundle == 2 ? twice : mul4(twice, twice);
  ls->terms = ls->n * (ls->n + 3) / 2;
  ls->bundles = (width + ls->bundle - 1) / ls->bundle;
  size_t terms = (size_t)ls->terms, bundles = (size_t)ls->bundles;
  ls->above = take(bundles * terms, sizeof(lanes)), ls->right = take((bundles + 1) * terms, sizeof(lanes));
  ls->left = take(terms, sizeof(lanes)), ls->system = take(terms, sizeof(lanes));
}

void start_row(struct least_squares *ls) {
  lanes decay = ls->decay;
  size_t terms = (size_t)ls->terms;
  for (size_t b = (size_t)ls->bundles; b-- > 0;) {
    const lanes *restrict above = ls->above + b * terms;
    lanes *restrict right = ls->right + b * terms;
    for (size_t t = 0; t < terms; t++) right[t] = add4(above[t], mul4(decay, right[terms + t]));
  }
  memset(ls->left, 0, terms * sizeof(lanes));
  memcpy(ls->system, ls->right, terms * sizeof(lanes));
}

/* Of four columns from j on: f times v of two of the bundle's samples. */
static inline lanes two_products(const struct least_squares *ls, const float *f, int sample, int j) {
  const float *v = ls->values[sample] + j, *next = ls->values[sample + 1] + j;
  return add4(mul4(splat4(f[sample]), load4(v)), mul4(splat4(f[sample + 1]), load4(next)));
}

void add_sample(struct least_squares *ls, int x, float u, int is_last) {
  int k = x & (ls->bundle - 1), bundle = x / ls->bundle;
  if (k == 0) memset(ls->trust, 0, sizeof ls->trust);
  ls->trust[k] = u;
  if (k != ls->bundle - 1 && !is_last) return;
  lanes lambda = ls->lambda, decay = ls->decay;
  lanes *restrict above = ls->above + (size_t)bundle * (size_t)ls->terms;
  const lanes *restrict right = ls->right + (size_t)(bundle + 1) * (size_t)ls->terms;
  lanes *restrict left = ls->left, *restrict system = ls->system;
  for (int i = 0, t = 0; i <= ls->n; i++) {
    float f[4] = {0}, products[MOST_UNKNOWNS + 4];
    int count = i < ls->n ? i + 1 : ls->n;
    for (int sample = 0; sample < ls->bundle; sample++) f[sample] = ls->trust[sample] * ls->values[sample][i];
    for (int j = 0; j < count; j += 4) {
      lanes sum = two_products(ls, f, 0, j);
      store4(products + j, ls->bundle == 4 ? add4(sum, two_products(ls, f, 2, j)) : sum);
    }
    for (int j = 0; j < count; j++, t++) {
      lanes column = add4(mul4(lambda, above[t]), splat4(products[j]));
      lanes sum = add4(mul4(decay, left[t]), column);
      above[t] = column, left[t] = sum, system[t] = add4(sum, right[t]);
    }
  }
}
