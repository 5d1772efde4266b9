/* Failure and memory; numbers and spans of bytes as docs/FORMAT.md writes them (conventions), CRC-32, files,
 * and packed bytes. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "container.h"

/* One way out, and one list of all that has been taken, with a limit that no image of the format needs. */
enum { MOST_GIB = 8, HEADER = 32 };
static const uint64_t MOST_BYTES = (uint64_t)MOST_GIB << 30;
static const char DAMAGED[] = "the file is damaged: packed bytes are";

/* In the HEADER bytes before each piece of memory, as many as any alignment asks for. */
struct block { struct block *before; size_t bytes; };
jmp_buf on_failure;
char failure[256];
static struct block *last;
static uint64_t taken;

void fail(const char *format, ...) {
  va_list values; va_start(values, format);
  vsnprintf(failure, sizeof failure, format, values); va_end(values); longjmp(on_failure, 1);
}

void *take(size_t count, size_t size) {
  if (size != 0 && count > (SIZE_MAX - HEADER) / size) fail("more memory than there can be");
  size_t bytes = count * size + HEADER;
  if (bytes > MOST_BYTES - taken) fail("it needs more than %d GiB of memory", MOST_GIB);
  struct block *block = calloc(1, bytes);
  if (!block) fail("there is too little memory");
  *block = (struct block){last, bytes};
  last = block, taken += bytes;
  return (char *)block + HEADER;
}

struct block *mark(void) { return last; }

void release(struct block *since) {
  while (last != since) {
    struct block *block = last; last = block->before, taken -= block->bytes; free(block);
  }
}

struct bytes span(struct bytes *in, uint64_t count) {
  if (count > in->left) fail("the file is damaged: it ends too early");
  struct bytes part = {in->at, (size_t)count}; in->at += count, in->left -= (size_t)count;
  return part;
}

uint8_t u8(struct bytes *in) { return *span(in, 1).at; }
uint16_t u16(struct bytes *in) { uint16_t low = u8(in); return (uint16_t)(low | u8(in) << 8); }
uint32_t u32(struct bytes *in) { uint32_t low = u16(in); return low | (uint32_t)u16(in) << 16; }

uint64_t varint(struct bytes *in, uint64_t most, const char *what) {
  uint64_t value = 0;
  for (int shift = 0; shift < 49; shift += 7) {
    uint8_t byte = u8(in); value |= (uint64_t)(byte & 127) << shift;
    if (byte & 128) continue;
    if (byte == 0 && shift > 0) break; /* more bytes than the number needs */
    if (value > most) fail("the file is damaged: %s is beyond its limit", what);
    return value;
  }
  fail("the file is damaged: %s is no number as the format writes it", what);
}

void end(const struct bytes *in) { if (in->left > 0) fail("the file is damaged: bytes are left over"); }

uint32_t crc32(uint32_t crc, const uint8_t *at, size_t count) {
  static uint32_t table[256];
  for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
    uint32_t c = i;
    for (int bit = 0; bit < 8; bit++) c = c >> 1 ^ (c & 1 ? 0xEDB88320 : 0);
    table[i] = c;
  }
  crc = ~crc;
  for (size_t i = 0; i < count; i++) crc = table[(crc ^ at[i]) & 255] ^ crc >> 8;
  return ~crc;
}

struct bytes read_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open %s", path);
  size_t size = 0, room = 65536, count; uint8_t *at = take(room, 1);
  while ((count = fread(at + size, 1, room - size, file)) > 0) {
    size += count;
    if (size == room) at = memcpy(take(room *= 4, 1), at, size);
  }
  int bad = ferror(file); fclose(file);
  if (bad) fail("cannot read %s", path);
  return (struct bytes){at, size};
}

/* Packed bytes: zlib data, RFC 1950 and 1951. */
struct inflater {
  struct bytes in; uint32_t bits;
  int bit_count; uint8_t *out; size_t written, room;
};

static int take_bits(struct inflater *z, int count) {
  for (; z->bit_count < count; z->bit_count += 8) z->bits |= (uint32_t)u8(&z->in) << z->bit_count;
  uint32_t value = z->bits & ((1u << count) - 1); z->bits >>= count, z->bit_count -= count;
  return (int)value;
}

static void put(struct inflater *z, uint8_t byte) {
  if (z->written == z->room) fail(DAMAGED);
  z->out[z->written++] = byte;
}

/* A canonical Huffman code: how many symbols have each length, and the symbols by length, then value. */
struct code { int counts[16], symbols[288]; };

/* A code that is not whole is an error, but for one of a single symbol, or none, where it may lack some. */
static void make_code(struct code *code, const uint8_t *lengths, int count, int may_lack) {
  int next[17] = {0}, left = 1; memset(code->counts, 0, sizeof code->counts);
  for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
  for (int length = 1; length < 16; length++) {
    next[length + 1] = next[length] + code->counts[length];
    if ((left = 2 * left - code->counts[length]) < 0) fail(DAMAGED);
  }
  int is_least = next[16] == 0 || (next[16] == 1 && code->counts[1] == 1);
  if (left > 0 && !(may_lack && is_least)) fail(DAMAGED);
  for (int i = 0; i < count; i++) if (lengths[i]) code->symbols[next[lengths[i]]++] = i;
}

static int take_symbol(struct inflater *z, const struct code *code) {
  for (int length = 1, value = 0, index = 0; length < 16; length++) { /* value: beyond the shorter codes */
    value = 2 * value + take_bits(z, 1);
    if (value < code->counts[length]) return code->symbols[index + value];
    index += code->counts[length], value -= code->counts[length];
  }
  fail(DAMAGED);
}

/* The lengths of a block's codes: first those of the code that they are written in. */
static void read_lengths(struct inflater *z, uint8_t *lengths, int count) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  struct code code;
  for (int i = 0, known = take_bits(z, 4) + 4; i < known; i++) lengths[order[i]] = (uint8_t)take_bits(z, 3);
  make_code(&code, lengths, 19, 0);
  for (int i = 0; i < count;) {
    int length = take_symbol(z, &code), repeats = 1;
    if (length == 16 && i == 0) fail(DAMAGED);
    if (length == 16) length = lengths[i - 1], repeats = 3 + take_bits(z, 2);
    else if (length > 16) repeats = length == 17 ? 3 + take_bits(z, 3) : 11 + take_bits(z, 7), length = 0;
    if (i + repeats > count) fail(DAMAGED);
    while (repeats-- > 0) lengths[i++] = (uint8_t)length;
  }
  if (lengths[256] == 0) fail(DAMAGED);
}

static void inflate_coded(struct inflater *z, int is_fixed) {
  struct code literals, distances; uint8_t lengths[320] = {0};
  int literal_count = 288, distance_count = 32;
  if (is_fixed) {
    for (int i = 0; i < 320; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < 288 ? 8 : 5;
  } else {
    literal_count = take_bits(z, 5) + 257, distance_count = take_bits(z, 5) + 1;
    if (literal_count > 286 || distance_count > 30) fail(DAMAGED);
    read_lengths(z, lengths, literal_count + distance_count);
  }
  make_code(&literals, lengths, literal_count, 1);
  make_code(&distances, lengths + literal_count, distance_count, 1);
  for (int symbol; (symbol = take_symbol(z, &literals)) != 256;) {
    if (symbol < 256) { put(z, (uint8_t)symbol); continue; }
    /* Lengths and distances double with each four, and each two symbols. */
    int n = symbol - 257, bits = n < 8 || n == 28 ? 0 : n / 4 - 1;
    if (n > 28) fail(DAMAGED);
    int length = n < 8 ? n + 3 : n == 28 ? 258 : ((4 + n % 4) << bits) + 3 + take_bits(z, bits);
    int d = take_symbol(z, &distances), more = d < 4 ? 0 : d / 2 - 1;
    if (d > 29) fail(DAMAGED);
    size_t distance = (size_t)(d < 4 ? d + 1 : ((2 + d % 2) << more) + 1 + take_bits(z, more));
    if (distance > z->written) fail(DAMAGED);
    while (length-- > 0) put(z, z->out[z->written - distance]);
  }
}

struct bytes unpack(struct bytes in, size_t most) {
  uint8_t form = u8(&in);
  if (form == 0 && in.left <= most) return in;
  if (form != 1) fail("the file is damaged: packed bytes have no known form, or are too many");
  size_t room = (size_t)varint(&in, most, "the length of packed bytes");
  if (room / 1032 > in.left) fail(DAMAGED);
  struct inflater z = {in, 0, 0, take(room, 1), 0, room};
  int first = u8(&z.in), second = u8(&z.in), is_last = 0;
  if ((first & 15) != 8 || first >> 4 > 7 || (256 * first + second) % 31 != 0 || second & 32) fail(DAMAGED);
  while (!is_last) {
    is_last = take_bits(&z, 1); int type = take_bits(&z, 2);
    if (type == 3) fail(DAMAGED);
    if (type > 0) { inflate_coded(&z, type == 1); continue; }
    z.bits = 0, z.bit_count = 0; uint16_t length = u16(&z.in);
    if ((length ^ u16(&z.in)) != 0xFFFF) fail(DAMAGED);
    for (int i = 0; i < length; i++) put(&z, u8(&z.in));
  }
  uint32_t a = 1, b = 0, check = 0; /* Adler-32 */
  for (size_t i = 0; i < z.written; i++) a = (a + z.out[i]) % 65521, b = (b + a) % 65521;
  for (int i = 0; i < 4; i++) check = check << 8 | u8(&z.in);
  if (z.written != room || check != (b << 16 | a) || z.in.left > 0) fail(DAMAGED);
  return (struct bytes){z.out, room};
}
