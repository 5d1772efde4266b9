/* What networks of binary32 are made of, as docs/arithmetic/photos.md has it: lanes, elementary functions,
 * products in fixed order, networks that learn, mixtures of logistics, least squares. */
#ifndef NETWORK_H
#define NETWORK_H

#include <math.h>
#include <string.h>

#include "vz.h"

/* The first argument unless the second one is smaller, or larger: so what is not a number stays or goes. */
static inline float min1(float a, float b) { return b < a ? b : a; }
static inline float max1(float a, float b) { return a < b ? b : a; }
static inline float clamp1(float x, float low, float high) { return min1(max1(x, low), high); }

/* Four numbers that are computed alike: loops over them become vector instructions. */
typedef struct { float at[4]; } lanes;

static inline lanes load4(const float *x) { lanes a; for (int k = 0; k < 4; k++) a.at[k] = x[k]; return a; }
static inline void store4(float *to, lanes a) { for (int k = 0; k < 4; k++) to[k] = a.at[k]; }
static inline lanes splat4(float x) { lanes a; for (int k = 0; k < 4; k++) a.at[k] = x; return a; }
static inline lanes lanes4(float a, float b, float c, float d) { return (lanes){{a, b, c, d}}; }
static inline lanes add4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] += b.at[k]; return a; }
static inline lanes sub4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] -= b.at[k]; return a; }
static inline lanes mul4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] *= b.at[k]; return a; }
static inline lanes abs4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = fabsf(a.at[k]); return a; }
static inline lanes clamp4(lanes a, float low, float high) {
  for (int k = 0; k < 4; k++) a.at[k] = clamp1(a.at[k], low, high);
  return a;
}
static inline float sum4(lanes a) { return (a.at[0] + a.at[2]) + (a.at[1] + a.at[3]); }
static inline float largest4(lanes a) { return max1(max1(a.at[0], a.at[2]), max1(a.at[1], a.at[3])); }

/* Elementary functions. */

static inline uint32_t bits_of(float x) { union { float x; uint32_t bits; } both = {x}; return both.bits; }
static inline float float_of(uint32_t x) { union { uint32_t bits; float x; } both = {x}; return both.x; }

/* 3 * 2^22: a sum with it has no room for fractions. */
#define ROUND 12582912.0f

/* The integer nearest to x, which is below 2^22 in magnitude, ties to even; to x within 0 ... 2^32 - 1. */
static inline int integer_of(float x) { return (int)(bits_of(x + ROUND) - bits_of(ROUND)); }
static inline uint32_t count_of(double x) {
  union { double x; uint64_t bits; } both = {x + 4503599627370496.0};
  return (uint32_t)both.bits;
}

/* e^x, x clamped to +-87: Cephes' polynomial. */
static inline float exp1(float x) {
  float clamped = clamp1(x, -87.0f, 87.0f), rounded = clamped * 1.44269504f + ROUND, n = rounded - ROUND;
  float r = (clamped - n * 0.693359375f) + n * 2.1219444e-4f;
  float p = (r * 1.3981999507e-3f + 8.3334519073e-3f) * r + 4.1665795894e-2f;
  p = (p * r + 1.6666665459e-1f) * r + 0.5f;
  return ((p * r) * r + (r + 1.0f)) * float_of((bits_of(rounded) + 127) << 23);
}

/* log2 x of normal x > 0, to about 2e-5. */
static inline float log2_1(float x) {
  float e = (float)((int)(bits_of(x) >> 23) - 127);
  float m = float_of((bits_of(x) & 0x7fffff) | 0x3f800000);
  float p = (m * 0.04392863f + -0.40947559f) * m + 1.61017755f;
  return e + (((p * m + -3.52021884f) * m + 5.06975632f) * m + -2.79415368f);
}

/* log2 x and 2^x, linear between powers of two; 2^x, a cubic between half integers. */
static inline float rough_log2(float x) { return (float)(int32_t)bits_of(x) * 1.1920929e-7f - 127.0f; }
static inline float rough_exp2(float x) { return float_of((bits_of(x + 12288.0f) << 13) + 0x3f800000); }
static inline float cubic_exp2(float x) {
  float rounded = x + ROUND, f = x - (rounded - ROUND);
  float p = ((f * 0.054784998f + 0.242998f) * f + 0.69347006f) * f + 1.0f;
  return float_of(bits_of(p) + (bits_of(rounded) << 23));
}

static inline float sigmoid1(float x) { return 1.0f / (1.0f + exp1(-x)); }
static inline lanes sigmoid4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = sigmoid1(a.at[k]); return a; }
static inline lanes log2_4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = log2_1(a.at[k]); return a; }
static inline float leaky(float x) { return max1(x, x * 0.1f); }

/* Layers (network.c). Weights are [inputs][outputs], outputs a multiple of 4; a row has `row` outputs. */

/* out[o] += x[i] w[i][o], the inputs one after the other. */
void add_product(float *out, const float *x, int inputs, const float *weights, int row, int outputs);
/* out[o] = the sum over even inputs + that over odd ones, each from 0 on in their order. */
void product_even_odd(float *out, const float *x, int inputs, const float *weights, int row, int outputs);
void add_bias(float *x, const float *bias, int n);
void leaky_all(float *x, int n);
/* max(x, 0) + (e^min(x, 0) - 1). */
void elu_all(float *x, int n);
/* out [rows][outputs] = bias + x [rows][inputs] times weights, the bias first. */
void dense(float *out, const float *x, int rows, int inputs, const float *weights, const float *bias,
           int outputs);
/* A 3x3 convolution with zeros around: x [height][width][channels], weights [3][3][channels][outputs]. */
void convolution(float *out, const float *x, int height, int width, int channels, const float *weights,
                 const float *bias, int outputs);

/* Networks that learn (network.c). */

enum { BATCH = 16, OUTPUTS = 12 };

/* leaky(x W1 + b1), leaky(h W2 + b2), h W3 + b3; or, with one hidden layer, leaky(x W1 + b1), h W2 + b2: then
 * the first four units are linear combinations, which skip layer 2. */
struct learner {
  int layers, size, in[3], out[3], row[3]; /* of a layer: inputs, outputs, floats from a sample's inputs on */
  float *parameters, *preconditioner, *direction, *transposed; /* `size` weights and biases, layer by layer */
  float *x[3], *d[3]; /* of the batch, a layer's inputs, and gradients with respect to its outputs */
  int filled, seen;   /* samples of the batch, and of all */
  float rate;
};

/* A plane's network; units2 is 0 for one hidden layer. */
void open_learner(struct learner *l, const struct weights *w, int plane, int inputs, int units1, int units2);
/* to += z times all tensors of its parameters with that suffix, of each number `latent` of `latents`. */
void add_tensors(const struct learner *l, const struct weights *w, int plane, const char *suffix, float *to,
                 int latent, int latents, float z);
/* Outputs of the next sample, whose inputs are at next_inputs, with an offset added to each. */
void deep_forward(struct learner *l, float *outputs, const float *offsets);
void skip_forward(struct learner *l, float *outputs, const float *offsets);
/* Takes the sample, whose gradient is at next_gradients, into the batch; a full one makes a step. */
void learn(struct learner *l);
static inline float *next_inputs(struct learner *l) { return l->x[0] + l->filled * l->row[0]; }
static inline float *next_gradients(struct learner *l) { return l->d[l->layers - 1] + l->filled * OUTPUTS; }

/* Mixtures of four discretized logistics, one a lane (mixture.c). */

/* Intervals divide 2^22; each of 256 levels has 4 positions in any case. */
enum { MIXTURE_BITS = 22, MIXTURE_TOTAL = 1 << 22, RESERVED = 4, SHARED = MIXTURE_TOTAL - 256 * RESERVED };
#define NARROWEST 40.0f /* inverse scales at most */

struct mixture {
  lanes weights, means, inverses; /* inverses of scales */
  float narrowest;
  uint32_t start, frequency; /* the interval that was found last */
  int is_rough;              /* functions that cost less stand for e^x */
  lanes below, above;        /* the components' cdfs at either end of the interval */
};

/* From a network's outputs: means centre + scale o[0..3], scales scale e^o[4..7] with inverses of at most
 * `narrowest`, logits o[8..11]; a rough one's `inverse` is 1 / scale. */
void mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float narrowest);
void rough_mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float inverse);
/* The mixture's cdf at the lower end of level t, 0 < t < 256. */
float mixture_cdf(const struct mixture *m, int t);
/* The same in positions; 0 or 1 is taken where no mean is within 14 scales. */
uint32_t quick_cumulative(const struct mixture *m, int t);
/* Finds the interval of level t. */
void mixture_interval(struct mixture *m, int t);
int pop_level(struct message *message, struct mixture *m);
/* A sample's share of the gradient of the batch's mean code length in nats, with respect to the outputs.
 * Returns the level's positions, before they are made whole. */
float mixture_gradient(const struct mixture *m, int t, float scale, float *gradients);

/* Least squares (least_squares.c): four linear predictors at once, one a lane. */

enum { MOST_UNKNOWNS = 32 };

/* Solves the n equations of each lane, with a ridge toward prior weights. `system` has the rows of the lower
 * triangle, one after the other, then that of the targets; it is lost. */
void solve(int n, lanes *system, lanes ridge, const float *prior, lanes *weights);
/* The four sums of weights times values, even and odd ones apart. */
lanes predict(int n, const lanes *weights, const float *values);

/* Sums of products of neighbours, and of neighbours and target, over the samples before. A bundle of columns
 * shares them: of the rows above it, of bundles to its left with the current row, to its right without. */
struct least_squares {
  int n, terms, bundle, bundles;
  lanes lambda, decay, ridge; /* what sums decay by: a column, a bundle */
  float prior[MOST_UNKNOWNS];
  lanes *above, *right, *left, *system; /* [bundles][terms], [bundles + 1][terms], [terms], [terms] */
  lanes weights[MOST_UNKNOWNS];
  float trust[4], values[4][MOST_UNKNOWNS + 4]; /* of the bundle's samples: neighbours, then the target */
};

void open_least_squares(struct least_squares *ls, int width);
void start_row(struct least_squares *ls);
/* Takes sample x, whose values are in place, with weight u. */
void add_sample(struct least_squares *ls, int x, float u, int is_last);

#endif
