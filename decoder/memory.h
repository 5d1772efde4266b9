/* Where `fail` goes, for the one who starts decoding. */
#ifndef MEMORY_H
#define MEMORY_H

#include <setjmp.h>

#include "vz.h"

extern jmp_buf on_failure;
/* Why decoding failed. */
extern char failure[256];

#endif
