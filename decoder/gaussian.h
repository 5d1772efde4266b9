/* The binary64 functions of the format: docs/MATH.md, docs/arithmetic/base.md. */
#ifndef GAUSSIAN_H
#define GAUSSIAN_H

#include "vz.h"

double exp64(double x); /* 0 below -708, e^708 above 708 */
double log64(double x); /* that of the least normal number below it */

/* Bins i = 0 ... 2^bits - 1 of equal mass under N(0, 1), coded by N(mu, sigma) in 2^28 positions. */
uint32_t gaussian_pop(struct message *message, double mu, double sigma, int bits);
void gaussian_push(struct message *message, uint32_t i, double mu, double sigma, int bits);
/* The value that bin i stands for: its median. */
double gaussian_centre(uint32_t i, int bits);

#endif
