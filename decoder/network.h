/* What networks of binary32 are made of: four lanes at a time, elementary functions, products in fixed order,
 * and networks that learn while they are used. docs/arithmetic/photos.md gives all orders of sums. */
#ifndef NETWORK_H
#define NETWORK_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "vz.h"

/* The first argument unless the second one is smaller, or larger: so what is not a number stays or goes. */
static inline float min1(float a, float b) { return b < a ? b : a; }
static inline float max1(float a, float b) { return a < b ? b : a; }
static inline float clamp1(float x, float low, float high) { return min1(max1(x, low), high); }

/* Four numbers that are computed alike: loops over them become vector instructions. */
typedef struct {
  float at[4];
} lanes;

static inline lanes load4(const float *x) { lanes a; for (int k = 0; k < 4; k++) a.at[k] = x[k]; return a; }
static inline void store4(float *to, lanes a) { for (int k = 0; k < 4; k++) to[k] = a.at[k]; }
static inline lanes splat4(float x) { lanes a; for (int k = 0; k < 4; k++) a.at[k] = x; return a; }
static inline lanes lanes4(float a, float b, float c, float d) { return (lanes){{a, b, c, d}}; }
static inline lanes add4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] += b.at[k]; return a; }
static inline lanes sub4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] -= b.at[k]; return a; }
static inline lanes mul4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] *= b.at[k]; return a; }
static inline lanes div4(lanes a, lanes b) { for (int k = 0; k < 4; k++) a.at[k] /= b.at[k]; return a; }
static inline lanes abs4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = fabsf(a.at[k]); return a; }

static inline lanes clamp4(lanes a, float low, float high) {
  for (int k = 0; k < 4; k++) a.at[k] = clamp1(a.at[k], low, high);
  return a;
}

/* (0 + 2) + (1 + 3). */
static inline float sum4(lanes a) { return (a.at[0] + a.at[2]) + (a.at[1] + a.at[3]); }
static inline float largest4(lanes a) { return max1(max1(a.at[0], a.at[2]), max1(a.at[1], a.at[3])); }

static inline uint32_t bits_of(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline float float_of(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/* 3 * 2^22: a sum with it has no room for fractions. */
#define ROUND 12582912.0f

/* The integer nearest to x, which is below 2^22 in magnitude, ties to even. */
static inline int integer_of(float x) { return (int)(bits_of(x + ROUND) - bits_of(ROUND)); }

/* The same of x within 0 ... 2^32 - 1. */
static inline uint32_t count_of(double x) {
  uint64_t bits;
  x += 4503599627370496.0;
  memcpy(&bits, &x, sizeof bits);
  return (uint32_t)bits;
}

/* e^x, x clamped to +-87: Cephes' polynomial. */
static inline float exp1(float x) {
  float clamped = clamp1(x, -87.0f, 87.0f);
  float rounded = clamped * 1.44269504f + ROUND, n = rounded - ROUND;
  float r = (clamped - n * 0.693359375f) + n * 2.1219444e-4f;
  float p = r * 1.3981999507e-3f + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 0.5f;
  p = (p * r) * r + (r + 1.0f);
  return p * float_of((bits_of(rounded) + 127) << 23);
}

/* log2 x of normal x > 0, to about 2e-5. */
static inline float log2_1(float x) {
  float e = (float)((int)(bits_of(x) >> 23) - 127);
  float m = float_of((bits_of(x) & 0x7fffff) | 0x3f800000);
  float p = m * 0.04392863f + -0.40947559f;
  p = p * m + 1.61017755f;
  p = p * m + -3.52021884f;
  p = p * m + 5.06975632f;
  p = p * m + -2.79415368f;
  return e + p;
}

/* log2 x and 2^x, linear between powers of two. */
static inline float rough_log2(float x) { return (float)(int32_t)bits_of(x) * 1.1920929e-7f - 127.0f; }
static inline float rough_exp2(float x) { return float_of((bits_of(x + 12288.0f) << 13) + 0x3f800000); }

/* 2^x, a cubic between half integers. */
static inline float cubic_exp2(float x) {
  float rounded = x + ROUND, f = x - (rounded - ROUND);
  float p = f * 0.054784998f + 0.242998f;
  p = p * f + 0.69347006f;
  p = p * f + 1.0f;
  return float_of(bits_of(p) + (bits_of(rounded) << 23));
}

static inline lanes exp4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = exp1(a.at[k]); return a; }
static inline lanes log2_4(lanes a) { for (int k = 0; k < 4; k++) a.at[k] = log2_1(a.at[k]); return a; }

static inline lanes rough_log2_4(lanes a) {
  for (int k = 0; k < 4; k++) a.at[k] = rough_log2(a.at[k]);
  return a;
}

/* 1 / (1 + e^-x). */
static inline lanes sigmoid4(lanes a) {
  for (int k = 0; k < 4; k++) a.at[k] = 1.0f / (1.0f + exp1(-a.at[k]));
  return a;
}

/* max(x, x / 10). */
static inline float leaky(float x) { return max1(x, x * 0.1f); }

/* Layers. Weights are [inputs][outputs], outputs a multiple of 4; a row of them has `row` outputs. */

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

/* Networks that learn. */

enum { BATCH = 16, OUTPUTS = 12 };

/* A network and the samples that its next step is of. With two hidden layers it is leaky(x W1 + b1),
 * leaky(h W2 + b2), h W3 + b3; with one (units2 = 0), four linear combinations lie in front of its units. */
struct learner {
  int inputs, units1, units2; /* with one hidden layer, units1 counts the linear combinations */
  int size;                   /* parameters: weights and biases, layer by layer */
  float *parameters, *preconditioner, *direction, *transposed;
  float *x, *h1, *h2, *d1, *d2, *gradients; /* [16][inputs], [16][units], [16][12] */
  lanes norm;
  int filled, seen;
  float rate;
};

/* A plane's network, from tensors plane<N>.layer<L>.weights and .bias, with their preconditioners. */
void open_learner(struct learner *l, const struct weights *w, int plane, int inputs, int units1, int units2);
/* Moves the parameters by z times row `latent` of `latents` of the tensors' bases. */
void move_learner(struct learner *l, const struct weights *w, int plane, int latent, int latents, float z);
/* Outputs of the next sample, whose inputs are at next_inputs, with an offset added to each. */
void deep_forward(struct learner *l, float *outputs, const float *offsets);
void skip_forward(struct learner *l, float *outputs, const float *offsets);
/* Takes the sample, whose gradient is at next_gradients, into the batch; a full one makes a step. */
void learn(struct learner *l);

static inline float *next_inputs(struct learner *l) { return l->x + l->filled * l->inputs; }
static inline float *next_gradients(struct learner *l) { return l->gradients + l->filled * OUTPUTS; }

#endif
