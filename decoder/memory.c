/* Failure and memory: one way out, and one list of all that has been taken, with a limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "memory.h"

/* More than any image within the limits of the format needs. */
static const uint64_t MOST_BYTES = (uint64_t)1 << 33;

/* Before each piece of memory; as large as any alignment asks for. */
struct block {
  struct block *before;
  size_t bytes;
};
enum { HEADER = 32 };

jmp_buf on_failure;
char failure[256];
static struct block *last;
static uint64_t taken;

void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(failure, sizeof failure, format, values);
  va_end(values);
  longjmp(on_failure, 1);
}

void *take(size_t count, size_t size) {
  if (size != 0 && count > (SIZE_MAX - HEADER) / size) fail("more memory than there can be");
  size_t bytes = count * size + HEADER;
  if (bytes > MOST_BYTES - taken)
    fail("it needs more than %llu bytes of memory", (unsigned long long)MOST_BYTES);
  struct block *block = calloc(1, bytes);
  if (!block) fail("there is too little memory");
  block->before = last;
  block->bytes = bytes;
  last = block;
  taken += bytes;
  return (char *)block + HEADER;
}

struct block *mark(void) {
  return last;
}

void release(struct block *since) {
  while (last != since) {
    struct block *block = last;
    last = block->before;
    taken -= block->bytes;
    free(block);
  }
}
