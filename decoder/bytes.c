/* Numbers and spans of bytes as docs/FORMAT.md writes them (conventions), CRC-32, files, and packed bytes. */
#include <stdio.h>
#include <string.h>

#include "vz.h"

struct bytes span(struct bytes *in, uint64_t count) {
  if (count > in->left) fail("the file is damaged: it ends too early");
  struct bytes part = {in->at, (size_t)count};
  in->at += count;
  in->left -= (size_t)count;
  return part;
}

uint8_t u8(struct bytes *in) {
  return *span(in, 1).at;
}

uint16_t u16(struct bytes *in) {
  const uint8_t *at = span(in, 2).at;
  return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t u32(struct bytes *in) {
  const uint8_t *at = span(in, 4).at;
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint64_t varint(struct bytes *in, uint64_t most, const char *what) {
  uint64_t value = 0;
  for (int shift = 0; shift < 49; shift += 7) {
    uint8_t byte = u8(in);
    value |= (uint64_t)(byte & 127) << shift;
    if (byte & 128) continue;
    if (byte == 0 && shift > 0) break; /* more bytes than the number needs */
    if (value > most) fail("the file is damaged: %s is beyond its limit", what);
    return value;
  }
  fail("the file is damaged: %s is no number as the format writes it", what);
}

void end(const struct bytes *in) {
  if (in->left > 0) fail("the file is damaged: bytes are left over");
}

uint32_t crc32(uint32_t crc, const uint8_t *at, size_t count) {
  static uint32_t table[256];
  if (table[1] == 0)
    for (uint32_t i = 0; i < 256; i++) {
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
  uint8_t *at = NULL;
  size_t size = 0, room = 0;
  for (;;) {
    if (size == room) {
      uint8_t *larger = take(room = room ? 4 * room : 65536, 1);
      if (size) memcpy(larger, at, size);
      at = larger;
    }
    size_t count = fread(at + size, 1, room - size, file);
    if (count == 0) break;
    size += count;
  }
  int bad = ferror(file);
  fclose(file);
  if (bad) fail("cannot read %s", path);
  return (struct bytes){at, size};
}

/* Zlib data, RFC 1950 and 1951. */

struct inflater {
  struct bytes in;
  uint32_t bits;
  int bit_count;
  uint8_t *out;
  size_t written, room;
};

static uint32_t take_bits(struct inflater *z, int count) {
  while (z->bit_count < count) {
    z->bits |= (uint32_t)u8(&z->in) << z->bit_count;
    z->bit_count += 8;
  }
  uint32_t value = z->bits & ((1u << count) - 1);
  z->bits >>= count;
  z->bit_count -= count;
  return value;
}

/* A canonical Huffman code: how many symbols have each length, and the symbols by length, then value. */
struct code {
  int counts[16], symbols[288];
};

/* A code that is not whole is an error, but for distances of which there is one, or none. */
static void make_code(struct code *code, const uint8_t *lengths, int count, int may_lack) {
  int offsets[16], left = 1;
  memset(code->counts, 0, sizeof code->counts);
  for (int i = 0; i < count; i++) code->counts[lengths[i]]++;
  int used = count - code->counts[0];
  for (int length = 1; length < 16; length++) {
    left = 2 * left - code->counts[length];
    if (left < 0) fail("the packed data are damaged: a code has too many symbols");
  }
  if (left > 0 && !(may_lack && (used == 0 || (used == 1 && code->counts[1] == 1))))
    fail("the packed data are damaged: a code has too few symbols");
  offsets[1] = 0;
  for (int length = 1; length < 15; length++) offsets[length + 1] = offsets[length] + code->counts[length];
  for (int i = 0; i < count; i++)
    if (lengths[i]) code->symbols[offsets[lengths[i]]++] = i;
}

static int take_symbol(struct inflater *z, const struct code *code) {
  int value = 0, first = 0, index = 0;
  for (int length = 1; length < 16; length++) {
    value |= (int)take_bits(z, 1);
    int count = code->counts[length];
    if (value - count < first) return code->symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  fail("the packed data are damaged: there is no such symbol");
}

static void put(struct inflater *z, uint8_t byte) {
  if (z->written == z->room) fail("the packed data are damaged: they go on beyond their length");
  z->out[z->written++] = byte;
}

static void inflate_stored(struct inflater *z) {
  z->bits = 0;
  z->bit_count = 0;
  uint16_t length = u16(&z->in), check = u16(&z->in);
  if ((length ^ check) != 0xFFFF) fail("the packed data are damaged: a length is wrong");
  struct bytes part = span(&z->in, length);
  while (part.left > 0) put(z, u8(&part));
}

static void inflate_coded(struct inflater *z, const struct code *literals, const struct code *distances) {
  static const uint16_t base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint16_t distance_base[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
                                             33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
                                             1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  for (;;) {
    int symbol = take_symbol(z, literals);
    if (symbol == 256) return;
    if (symbol < 256) {
      put(z, (uint8_t)symbol);
      continue;
    }
    symbol -= 257;
    if (symbol > 28) fail("the packed data are damaged: there is no such length");
    int extra = symbol < 8 || symbol == 28 ? 0 : (symbol - 4) / 4;
    size_t length = base[symbol] + take_bits(z, extra);
    int place = take_symbol(z, distances);
    if (place > 29) fail("the packed data are damaged: there is no such distance");
    size_t distance = distance_base[place] + take_bits(z, place < 4 ? 0 : (place - 2) / 2);
    if (distance > z->written) fail("the packed data are damaged: a distance is too long");
    while (length-- > 0) put(z, z->out[z->written - distance]);
  }
}

static void inflate_fixed(struct inflater *z) {
  struct code literals, distances;
  uint8_t lengths[288];
  for (int i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  make_code(&literals, lengths, 288, 0);
  memset(lengths, 5, 32);
  make_code(&distances, lengths, 32, 0);
  inflate_coded(z, &literals, &distances);
}

static void inflate_dynamic(struct inflater *z) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  struct code literals, distances;
  uint8_t lengths[320] = {0};
  int literal_count = (int)take_bits(z, 5) + 257, distance_count = (int)take_bits(z, 5) + 1;
  int order_count = (int)take_bits(z, 4) + 4, count = literal_count + distance_count;
  if (literal_count > 286 || distance_count > 30) fail("the packed data are damaged: there are too many symbols");
  for (int i = 0; i < order_count; i++) lengths[order[i]] = (uint8_t)take_bits(z, 3);
  make_code(&literals, lengths, 19, 0);
  for (int i = 0; i < count;) {
    int symbol = take_symbol(z, &literals), repeats = 1;
    uint8_t length = (uint8_t)symbol;
    if (symbol > 15) {
      if (symbol == 16 && i == 0) fail("the packed data are damaged: there is no length to repeat");
      length = symbol == 16 ? lengths[i - 1] : 0;
      repeats = symbol == 16 ? 3 + (int)take_bits(z, 2) : symbol == 17 ? 3 + (int)take_bits(z, 3)
                                                                        : 11 + (int)take_bits(z, 7);
    }
    if (i + repeats > count) fail("the packed data are damaged: there are too many lengths");
    while (repeats-- > 0) lengths[i++] = length;
  }
  if (lengths[256] == 0) fail("the packed data are damaged: they have no end");
  make_code(&literals, lengths, literal_count, 1);
  make_code(&distances, lengths + literal_count, distance_count, 1);
  inflate_coded(z, &literals, &distances);
}

/* Zlib data that hold just as many bytes as `out` has room for. */
static void inflate(struct bytes in, uint8_t *out, size_t room) {
  struct inflater z = {in, 0, 0, out, 0, room};
  int method = u8(&z.in), flags = u8(&z.in), last = 0;
  if ((method & 15) != 8 || method >> 4 > 7 || (method << 8 | flags) % 31 != 0 || flags & 32)
    fail("the packed data are damaged: their header is wrong");
  while (!last) {
    last = (int)take_bits(&z, 1);
    switch (take_bits(&z, 2)) {
      case 0: inflate_stored(&z); break;
      case 1: inflate_fixed(&z); break;
      case 2: inflate_dynamic(&z); break;
      default: fail("the packed data are damaged: a block is of no known type");
    }
  }
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < z.written; i++) {
    a = (a + out[i]) % 65521;
    b = (b + a) % 65521;
  }
  const uint8_t *check = span(&z.in, 4).at;
  uint32_t adler = (uint32_t)check[0] << 24 | (uint32_t)check[1] << 16 | (uint32_t)check[2] << 8 | check[3];
  if (z.written != room || adler != (b << 16 | a)) fail("the packed data are damaged");
  end(&z.in);
}

struct bytes unpack(struct bytes in, size_t most) {
  uint8_t form = u8(&in);
  if (form == 0 && in.left <= most) return in;
  if (form != 1) fail("the file is damaged: packed bytes have no known form, or are too many");
  size_t length = (size_t)varint(&in, most, "the length of packed bytes");
  if (length / 1032 > in.left) fail("the file is damaged: packed bytes cannot be so many");
  uint8_t *out = take(length, 1);
  inflate(in, out, length);
  return (struct bytes){out, length};
}
