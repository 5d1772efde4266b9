/* Mixtures of four discretized logistics, one a lane: docs/MATH.md, discretized logistic mixtures;
 * docs/FORMAT.md, 16-bit levels; docs/arithmetic/photos.md, mixtures. */
#ifndef MIXTURE_H
#define MIXTURE_H

#include "network.h"

/* Intervals divide 2^22; each of 256 levels has 4 positions in any case. */
enum { MIXTURE_BITS = 22, MIXTURE_TOTAL = 1 << 22, RESERVED = 4, SHARED = MIXTURE_TOTAL - 256 * RESERVED };
#define NARROWEST 40.0f /* inverse scales at most */

struct mixture {
  lanes weights, means, inverses; /* inverses of scales */
  uint32_t start, frequency;      /* the interval that was found last */
  int is_rough;                   /* functions that cost less stand for e^x */
  lanes inverses_log2;            /* over ln 2, of rough mixtures */
  lanes below, above;             /* the components' cdfs at either end of the interval */
};

/* From a network's outputs: means centre + scale o[0..3], scales scale e^o[4..7] with inverses of at most
 * `narrowest`, logits o[8..11]. */
void mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float narrowest);
/* The same of a rough mixture; `inverse` is 1 / scale. */
void rough_mixture_set(struct mixture *m, const float *outputs, float centre, float scale, float inverse);
/* The mixture's cdf at the lower end of level t, 0 < t < 256. */
float mixture_cdf(const struct mixture *m, int t);
/* The same in positions; 0 or 1 is taken where no mean is within 14 scales. */
uint32_t quick_cumulative(const struct mixture *m, int t);
/* Finds the interval of level t, or the level whose interval holds a position. */
void mixture_interval(struct mixture *m, int t);
int mixture_find(struct mixture *m, uint32_t position);
/* A sample's share of the gradient of the batch's mean code length in nats, with respect to the outputs.
 * Returns the level's positions, before they are made whole. */
float mixture_gradient(const struct mixture *m, int t, float scale, float *gradients);

/* Pops the sample that the mixture tells of. */
static inline int pop_level(struct message *message, struct mixture *m) {
  int t = mixture_find(m, peek(message, MIXTURE_BITS));
  pop(message, m->start, m->frequency, MIXTURE_BITS);
  return t;
}

/* More than 256 levels, which stand for values within 0 ... 255; intervals divide 2^28. */
enum { DEEP_BITS = 28 };
#define DEEP_NARROWEST 8192.0f

struct deep_levels {
  int levels, rooted, reserved;
  int level; /* which has `extra` positions more */
  uint32_t extra;
  double step;
};

void open_deep_levels(struct deep_levels *deep, int levels, int rooted);
float deep_value(const struct deep_levels *deep, int t);
int deep_find(struct mixture *m, const struct deep_levels *deep, uint32_t position);
void deep_gradient(const struct mixture *m, const struct deep_levels *deep, int t, float scale, float *out);

#endif
