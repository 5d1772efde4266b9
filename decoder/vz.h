/* What all files of the decoder share: failure and memory, bytes, messages, weights, and what a family
 * decodes. docs/FORMAT.md describes the file, docs/MATH.md and docs/arithmetic/ the arithmetic. */
#ifndef VZ_H
#define VZ_H

#include <stddef.h>
#include <stdint.h>

/* Failure, memory, and bytes that are read from the front (bytes.c). `fail` ends decoding with one line that
 * says why. */
#if defined(__GNUC__)
__attribute__((noreturn, format(printf, 1, 2)))
#endif
void fail(const char *format, ...);
/* Zeroed memory of count * size bytes, aligned for any type; fails beyond the limit. */
void *take(size_t count, size_t size);
/* Gives back all that was taken since `mark` was. */
struct block *mark(void);
void release(struct block *since);

struct bytes { const uint8_t *at; size_t left; };
/* Numbers, and the next `count` bytes: all fail where bytes run out. */
uint8_t u8(struct bytes *in);
uint16_t u16(struct bytes *in);
uint32_t u32(struct bytes *in);
struct bytes span(struct bytes *in, uint64_t count);
/* At most `most`: else it fails and tells `what` is wrong. */
uint64_t varint(struct bytes *in, uint64_t most, const char *what);
void end(const struct bytes *in); /* fails unless all has been read */
uint32_t crc32(uint32_t crc, const uint8_t *at, size_t count);
struct bytes read_file(const char *path);
/* FORMAT.md, packed bytes: what they unpack to, `most` bytes at most. */
struct bytes unpack(struct bytes in, size_t most);

/* A message (message.c; docs/MATH.md, rANS): a stack of 32-bit words, the bottom first, below a state in
 * [2^32, 2^64), and how many seed words have been drawn. */
struct message { uint64_t state; uint32_t *words, seeds; size_t top, capacity; };
/* That which a stream holds, with so many bytes of the state, or without its highest ones that are 0. */
void open_stream(struct message *message, struct bytes stream, size_t state_bytes);
void open_message(struct message *message, struct bytes stream);
/* Fails unless nothing but seed words lie on the stack, and the state is 2^32 + a start, which it returns: 0
 * unless `has_start`. */
uint32_t close_message(const struct message *message, int has_start);
/* The streams of a group: the lengths of all but the last, then they. */
void split_streams(struct bytes group, int count, struct bytes *streams);
uint32_t seed_word(uint32_t n);
void push(struct message *message, uint32_t start, uint32_t frequency, int precision);

/* The position within 2^precision that the next pop resolves. */
static inline uint32_t peek(const struct message *message, int precision) {
  return (uint32_t)(message->state & (((uint64_t)1 << precision) - 1));
}

/* Removes the interval from `start` of `frequency` positions, which holds what `peek` gives. */
static inline void pop(struct message *message, uint32_t start, uint32_t frequency, int precision) {
  uint64_t state = frequency * (message->state >> precision) + peek(message, precision) - start;
  if (state >> 32 == 0)
    state = state << 32 | (message->top > 0 ? message->words[--message->top] : seed_word(message->seeds++));
  message->state = state;
}

/* Weights (weights.c): a safetensors file of the models' folder, whose SHA-256 starts with these bytes. */
const struct weights *find_weights(struct bytes id);
void set_models(const char *folder);
const char *model_path(const char *name); /* in that folder */
/* The number of values of a tensor, 0 if there is none; its values, binary32, which must be so many. */
size_t tensor_size(const struct weights *weights, const char *name);
const float *tensor(const struct weights *weights, const char *name, size_t count);
/* A string of the metadata, NULL if there is none; a whole number of it, which must lie within bounds. */
const char *meta(const struct weights *weights, const char *key);
long meta_number(const struct weights *weights, const char *key, long least, long most);

/* Images of one shape, and what a family decodes: colours alone where alpha is coded beside. */
struct coded {
  const struct weights *weights;
  size_t width, height, images;
  int channels, depth; /* that the family codes; bits of the file's samples: 8 or 16 */
  uint32_t levels;     /* 16-bit levels where these are more than 256, else 0: then ranks are decoded */
  int rooted;          /* whether those levels stand for values in steps of a square root */
  const struct bytes *groups;
  size_t group_count;
  int has_start;     /* sections 07 and 08 */
  uint32_t start;    /* to be set then: what the last stream of the first group starts from */
  uint16_t *samples; /* to be filled, channels interleaved, images one below the other */
};

/* FORMAT.md, groups of photo models (transforms.c): how many, and the rows of one, from the first to before
 * the last, where all images lie one below the other. */
struct rows { size_t from, to; };
size_t photo_group_count(const struct coded *coded);
struct rows photo_group(const struct coded *coded, size_t group);

/* What comes out is as it was before the scan and the tables of levels were undone: the caller does that. */
void decode_learning(struct coded *), decode_quick(struct coded *), decode_static(struct coded *);
void decode_screen(struct coded *);
void decode_digits(struct coded *), decode_binary(struct coded *), decode_thumbs(struct coded *);

#endif
